import type { Model, ModelEvent, ModelRequest } from 'yourcall';
import { scripted } from 'yourcall/testing';
import type { ScriptedTurn } from 'yourcall/testing';

/** What is answered to words, turn by turn; the first entry whose key the words contain. */
export type Answers = Readonly<Record<string, readonly ScriptedTurn[]>>;

/** A model that knows what to answer by what was said last, in however many threads. */
export function byWords(answers: Answers): Model {
  return {
    provider: 'scripted',
    id: 'by-words',
    async *stream(request): AsyncGenerator<ModelEvent | readonly ModelEvent[]> {
      const turn = turnFor(request, answers);
      yield* scripted([turn]).stream(request);
    },
  };
}

function turnFor({ messages }: ModelRequest, answers: Answers): ScriptedTurn {
  const said = messages.findLastIndex(({ role }) => role === 'user');
  const words = messages[said]?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? '';
  const [, turns = ['I have no answer to that.']] = Object.entries(answers).find(([key]) => words.includes(key)) ?? [];
  const played = messages.slice(said + 1).filter(({ role, finish }) => role === 'assistant' && finish).length;
  return turns[Math.min(played, turns.length - 1)]!;
}

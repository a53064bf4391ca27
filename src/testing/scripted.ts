import type { Model, ModelEvent, ModelRequest } from '../chat/model.ts';

/** One turn of a scripted model: its text, calls, or events as they are. */
export type ScriptedTurn =
  | string
  | { readonly text?: string; readonly calls: readonly ScriptedCall[] }
  | { readonly events: readonly ModelEvent[] }
  | { readonly error: unknown }
  | ((request: ModelRequest) => ScriptedTurn);

/** A tool call of a scripted turn; `input` is written as JSON, text goes as it is. */
export interface ScriptedCall {
  readonly name: string;
  readonly input: unknown;
  readonly id?: string;
}

/** A model that plays turns, and remembers what it was sent. */
export interface ScriptedModel extends Model {
  /** What the model was asked, call by call. */
  readonly requests: readonly ModelRequest[];
  /** Throws when turns were left over. */
  allPlayed(): void;
}

/**
 * A model that plays its turns in order, a word at a time, and throws when it is asked more often.
 *
 * @example
 * const model = scripted([{ calls: [{ name: 'refund', input: { amount: 60 } }] }, 'Refunded.']);
 */
export function scripted(turns: readonly ScriptedTurn[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    provider: 'scripted',
    id: 'script',
    requests,
    async *stream(request): AsyncGenerator<ModelEvent | readonly ModelEvent[]> {
      const turn = turns[requests.push(request) - 1];
      if (turn === undefined) throw new Error(`The script has ${turns.length} turns, and was asked for one more.`);
      for (const event of eventsOf(turn, request)) {
        request.signal.throwIfAborted();
        yield event;
      }
    },
    allPlayed: () => {
      if (requests.length < turns.length)
        throw new Error(`Of ${turns.length} scripted turns only ${requests.length} were played.`);
    },
  };
}

function* eventsOf(turn: ScriptedTurn, request: ModelRequest): Generator<ModelEvent> {
  if (typeof turn === 'function') return yield* eventsOf(turn(request), request);
  if (typeof turn === 'string') return yield* spoken(turn, []);
  if ('error' in turn) throw turn.error;
  if ('events' in turn) return yield* turn.events;
  yield* spoken(turn.text ?? '', turn.calls);
}

function* spoken(text: string, calls: readonly ScriptedCall[]): Generator<ModelEvent> {
  for (const delta of text.match(/\S+\s*|\s+/g) ?? []) yield { type: 'text', delta };
  for (const { name, input, id } of calls) {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    yield { type: 'call', name, arguments: text, ...(id !== undefined && { id }) };
  }
  yield { type: 'usage', usage: { input: 10, output: 5, cachedInput: 0, reasoning: 0 } };
  yield { type: 'finish', reason: calls.length > 0 ? 'tool-calls' : 'stop' };
}

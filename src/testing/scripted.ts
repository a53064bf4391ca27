// `using` is newer than what a consumer may have told the compiler.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Capabilities, Model, ModelEvent, ModelRequest } from '../chat/model.ts';
import type { Json } from '../conversation/json.ts';
import type { Message } from '../conversation/message.ts';
import { resultOf } from '../conversation/result.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { play } from './scripted-turn.ts';
import type { ScriptedTurn } from './scripted-turn.ts';
import { transcript } from './transcript.ts';

/** How a script is played. */
export interface ScriptOptions {
  /**
   * `asked` (the default) plays the next turn each time the model is asked.
   * `answers` plays the turn that follows the answers in the request: the same in every process, and again after a cut.
   */
  readonly turnBy?: 'asked' | 'answers';
  /**
   * Plays the provider: what comes of a call that it is at, or that a request says was approved; told before the turn.
   * Without it nothing is told but what the turns tell.
   */
  readonly atProvider?: (call: ToolCall) => Json;
  /** What it says of itself: with `{ output: 'always' }` a structured output is its text. Default: nothing. */
  readonly capabilities?: Capabilities;
}

/** A model that plays turns, and remembers what it was sent. */
export interface ScriptedModel extends Model, Disposable {
  /** What the model was asked, call by call. */
  readonly requests: readonly ModelRequest[];
  /** The messages of each request, a line for each part; see `transcript`. */
  readonly heard: readonly (readonly string[])[];
  /** Throws when a turn was not played. `using model = scripted(…)` asks for it at the end of the block. */
  allPlayed(): void;
}

/**
 * A model that plays its turns in order, a word at a time, and throws when it is asked for more.
 *
 * @example
 * using model = scripted([{ calls: [{ name: 'refund', input: { amount: 60 } }] }, 'Refunded.']);
 */
export function scripted(
  turns: readonly ScriptedTurn[],
  { turnBy = 'asked', atProvider, capabilities }: ScriptOptions = {},
): ScriptedModel {
  const requests: ModelRequest[] = [];
  const played = new Set<number>();
  const allPlayed = (): void => {
    if (played.size < turns.length)
      throw new Error(`Of ${turns.length} scripted turns only ${played.size} were played.`);
  };
  return {
    provider: 'scripted',
    id: 'script',
    ...(capabilities && { capabilities }),
    requests,
    get heard() {
      return requests.map(({ messages }) => transcript(messages));
    },
    async *stream(request): AsyncGenerator<ModelEvent | readonly ModelEvent[]> {
      // The list of messages never changes once it was handed out, the record around it may.
      const asked = requests.push({ ...request }) - 1;
      // Each has a result to tell, or this throws: nothing unsettled is ever sent, but what the provider itself is at.
      const calls = request.messages.flatMap(callsOf);
      for (const call of calls) if (!isAtWork(call)) resultOf(call);
      const number = turnBy === 'asked' ? asked : request.messages.filter(isAnswer).length;
      const turn = turns[number];
      if (turn === undefined) throw new Error(`The script has ${turns.length} turns, and was asked for one more.`);
      played.add(number);
      if (atProvider) yield* calls.filter(isAtWork).map((call) => resultAt(call, atProvider));
      yield* play(turn, request);
    },
    allPlayed,
    [Symbol.dispose]: allPlayed,
  };
}

function callsOf({ parts }: Message): readonly ToolCall[] {
  return parts.flatMap((part) => (part.type === 'tool' ? part.call : []));
}

/** Its provider runs it, or is told with this request that it may. */
function isAtWork({ providerExecuted, state }: ToolCall): boolean {
  return providerExecuted === true && state === 'running';
}

function resultAt(call: ToolCall, atProvider: (call: ToolCall) => Json): ModelEvent {
  return { type: 'result', id: call.providerId ?? '', output: atProvider(call) };
}

function isAnswer({ role, finish }: Message): boolean {
  return role === 'assistant' && finish !== undefined;
}

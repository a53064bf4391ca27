import type { ModelEvent, ModelRequest } from '../chat/model.ts';
import type { Json } from '../conversation/json.ts';
import type { FinishReason } from '../conversation/message.ts';
import type { ModelUsage } from '../conversation/usage.ts';

/** One turn of a scripted model: its text, a whole answer, or a function that makes the turn when it is asked for. */
export type ScriptedTurn = string | ScriptedAnswer | ((request: ModelRequest) => ScriptedTurn | Promise<ScriptedTurn>);

/** What a scripted model says in one turn, in this order. */
export interface ScriptedAnswer {
  /** What came of calls of earlier turns that the provider runs itself. */
  readonly results?: readonly ScriptedResult[];
  readonly reasoning?: string;
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
  /** Default: `tool-calls` when there are calls to run here, else `stop`. */
  readonly finish?: FinishReason;
  /** Default: 10 tokens in, 5 out. */
  readonly usage?: ModelUsage;
  /** Events as they are, instead of all the above: nothing is added, so that without `finish` the answer is cut. */
  readonly events?: readonly ScriptedEvent[];
  /** Thrown in place of the finish. */
  readonly error?: unknown;
  /** Milliseconds before each event. */
  readonly delay?: number;
}

/** A tool call of a scripted turn; `input` is written as JSON, text goes as it is. Default: `{}`. */
export interface ScriptedCall {
  readonly name: string;
  readonly input?: unknown;
  readonly id?: string;
  /** In how many pieces its arguments are told before the call comes whole. Default: none. */
  readonly pieces?: number;
  /** The provider runs it itself: at once, or when it is told that somebody approved it. */
  readonly provider?: 'runs' | 'asks';
  /** What came of it there, told right behind the call. */
  readonly result?: Json;
}

/** What came of a call that the provider ran; `id` is the one that the call was scripted with. */
export interface ScriptedResult {
  readonly id: string;
  readonly output: Json;
  readonly isError?: true;
}

/** An event, a batch of them, or a promise that the model waits for. */
export type ScriptedEvent = ModelEvent | readonly ModelEvent[] | Promise<unknown>;

/** Plays one turn, a word at a time. A stop ends every wait, with the reason of the signal. */
export async function* play(
  turn: ScriptedTurn,
  request: ModelRequest,
): AsyncGenerator<ModelEvent | readonly ModelEvent[], void> {
  const { signal } = request;
  if (typeof turn === 'function') return yield* play(await stoppable(Promise.resolve(turn(request)), signal), request);
  const answer = typeof turn === 'string' ? { text: turn } : turn;
  for (const event of answer.events ?? eventsOf(answer)) {
    signal.throwIfAborted();
    if (answer.delay !== undefined) await stoppable(after(answer.delay), signal);
    if (event instanceof Promise) await stoppable(event, signal);
    else yield event;
  }
  if ('error' in answer) throw answer.error;
}

function* eventsOf(answer: ScriptedAnswer): Generator<ModelEvent> {
  const { results = [], reasoning = '', text = '', calls = [], usage = usual, finish } = answer;
  for (const result of results) yield { type: 'result', ...result };
  for (const delta of wordsOf(reasoning)) yield { type: 'reasoning', delta };
  for (const delta of wordsOf(text)) yield { type: 'text', delta };
  for (const [key, call] of calls.entries()) yield* eventsOfCall(call, key);
  if ('error' in answer) return;
  yield { type: 'usage', usage };
  yield { type: 'finish', reason: finish ?? (calls.some(({ provider }) => !provider) ? 'tool-calls' : 'stop') };
}

const usual: ModelUsage = { input: 10, output: 5, cachedInput: 0, reasoning: 0 };

function wordsOf(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function* eventsOfCall(call: ScriptedCall, number: number): Generator<ModelEvent> {
  const { name, input = {}, id, pieces, provider, result } = call;
  const key = pieces !== undefined || result !== undefined ? number : undefined;
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  if (pieces !== undefined) {
    for (const delta of cut(text, pieces)) yield { type: 'tool-input', key: number, name, delta };
  }
  yield {
    type: 'call',
    ...(key !== undefined && { key }),
    ...(id !== undefined && { id }),
    name,
    arguments: text,
    ...(provider && { providerExecuted: true }),
    ...(provider === 'asks' && { needsApproval: true }),
  };
  if (result !== undefined) yield { type: 'result', key: number, output: result };
}

function cut(text: string, pieces: number): readonly string[] {
  const length = Math.ceil(text.length / pieces);
  return Array.from({ length: pieces }, (_, index) => text.slice(index * length, (index + 1) * length));
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The promise, or the signal's reason if that comes first. */
async function stoppable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

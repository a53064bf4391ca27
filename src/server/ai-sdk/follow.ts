import { isEnd } from '../../conversation/event.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { Answer } from './answer.ts';
import type { Ending } from './answer.ts';
import type { Chunk } from './chunk.ts';
import type { ShownAnswer } from './shown.ts';

/** How an answer is followed. */
export interface Following {
  readonly signal: AbortSignal;
  /** What the client has of it; absent: nothing. */
  readonly shown?: ShownAnswer | undefined;
  /** What the client is told in place of what follows: something that it said was not taken. */
  readonly refusal?: string | undefined;
}

/**
 * The newest answer of a thread as a stream of the AI SDK: what the client lacks, then what comes, until its run ends. Where
 * no run is under way the stream ends with what there is; a pause is an end too, and nothing is held open for it.
 */
export async function* follow(
  runtime: Runtime,
  key: ThreadKey,
  { signal, shown, refusal }: Following,
): AsyncGenerator<Chunk> {
  const read = await runtime.read(key);
  if (!read) return;
  const answer = new Answer(read, shown);
  yield* answer.begin();
  if (refusal !== undefined) return yield { type: 'error', errorText: refusal };
  if (!isUnderWay(read)) return yield* answer.end(endingOf(read));
  for await (const { event } of runtime.watch(key, { after: read.cursor, signal })) {
    yield* answer.take(event);
    if (isEnd(event)) return yield* answer.end(event);
  }
}

/** Whether a run is under way, or due: its end will be told. */
export function isUnderWay({ thread }: ReadThread): boolean {
  return thread.status === 'working';
}

/** How the last run of a thread ended. */
function endingOf({ thread, messages }: ReadThread): Ending {
  if (thread.status === 'paused') return { type: 'paused' };
  if (thread.status === 'failed') return { type: 'error', code: thread.error ?? 'provider' };
  const last = messages.at(-1);
  return { type: 'done', finish: last?.role === 'assistant' ? (last.finish ?? 'other') : 'stop' };
}

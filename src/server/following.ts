import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import type { ThreadKey } from '../store/thread.ts';
import type { Asked } from './dialect.ts';
import { Addresses } from './file-address.ts';

/** Tells a thread in the pieces of some protocol, as the difference between what a client has and what there is. */
export interface Teller<Piece> {
  /** Brings the client from what it has to what there is now. */
  begin(): readonly Piece[];
  /** What an event of the thread comes to. */
  take(event: ChatEvent): readonly Piece[];
  /** The end of the stream: of a run, or where it has ended before. A failure is told by its code alone (rule X3). */
  end(ending: Ending): readonly Piece[];
  /** The end of the stream in place of what follows: something that the client said was not taken. */
  refuse(reasons: readonly Refusal[]): readonly Piece[];
}

/** How a stream ends: as its run does, or as the thread stands whose run is over. */
export type Ending =
  | Pick<EndEvent & { readonly type: 'paused' }, 'type'>
  | Pick<EndEvent & { readonly type: 'done' }, 'type' | 'finish'>
  | Pick<EndEvent & { readonly type: 'error' }, 'type' | 'code'>;

/** Why something was not taken, in words for whoever said it. */
export interface Refusal {
  readonly code: 'forbidden' | 'invalid' | 'too-early';
  readonly reason: string;
}

/** How a thread is followed. */
export interface Following<Piece> {
  readonly signal: AbortSignal;
  teller(read: ReadThread): Teller<Piece>;
  readonly refusals?: readonly Refusal[];
}

/**
 * A thread from what its client has of it, then what comes, until its run ends. Where no run is under way the stream ends
 * with what there is; a pause is an end too, and nothing is held open for it.
 */
export async function* follow<Piece>(
  asked: Asked,
  key: ThreadKey,
  { signal, teller: tellerOf, refusals = [] }: Following<Piece>,
): AsyncGenerator<Piece> {
  const { runtime, view } = asked;
  const read = await runtime.read(key);
  if (!read) return;
  const addresses = new Addresses(asked, key.thread);
  const teller = tellerOf({ ...read, messages: addresses.inMessages(view.redactedMessages(read.messages)) });
  yield* teller.begin();
  if (refusals.length > 0) return yield* teller.refuse(refusals);
  if (!isUnderWay(read)) return yield* teller.end(endingOf(read));
  for await (const { event } of runtime.watch(key, { after: read.cursor, signal })) {
    yield* teller.take(addresses.inEvent(view.redactedEvent(event)));
    if (isEnd(event)) return yield* teller.end(event);
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

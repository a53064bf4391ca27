import type { ChatEvent } from '../conversation/event.ts';
import { isSettled } from '../conversation/move.ts';
import type { Append } from './store.ts';
import type { Fence } from './thread.ts';

/** What decides whether an append is taken. */
export interface Gate extends Fence {
  /** The last event. */
  readonly seq: number;
  /** The last event that is no delta: those need not have been seen. */
  readonly committed: number;
  /** A stop was asked for, and no run has ended since. */
  readonly stopped: boolean;
}

/** Whether an append is taken. The same in every store, so that none is more generous than another. */
export function admission(gate: Gate, { fence, seen, afterStop, events }: Append): 'taken' | 'refused' | 'fenced' {
  if (fence && !isHeldBy(gate, fence)) return 'fenced';
  // Whoever holds the thread looks first at what others have appended, or that it is to stop (rules D3, E7). Who gives it
  // back with nothing done leaves the stop to the next one.
  const isToStop = fence && gate.stopped && !afterStop && events.length > 0;
  // Who has seen what is not there knew the thread before it was set back (rule E8).
  if (seen < gate.committed || seen > gate.seq || isToStop) return 'refused';
  return 'taken';
}

/** The epoch alone is not enough: a restored or a failed-over database may give one out twice (rule E8). */
export function isHeldBy(gate: Fence, { epoch, nonce }: Fence): boolean {
  return gate.epoch === epoch && gate.nonce === nonce;
}

/** Whether an append holds whatever its run had told before: its holder commits an open message whole (rule S4). */
export function takesDeltas({ fence, events }: Append): boolean {
  return fence !== undefined && events.length > 0;
}

/**
 * Whether somebody says something beside a run: after a stop that is another one's, which begins when the stopped one has ended
 * (rule E7).
 */
export function speaks({ fence, events }: Append): boolean {
  return fence === undefined && events.some((event) => event.type === 'message' && event.message.role === 'user');
}

/** Whether an append ends what was asked to stop: with its end, or by somebody who takes its place. */
export function endsStop({ fence, release, afterStop }: Append): boolean {
  return afterStop === true && (release === true || fence === undefined);
}

/** Whether an append says anew when its thread is due: it does unless its writer goes on holding the thread (rule S2). */
export function setsWake({ wake, release, fence }: Append): boolean {
  return wake === 'now' || release === true || fence === undefined;
}

/** Whether a thread came on: a model call ended, or a tool call. Then its takeovers are counted anew (rule L6). */
export function isProgress(events: readonly ChatEvent[]): boolean {
  return events.some((event) => event.type === 'step-end' || (event.type === 'tool' && isSettled(event.call.state)));
}

/** Whether an append does no more than to open an answer: nobody has been told of it, and without it the model is asked again. */
export function isOpening({ fence, events, release }: Pick<Append, 'fence' | 'events' | 'release'>): boolean {
  const opens = (event: ChatEvent): boolean =>
    event.type === 'trace' ||
    (event.type === 'message' && event.message.role === 'assistant' && event.message.parts.length === 0);
  return fence !== undefined && !release && events.length > 0 && events.every(opens);
}

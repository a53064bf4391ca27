import { lengthOf } from '../length.ts';
import type { Notice } from './notice.ts';

/**
 * Tells somebody of a call that waits. What it throws has it tried again later: with `retryAfter` (milliseconds), as a
 * `ChatError` has it, not before that.
 */
export type Notify = (notice: Notice, how: { readonly signal: AbortSignal }) => Promise<void>;

/** How people are told of what waits. */
export interface Notifications {
  readonly send: Notify;
  /** Nobody is told of what this is false for. Default: of everything in the store, whatever its tenant and chat. */
  readonly only?: (notice: Notice) => boolean;
  /** How long a call must have waited, in milliseconds: what somebody decides at once need not be told. Default: 0. */
  readonly delay?: number;
  /** How long one try may take, in milliseconds. Default: 10,000. */
  readonly timeout?: number;
  /** How long each try is waited for after the one before, in milliseconds; after the last it is given up. Default: 15 tries within three days. */
  readonly retries?: readonly number[];
}

const minute = 60_000;
const hour = 60 * minute;

/** Soon at first, as after a deployment; then rarely, as until somebody has come to work. */
const usualRetries: readonly number[] = [
  2_000,
  10_000,
  30_000,
  2 * minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  12 * hour,
  20 * hour,
  24 * hour,
];

/** The same with every default filled in. */
export type Telling = Notifications & Required<Pick<Notifications, 'delay' | 'timeout' | 'retries'>>;

/** Fills in what was left out, with lengths that timers take. Throws `ChatError` `invalid-request` for what is none. */
export function tellingOf(notifications: Notifications): Telling {
  const { delay = 0, timeout = 10_000, retries = usualRetries } = notifications;
  return {
    ...notifications,
    delay: lengthOf('notifications.delay', delay, { least: 0 }),
    timeout: lengthOf('notifications.timeout', timeout, { least: 1 }),
    retries: retries.map((wait) => lengthOf('notifications.retries', wait, { least: 0 })),
  };
}

import { ChatError } from '../../conversation/error.ts';
import type { NoticeRow, SettledNotice } from '../../store/notice.ts';
import type { Setup } from '../options.ts';
import { noticeOf } from './notice.ts';
import type { Notice } from './notice.ts';
import type { Telling } from './options.ts';

/** How many are told at once. */
const mostAtOnce = 8;

/** For how long some are begun with, however short the time, in milliseconds. */
const atLeast = 1_000;

/** Tells people of what waits, beside whatever runs: how long that takes, or whether it works, is nothing to a run. */
export class Notifier {
  readonly #setup: Pick<Setup, 'store' | 'closed' | 'report'>;
  readonly #options: Telling;
  #looking: Promise<void> | undefined;
  #isHeard = false;

  constructor(setup: Pick<Setup, 'store' | 'closed' | 'report'>, options: Telling) {
    this.#setup = setup;
    this.#options = options;
  }

  /**
   * Tells of everything that is due; after a moment, by `performance.now()`, it begins with no more. Who calls while that goes
   * on has it looked at once more.
   */
  look(until: number = Infinity): Promise<void> {
    this.#isHeard = true;
    return (this.#looking ??= this.#all(until).finally(() => (this.#looking = undefined)));
  }

  /** Resolves when nothing is being told any more: what is under way ends with the runtime's signal, and is due at once. */
  async close(): Promise<void> {
    await this.#looking?.catch(() => {});
  }

  async #all(until: number): Promise<void> {
    const { store, closed } = this.#setup;
    const { timeout } = this.#options;
    const end = Math.max(until, performance.now() + atLeast);
    for (let isLate = false; this.#isHeard && !isLate && !closed.signal.aborted; isLate = performance.now() >= end) {
      this.#isHeard = false;
      // A process that dies while it tells leaves it to others, who may tell it again under the same id.
      const rows = await store.takeNotices({ limit: mostAtOnce, lease: 2 * timeout + 1_000 });
      if (rows.length > 0) this.#isHeard = true;
      await Promise.all(rows.map((row) => this.#tell(row)));
    }
  }

  async #tell(row: NoticeRow): Promise<void> {
    const { tenant, thread } = row.thread;
    const settled = { tenant, thread, call: row.call.id, ticket: row.ticket, became: await this.#became(row) };
    // What cannot be stored is told again when the lease is over.
    await this.#setup.store.settleNotice(settled).catch(this.#setup.report);
  }

  async #became(row: NoticeRow): Promise<SettledNotice['became']> {
    const { delay } = this.#options;
    const notice = noticeOf(row);
    if (!notice) return { type: 'told', name: row.told ?? '' };
    const early = row.since + delay - row.now;
    if (early > 0) return { type: 'again', in: early, tries: row.tries };
    try {
      const { only = () => true } = this.#options;
      if (only(notice)) await this.#send(notice);
      return { type: 'told', name: notice.id };
    } catch (error) {
      return this.#failed(notice, row, error);
    }
  }

  async #send(notice: Notice): Promise<void> {
    const { send, timeout } = this.#options;
    const late = AbortSignal.timeout(timeout);
    const signal = AbortSignal.any([late, this.#setup.closed.signal]);
    // Whoever sends may not listen to the signal.
    const { promise: over, reject } = Promise.withResolvers<never>();
    const end = (): void => reject(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([send(notice, { signal }), over]);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  #failed(notice: Notice, { tries }: NoticeRow, error: unknown): SettledNotice['became'] {
    // It was not its fault.
    if (this.#setup.closed.signal.aborted) return { type: 'again', in: 0, tries };
    const { retries } = this.#options;
    const wait = retries[tries];
    const { call, thread } = notice;
    if (wait === undefined) {
      const what = `Telling of ${call.name} in thread ${thread.thread}: given up after ${tries + 1} tries.`;
      this.#setup.report(new ChatError('network', what, { cause: error }));
      return { type: 'told', name: notice.id };
    }
    // Where many failed at once they do not all come back at once.
    const apart = wait * (0.9 + 0.2 * (Number.parseInt(notice.id.slice(0, 8), 16) / 0xff_ff_ff_ff));
    const after = error instanceof ChatError ? (error.retryAfter ?? 0) : 0;
    return { type: 'again', in: Math.max(apart, Math.min(after, 24 * 3_600_000)), tries: tries + 1 };
  }
}

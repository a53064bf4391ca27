import { ChatError } from '../../conversation/error.ts';
import type { NoticeRow, SettledNotice } from '../../store/notice.ts';
import type { Setup } from '../options.ts';
import { noticeOf } from './notice.ts';
import type { Notice } from './notice.ts';
import type { Telling } from './options.ts';
import { Turns } from './turns.ts';

/** How many are taken at once. */
const mostTaken = 8;

/** For how long some are begun with, however short the time, in milliseconds. */
const atLeast = 1_000;

/** Tells people of what waits, beside whatever runs: how long that takes, or whether it works, is nothing to a run. */
export class Notifier {
  readonly #setup: Pick<Setup, 'store' | 'closed' | 'report'>;
  readonly #options: Telling;
  #looking: Promise<void> | undefined;
  readonly #turns = new Turns();
  /** By `performance.now()`. */
  #end = 0;
  #isHeard = false;
  /** Rings when something may have become due, or somebody's turn is over. */
  #bell = Promise.withResolvers<void>();

  constructor(setup: Pick<Setup, 'store' | 'closed' | 'report'>, options: Telling) {
    this.#setup = setup;
    this.#options = options;
  }

  /**
   * Tells of everything that is due; after a moment, by `performance.now()`, it begins with no more. Who calls while that goes
   * on has it looked at once more.
   */
  look(until: number = Infinity): Promise<void> {
    const end = Math.max(until, performance.now() + atLeast);
    this.#end = this.#looking ? Math.min(this.#end, end) : end;
    this.#ring(true);
    return (this.#looking ??= this.#all().finally(() => (this.#looking = undefined)));
  }

  /** Resolves when nothing is being told any more: what is under way ends with the runtime's signal, and is due at once. */
  async close(): Promise<void> {
    this.#ring(false);
    await this.#looking?.catch(() => {});
  }

  async #all(): Promise<void> {
    try {
      await this.#begin();
    } finally {
      while (!this.#turns.areNone) await this.#rung();
    }
  }

  async #begin(): Promise<void> {
    const { closed } = this.#setup;
    while (!closed.signal.aborted && performance.now() < this.#end) {
      if (this.#isHeard && this.#turns.free > 0) await this.#take();
      else if (this.#turns.areNone) return;
      else await this.#rung();
    }
  }

  async #take(): Promise<void> {
    this.#isHeard = false;
    const { timeout } = this.#options;
    const limit = Math.min(mostTaken, this.#turns.free);
    // A process that dies while it tells leaves it to others, who may tell it again under the same id.
    const claim = { limit, lease: 2 * timeout + 1_000, except: this.#turns.full };
    const rows = await this.#setup.store.takeNotices(claim);
    if (rows.length > 0) this.#isHeard = true;
    const left = rows.filter((row) => !this.#began(row));
    await Promise.all(left.map((row) => this.#settle(row, { type: 'again', in: 0, tries: row.tries })));
  }

  /** False where it is not the turn of its tenant, of whom none is taken then until it is. */
  #began(row: NoticeRow): boolean {
    const { tenant } = row.thread;
    if (!this.#turns.mayBegin(tenant)) return false;
    let wasFull = false;
    const tell = async (): Promise<void> => {
      await this.#tell(row);
      wasFull = !this.#turns.mayBegin(tenant);
    };
    void this.#turns.take(tenant, tell).finally(() => this.#ring(wasFull));
    return true;
  }

  #ring(isHeard: boolean): void {
    this.#isHeard ||= isHeard;
    this.#bell.resolve();
  }

  async #rung(): Promise<void> {
    await this.#bell.promise;
    this.#bell = Promise.withResolvers();
  }

  async #tell(row: NoticeRow): Promise<void> {
    await this.#settle(row, await this.#became(row));
  }

  async #settle(
    { thread: { tenant, thread }, call, ticket }: NoticeRow,
    became: SettledNotice['became'],
  ): Promise<void> {
    // What cannot be stored is told again when the lease is over.
    await this.#setup.store.settleNotice({ tenant, thread, call: call.id, ticket, became }).catch(this.#setup.report);
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
    const began = performance.now();
    try {
      await Promise.race([send(notice, { signal }), over]);
    } finally {
      signal.removeEventListener('abort', end);
      this.#turns.took(notice.thread.tenant, performance.now() - began);
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

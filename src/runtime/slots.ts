import { ChatError } from '../conversation/error.ts';
import type { Append, AppendAnswer, Claim } from '../store/store.ts';
import { nameOf } from '../store/thread.ts';
import type { ClaimedThread, ThreadKey } from '../store/thread.ts';
import { advance } from './advance.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Holding } from './holding.ts';
import { moment } from './lease.ts';
import type { Moment } from './lease.ts';
import type { Setup } from './options.ts';

/** A thread that is advanced here. */
interface Running {
  holding: Holding | undefined;
  done: Promise<void>;
}

/** How many threads this process advances at once, and which they are (rule S3). */
export class Slots {
  readonly #setup: Setup;
  readonly #group: GroupCommit;
  /** What is under way, by the name of its thread. */
  readonly #running = new Map<string, Running>();
  /** Claims that are under way; each takes a slot. */
  readonly #claims = new Set<Promise<unknown>>();
  /** Whether threads are taken here without being asked for one by one. */
  #isOpen = false;
  #sweeping = false;
  /** Something may be due that nobody took, since there was no slot for it or a look was under way. */
  #missed = false;

  /** `group` writes what is said between the commits. */
  constructor(setup: Setup, group: GroupCommit) {
    this.#setup = setup;
    this.#group = group;
  }

  /** From now on it takes what is due. */
  open(): void {
    this.#isOpen = true;
    void this.sweep();
  }

  /** Takes whatever is due, as long as there are slots. */
  async sweep(): Promise<void> {
    this.#missed = this.#sweeping || !this.#isFree;
    if (this.#missed) return;
    this.#sweeping = true;
    try {
      while (this.#isFree && (await this.take()));
    } catch (error) {
      this.#setup.report(error);
    } finally {
      this.#sweeping = false;
      this.#freed();
    }
  }

  /** A wake may be late, or wrong: the row says what is due (rule S3). */
  wake(key: ThreadKey): void {
    if (this.#running.has(nameOf(key))) return this.notice(key);
    if (this.#isFree) this.take(key).catch(this.#setup.report);
    else this.#missed = true;
  }

  /** Others may have changed a thread that is advanced here. */
  notice(key: ThreadKey): void {
    this.#running.get(nameOf(key))?.holding?.notice();
  }

  /** Takes one thread that is due, and begins to advance it. */
  take(key?: ThreadKey): Promise<Running | undefined> {
    return this.#inSlot(async () => {
      const since = moment();
      const claimed = await this.#setup.store.claim({ ...(key && { key }), ...this.#claim });
      return claimed && this.#run(claimed, since);
    });
  }

  /** Appends something beside what runs; where a slot is free, the thread that it wakes is taken with it. */
  async append(append: Append): Promise<AppendAnswer> {
    const { store } = this.#setup;
    if (append.wake !== 'now' || !this.#isFree || this.#running.has(nameOf(append))) return store.append(append);
    return this.#inSlot(async () => {
      const since = moment();
      const answer = await store.append({ ...append, claim: this.#claim });
      if (answer.type === 'appended' && answer.claimed) this.#run(answer.claimed, since);
      return answer;
    });
  }

  /** Gives back what is under way. Gives the names of threads that could not be in time. */
  async close(): Promise<readonly string[]> {
    await Promise.allSettled(this.#claims);
    const leaving = [...this.#running.values()].map(({ holding, done }) => {
      holding?.handBack();
      return done;
    });
    const isOver = await within(this.#setup.closing, Promise.all(leaving));
    return isOver ? [] : [...this.#running.keys()];
  }

  get #isFree(): boolean {
    const hasSlot = this.#running.size + this.#claims.size < this.#setup.concurrency;
    return this.#isOpen && !this.#setup.closed.signal.aborted && hasSlot;
  }

  get #claim(): Omit<Claim, 'key'> {
    const { chats, name, lease } = this.#setup;
    return { chats: Object.keys(chats), holder: name, lease };
  }

  /** Keeps a slot for what may come of it. */
  #inSlot<Answer>(take: () => Promise<Answer>): Promise<Answer> {
    const taking = take();
    this.#claims.add(taking);
    return taking.finally(() => {
      this.#claims.delete(taking);
      this.#freed();
    });
  }

  /** There may be a slot for what there was none for. */
  #freed(): void {
    if (this.#missed && this.#isFree && !this.#sweeping) void this.sweep();
  }

  #run(claimed: ClaimedThread, since: Moment): Running {
    const name = nameOf(claimed.thread);
    const running: Running = { holding: undefined, done: Promise.resolve() };
    const onHold = (holding: Holding): void => void (running.holding = holding);
    running.done = advance(this.#setup, { claimed, since, group: this.#group, onHold })
      .catch((error: unknown) => {
        // A lost thread goes on elsewhere.
        if (!(error instanceof ChatError && error.code === 'fenced')) this.#setup.report(error);
      })
      .finally(() => {
        this.#running.delete(name);
        // What came while it ran, and what waited for a slot.
        void this.sweep();
      });
    this.#running.set(name, running);
    return running;
  }
}

/** Whether something came to its end within so many milliseconds. */
async function within(milliseconds: number, ending: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
  return Promise.race([ending.then(() => true), late]).finally(() => clearTimeout(timer));
}

import type { Store } from '../../store/store.ts';
import type { ClaimedThread, ThreadKey } from '../../store/thread.ts';
import { append, asking, begin, equal, key, word } from './case.ts';
import type { StoreCaseOptions } from './case.ts';

/** What the cases need to know of a store and of what wakes its threads. */
export interface WakerCaseOptions extends Pick<StoreCaseOptions, 'open' | 'openBeside' | 'wait'> {
  /** Does something while the database of a store refuses every commit. Without it the case of a transaction that is undone is left out. */
  readonly whileRefusing?: (store: Store, act: () => Promise<void>) => Promise<void>;
  /** Does something while another transaction has the row of a thread locked. Without it that case is left out. */
  readonly whileLocked?: (store: Store, key: ThreadKey, act: () => Promise<void>) => Promise<void>;
}

/** One case, before it has a store. */
export interface WakerCase {
  readonly name: string;
  readonly run: (stage: WakerStage) => Promise<void>;
}

/** What a case works with. */
export interface WakerStage extends Required<Pick<WakerCaseOptions, 'whileRefusing' | 'whileLocked'>> {
  readonly store: Store;
  readonly beside: Store;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** How much a clock that is read twice may differ, in milliseconds. */
const inaccuracy = 5;

/** Whoever works in a process, and what woke them: twice perhaps, which is allowed. */
export class Ears {
  readonly leave: () => void;
  readonly #store: Store;
  readonly #wait: WakerStage['wait'];
  readonly #wakes: { readonly thread: string; readonly at: number }[] = [];

  constructor({ wait }: WakerStage, store: Store) {
    this.#wait = wait;
    this.#store = store;
    this.leave = store.onWake(({ thread }) => this.#wakes.push({ thread, at: performance.now() }));
  }

  /** Threads that were heard of, as often as they were. */
  get threads(): readonly string[] {
    return this.#wakes.map(({ thread }) => thread);
  }

  /** Waits until a thread is heard of. */
  async hear(thread: string = key.thread): Promise<void> {
    await eventually(this.#wait, { what: `a wake of ${thread}`, look: () => this.threads.includes(thread) });
  }

  /** Waits until the thread is heard of at a time or later: what comes before it is of no use. */
  async hearAt(due: number): Promise<void> {
    const ahead = (await this.#store.now()) - performance.now() + inaccuracy;
    const look = (): boolean => this.#wakes.some(({ thread, at }) => thread === key.thread && at + ahead >= due);
    await eventually(this.#wait, { what: `a wake of ${key.thread} at its time`, look });
  }

  /** Waits until it hears of anything: a process may take a while before it listens. */
  async open(from: Store): Promise<void> {
    await said(from, 'first');
    let turns = 0;
    const look = async (): Promise<boolean> => {
      turns += 1;
      if (turns % 20 === 0) await append(from, [], { thread: 'first', wake: 'now' });
      return this.threads.includes('first');
    };
    await eventually(this.#wait, { what: 'a first wake', look });
  }
}

/** What somebody claims who claims whatever they are woken for, from some moment on. */
export class Taken {
  readonly #threads = new Set<string>();
  #isClaiming = false;

  constructor(store: Store) {
    store.onWake((thread) => {
      // A claim that fails takes nothing; the store may be closed by now.
      if (this.#isClaiming)
        claim(store, thread).then(
          (one) => one && this.#threads.add(one.thread.thread),
          () => {},
        );
    });
  }

  begin(): void {
    this.#isClaiming = true;
  }

  has(thread: string): boolean {
    return this.#threads.has(thread);
  }
}

/** Waits until something is so. */
export async function eventually(
  wait: WakerStage['wait'],
  { what, look }: { readonly what: string; readonly look: () => boolean | Promise<boolean> },
): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (await look()) return;
    await wait(10);
  }
  throw new Error(`Waiting for ${what}: it did not come.`);
}

/** Takes a thread that was heard of. */
export function claim(store: Store, thread: ThreadKey = key): Promise<ClaimedThread | undefined> {
  return store.claim({ key: thread, chats: ['shop'], holder: 'h', lease: 60_000 });
}

/** Says something in a new thread, so that it is to be looked at now. */
export async function said(store: Store, thread: string): Promise<void> {
  await begin(store, { tenant: key.tenant, thread });
  await append(store, [word(`${thread}-m1`)], { thread, wake: 'now' });
}

/** Begins a thread, and gives it back with a call that is due after so many milliseconds. Gives when that is. */
export async function snoozed(store: Store, milliseconds: number): Promise<number> {
  await said(store, key.thread);
  const { fence } = (await claim(store))!;
  const until = (await store.now()) + milliseconds;
  const call = { id: 'c1', name: 'pay', revision: 3, state: 'snoozed', until } as const;
  const events = [...asking('m2', 'c1'), { type: 'tool', call } as const];
  equal((await append(store, events, { fence, status: 'paused', release: true })).type, 'appended', 'giving it back');
  return until;
}

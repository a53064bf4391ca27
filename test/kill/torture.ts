import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createChat } from 'yourcall';
import type { ToolCall } from 'yourcall';
import { createRuntime } from 'yourcall/runtime';
import type { Runtime, Store, Thread, ThreadKey } from 'yourcall/runtime';
import { count, familyOf } from './count.ts';
import type { Counted } from './count.ts';
import { lineOf, linesOf } from './lines.ts';
import { openStore } from './place.ts';
import type { Place } from './place.ts';
import type { WorkerMessage, WorkerSetup } from './worker.ts';

/** How a torture goes on: how often a process is killed or frozen, how many there are, and where chance begins. */
export interface TortureOptions extends Place {
  readonly log: string;
  readonly kills: number;
  readonly stops: number;
  readonly workers: number;
  readonly seed: number;
  readonly control?: boolean;
}

/** What came of it. */
export interface TortureResult extends Counted {
  /** How often somebody had to say what happened. */
  readonly inDoubt: number;
  /** Threads that did not end. */
  readonly stuck: number;
}

const lease = 500;
const tenant = 'torture';
const patience = 60_000;

/** Kills and freezes processes that advance threads; a person answers what is in doubt by looking at the file. */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const store = openStore(options);
  const chat = createChat({ model: { provider: 'none', id: 'none', stream: () => [] as never } });
  const runtime = createRuntime({ chat: { default: chat, boss: chat, clerk: chat, payer: chat }, store, work: false });
  const keys: ThreadKey[] = [];
  for (let i = 0; i < options.workers * 4; i += 1) {
    // One of three has its line written two threads deep, after somebody has agreed to it there.
    const chat = i % 3 === 0 ? 'boss' : 'default';
    keys.push(await runtime.threads.create({ tenant, thread: `t${i}`, chat }));
  }
  const workers = Array.from({ length: options.workers }, () => start(options));
  const people = new People({ runtime, store, keys, log: options.log, workers });
  try {
    await torment(workers, options, people);
    people.isLast = true;
    const stuck = await people.untilAllEnded(patience);
    return { ...(await count(store, keys, options.log)), inDoubt: people.inDoubt, stuck };
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await people.leave();
    await runtime.close();
    await store.close();
  }
}

function start({ store, at, log, control = false }: TortureOptions): ChildProcess {
  const setup: WorkerSetup = { store, at, log, control, lease };
  const file = join(import.meta.dirname, 'worker.ts');
  return spawn(process.execPath, [file, JSON.stringify(setup)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** Has a process kill itself right behind its next effect, which may not come: it may be frozen, or without work. */
async function endBehindEffect(worker: ChildProcess): Promise<void> {
  worker.send({ type: 'die behind an effect' } satisfies WorkerMessage);
  await once(worker, 'exit', { signal: AbortSignal.timeout(1_000) }).catch(() => {});
}

/** Kills and freezes in turn, at random moments and half of the kills right behind an effect, until all were done. */
async function torment(workers: ChildProcess[], options: TortureOptions, people: People): Promise<void> {
  const random = chance(options.seed);
  const acts = [...Array(options.kills).fill('kill'), ...Array(options.stops).fill('stop')] as ('kill' | 'stop')[];
  acts.sort(() => random() - 0.5);
  await sleep(1_000);
  for (const act of acts) {
    await Promise.all([sleep(200 + random() * 400), people.look()]);
    const place = Math.floor(random() * workers.length);
    const worker = workers[place]!;
    const isAimed = random() < 0.5;
    if (act === 'kill') {
      if (isAimed) await Promise.all([endBehindEffect(worker), people.look()]);
      worker.kill('SIGKILL');
      workers[place] = start(options);
    } else {
      worker.kill('SIGSTOP');
      // Sometimes shorter than the lease, mostly longer, and longer than the timeout of the tool.
      setTimeout(() => worker.kill('SIGCONT'), lease * (0.5 + random() * 2.5));
    }
  }
  await sleep(lease * 3);
}

/** What people look at. */
interface Scene {
  readonly runtime: Runtime;
  readonly store: Store;
  /** The threads in which they speak. */
  readonly keys: readonly ThreadKey[];
  readonly log: string;
  /** Processes that they speak to now and then: whoever is spoken to takes the thread at once. */
  readonly workers: readonly ChildProcess[];
}

/** Those who say something whenever a thread has come to its end, and know what is in the file. */
class People {
  inDoubt = 0;
  /** Nothing new is said any more. */
  isLast = false;
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #keys: readonly ThreadKey[];
  readonly #log: string;
  readonly #workers: readonly ChildProcess[];
  #words = 0;
  #turns = 0;
  #looking: Promise<void> | undefined;

  constructor({ runtime, store, keys, log, workers }: Scene) {
    this.#runtime = runtime;
    this.#store = store;
    this.#keys = keys;
    this.#log = log;
    this.#workers = workers;
  }

  /** One look at all threads at a time. */
  look(): Promise<void> {
    return (this.#looking ??= this.#lookAtAll().finally(() => (this.#looking = undefined)));
  }

  async leave(): Promise<void> {
    await this.#looking;
  }

  async untilAllEnded(milliseconds: number): Promise<number> {
    for (const end = Date.now() + milliseconds; ; await sleep(50)) {
      await this.look();
      const families = await Promise.all(this.#keys.map((key) => familyOf(this.#store, key)));
      const stuck = families.flat().filter((thread) => !hasEnded(thread));
      if (stuck.length === 0) return 0;
      if (Date.now() > end) {
        for (const key of stuck) await this.#tellOfStuck(key);
        return stuck.length;
      }
    }
  }

  /** What is to be known of a thread that did not end, for whoever looks after that. */
  async #tellOfStuck(key: ThreadKey): Promise<void> {
    const { thread, messages } = (await this.#runtime.read(key))!;
    console.error(JSON.stringify({ now: Date.now(), thread, last: messages.slice(-2) }));
  }

  async #lookAtAll(): Promise<void> {
    for (const key of this.#keys) {
      const { thread } = (await this.#runtime.read(key))!;
      if (thread.status === 'failed') await this.#runtime.retry(key);
      if (this.isLast || (thread.status !== 'new' && thread.status !== 'done')) continue;
      this.#words += 1;
      await this.#say(key, 'Two lines, please.');
    }
    const { items } = await this.#runtime.inbox({ tenant, limit: 500 });
    for (const { thread, call } of items) await this.#answer(thread, call);
  }

  async #say(key: ThreadKey, text: string): Promise<void> {
    const once = `${this.#words}`;
    if (!this.#tells({ type: 'say', key, text, once })) await this.#runtime.send(key, text, { key: once });
  }

  /** Every other time one of the workers is told, who may be gone or frozen: then it is said again at the next look. */
  #tells(message: WorkerMessage): boolean {
    this.#turns += 1;
    if (this.#turns % 2 === 0) return false;
    const worker = this.#workers[((this.#turns - 1) / 2) % this.#workers.length]!;
    return worker.connected && worker.send(message, () => {});
  }

  async #answer(key: ThreadKey, call: ToolCall): Promise<void> {
    if (call.state === 'awaiting-approval') {
      const approval = { call: call.id, by: 'somebody who agrees' };
      if (!this.#tells({ type: 'approve', key, ...approval }))
        await this.#runtime.decide(key, { decision: { type: 'approve' }, ...approval });
    }
    if (call.state !== 'in-doubt') return;
    const happened = linesOf(this.#log).includes(lineOf(call));
    const decision = happened ? ({ type: 'happened', output: 'done' } as const) : ({ type: 'run-again' } as const);
    const answer = await this.#runtime.decide(key, { call: call.id, decision, by: 'somebody who looked' });
    this.inDoubt += answer.type === 'applied' ? 1 : 0;
  }
}

/** One that was opened for a call may be given up when many of its processes die in a row (rule L6): whoever waits for it is told, and goes on. */
function hasEnded({ status, error, within }: Thread): boolean {
  return status === 'done' || (within !== undefined && status === 'failed' && givesUp.has(error ?? ''));
}

const givesUp: ReadonlySet<string> = new Set(['poisoned', 'aborted']);

/** Numbers between 0 and 1 that a seed repeats (mulberry32). */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

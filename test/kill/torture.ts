import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { apply, createChat } from 'yourcall';
import type { Message, ToolCall } from 'yourcall';
import { createRuntime } from 'yourcall/runtime';
import type { Runtime, Store, ThreadKey } from 'yourcall/runtime';
import { openStore } from './place.ts';
import type { Place } from './place.ts';
import type { WorkerSetup } from './worker.ts';

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
export interface TortureResult {
  /** Calls that are completed. */
  readonly calls: number;
  /** Lines in the file. */
  readonly effects: number;
  /** Lines that stand there more than once. */
  readonly duplicates: number;
  /** Calls that are completed and left no line. */
  readonly lost: number;
  /** How often somebody had to say what happened. */
  readonly inDoubt: number;
  /** Places where the numbers of a log do not follow each other. */
  readonly seqGaps: number;
  /** Threads whose log, folded, is not what is stored of them. */
  readonly misread: number;
  /** Threads that did not end. */
  readonly stuck: number;
}

const lease = 500;
const tenant = 'torture';
const patience = 60_000;

/** Kills and freezes processes that advance threads; a person answers what is in doubt by looking at the file. */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const store = openStore(options);
  const model = { provider: 'none', id: 'none', stream: () => [] as never };
  const runtime = createRuntime({ chat: createChat({ model }), store, work: false });
  const keys: ThreadKey[] = [];
  for (let i = 0; i < options.workers * 4; i += 1) keys.push(await runtime.threads.create({ tenant, thread: `t${i}` }));
  const people = new People(runtime, keys, options.log);
  const workers = Array.from({ length: options.workers }, () => start(options));
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
  worker.send('die behind an effect');
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

/** Those who say something whenever a thread has come to its end, and know what is in the file. */
class People {
  inDoubt = 0;
  /** Nothing new is said any more. */
  isLast = false;
  readonly #runtime: Runtime;
  readonly #keys: readonly ThreadKey[];
  readonly #log: string;
  #words = 0;
  #looking: Promise<void> | undefined;

  constructor(runtime: Runtime, keys: readonly ThreadKey[], log: string) {
    this.#runtime = runtime;
    this.#keys = keys;
    this.#log = log;
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
      const states = await Promise.all(this.#keys.map(async (key) => (await this.#runtime.read(key))?.thread.status));
      const stuck = states.filter((status) => status !== 'done').length;
      if (stuck === 0) return 0;
      if (Date.now() > end) {
        for (const key of this.#keys) await this.#tellOfStuck(key);
        return stuck;
      }
    }
  }

  /** What is to be known of a thread that did not end, for whoever looks after that. */
  async #tellOfStuck(key: ThreadKey): Promise<void> {
    const { thread, messages } = (await this.#runtime.read(key))!;
    if (thread.status !== 'done') console.error(JSON.stringify({ now: Date.now(), thread, last: messages.slice(-2) }));
  }

  async #lookAtAll(): Promise<void> {
    for (const key of this.#keys) {
      const { thread } = (await this.#runtime.read(key))!;
      if (thread.status === 'failed') await this.#runtime.retry(key);
      if (this.isLast || (thread.status !== 'new' && thread.status !== 'done')) continue;
      this.#words += 1;
      await this.#runtime.send(key, 'Two lines, please.', { key: `${this.#words}` });
    }
    const { items } = await this.#runtime.inbox({ tenant, limit: 500 });
    for (const { thread, call } of items) await this.#answer(thread, call);
  }

  async #answer(key: ThreadKey, call: ToolCall): Promise<void> {
    if (call.state !== 'in-doubt') return;
    const happened = linesOf(this.#log).includes(lineOf(call));
    const decision = happened ? ({ type: 'happened', output: 'done' } as const) : ({ type: 'run-again' } as const);
    const answer = await this.#runtime.decide(key, { call: call.id, decision, by: 'somebody who looked' });
    this.inDoubt += answer.type === 'applied' ? 1 : 0;
  }
}

async function count(
  store: Store,
  keys: readonly ThreadKey[],
  log: string,
): Promise<Pick<TortureResult, 'calls' | 'effects' | 'duplicates' | 'lost' | 'seqGaps' | 'misread'>> {
  const lines = linesOf(log);
  const known = new Set(lines);
  let calls = 0;
  let lost = 0;
  let seqGaps = 0;
  let misread = 0;
  for (const key of keys) {
    const completed = (await callsOf(store, key)).filter(({ state }) => state === 'completed');
    calls += completed.length;
    lost += completed.filter((call) => !known.has(lineOf(call))).length;
    const reading = await readingOf(store, key);
    seqGaps += reading.seqGaps;
    misread += reading.misread;
  }
  return { calls, effects: lines.length, duplicates: lines.length - known.size, lost, seqGaps, misread };
}

async function callsOf(store: Store, key: ThreadKey): Promise<readonly ToolCall[]> {
  const { messages = [] } = (await store.load(key)) ?? {};
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

/** A log whose numbers have no gaps, and which folded is what is stored (rules S4, S5). */
async function readingOf(store: Store, key: ThreadKey): Promise<Pick<TortureResult, 'seqGaps' | 'misread'>> {
  let messages: readonly Message[] = [];
  let seqGaps = 0;
  for (let seen = 0; ;) {
    const [page] = await store.read([{ ...key, after: seen }], 200);
    if (!page || page.rows.length === 0) break;
    for (const { from, to, events } of page.rows) {
      seqGaps += from !== seen + 1 || to - from + 1 !== events.length ? 1 : 0;
      messages = apply(messages, events);
      seen = to;
    }
  }
  return { seqGaps, misread: isDeepStrictEqual(messages, (await store.load(key))?.messages) ? 0 : 1 };
}

function linesOf(log: string): readonly string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
}

function lineOf(call: ToolCall): string {
  return (call.input as { line: string }).line;
}

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

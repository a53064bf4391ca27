import { isDeepStrictEqual } from 'node:util';
import { apply } from 'yourcall';
import type { Message, ToolCall } from 'yourcall';
import type { Store, Thread, ThreadKey } from 'yourcall/runtime';
import { lineOf, linesOf } from './lines.ts';

/** What stands in the threads and in the file. */
export interface Counted {
  /** Calls that are completed. */
  readonly calls: number;
  /** Those of them that were made two threads deep, and approved there. */
  readonly nested: number;
  /** Lines in the file. */
  readonly effects: number;
  /** Lines that stand there more than once. */
  readonly duplicates: number;
  /** Calls that are completed and left no line. */
  readonly lost: number;
  /** Places where the numbers of a log do not follow each other. */
  readonly seqGaps: number;
  /** Threads whose log, folded, is not what is stored of them. */
  readonly misread: number;
}

/** Counts what came of these threads, and of those within them. */
export async function count(store: Store, roots: readonly ThreadKey[], log: string): Promise<Counted> {
  const lines = linesOf(log);
  const known = new Set(lines);
  let calls = 0;
  let lost = 0;
  let seqGaps = 0;
  let misread = 0;
  let nested = 0;
  const families = await Promise.all(roots.map((root) => familyOf(store, root)));
  for (const key of families.flat()) {
    const completed = (await callsOf(store, key)).filter((call) => call.name === 'act' && call.state === 'completed');
    calls += completed.length;
    nested += key.within?.length === 2 ? completed.length : 0;
    lost += completed.filter((call) => !known.has(lineOf(call))).length;
    const reading = await readingOf(store, key);
    seqGaps += reading.seqGaps;
    misread += reading.misread;
  }
  return { calls, nested, effects: lines.length, duplicates: lines.length - known.size, lost, seqGaps, misread };
}

async function callsOf(store: Store, key: ThreadKey): Promise<readonly ToolCall[]> {
  const { messages = [] } = (await store.load(key)) ?? {};
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

/** A log whose numbers have no gaps, and which folded is what is stored (rules S4, S5). */
async function readingOf(store: Store, key: ThreadKey): Promise<Pick<Counted, 'seqGaps' | 'misread'>> {
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

/** A thread, and all that were opened below it. */
export async function familyOf(store: Store, root: ThreadKey): Promise<readonly Thread[]> {
  const family: Thread[] = [(await store.load(root))!.thread];
  const below = { tenant: root.tenant, within: root.thread, limit: 200 };
  for (let after: string | undefined; ;) {
    const page = await store.list({ ...below, ...(after !== undefined && { after }) });
    family.push(...page.items);
    after = page.next;
    if (after === undefined) return family;
  }
}

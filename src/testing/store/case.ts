import { contentAfter } from '../../conversation/changes.ts';
import type { Decision } from '../../conversation/decision.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import { isObject } from '../../conversation/json.ts';
import type { LogPage } from '../../store/log.ts';
import type { Append, AppendAnswer, Store } from '../../store/store.ts';
import type { ThreadKey } from '../../store/thread.ts';

/** What the cases need to know of a store. */
export interface StoreCaseOptions {
  /** A store that holds nothing yet. */
  readonly open: () => Store | Promise<Store>;
  /** The same data as another process has it. Without it the cases of several processes are left out. */
  readonly openBeside?: (store: Store) => Store | Promise<Store>;
  /** The `auditSecret` of these stores, if they have one. */
  readonly auditSecret?: string;
  /** Lets time pass, by the store's clock. Default: waits for real. */
  readonly wait?: (milliseconds: number) => void | Promise<void>;
}

/** One thing that is true of every store. `run` throws an error that says what is wrong. */
export interface StoreCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A case, before it has a store. */
export interface StageCase {
  readonly name: string;
  readonly run: (stage: StoreUnderTest) => Promise<void>;
}

/** What a case works with. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly beside: Store | undefined;
  readonly auditSecret: string | undefined;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** The thread that most cases are about. */
export const key: ThreadKey = { tenant: 'acme', thread: 't1' };

/** Makes it. */
export async function begin(store: Store, thread: ThreadKey = key): Promise<void> {
  equal(await store.create({ ...thread, chat: 'shop', owner: 'ann' }), true, 'create');
}

let appends = 0;

/** Appends events as a writer does that has just loaded the thread. */
export async function append(
  store: Store,
  events: readonly ChatEvent[],
  more: Partial<Append> = {},
): Promise<AppendAnswer> {
  const { tenant = key.tenant, thread = key.thread } = more;
  const loaded = await store.load({ tenant, thread });
  if (!loaded) throw new Error(`Thread ${thread} is not there.`);
  appends += 1;
  const { changes } = contentAfter(loaded, events);
  return store.append({ tenant, thread, id: `a${appends}`, events, seen: loaded.thread.seq, ...changes, ...more });
}

/** The log of the thread that most cases are about, behind a place. */
export async function logBehind(store: Store, after: number, limit = 100): Promise<LogPage | undefined> {
  return (await store.read([{ ...key, after }], limit))[0];
}

/** A word of the user. */
export function word(id: string, text: string = id): ChatEvent {
  return { type: 'message', message: { id, role: 'user', parts: [{ type: 'text', text }], at: 1 } };
}

/** An answer that makes a call, which waits for a person. */
export function asking(message: string, call: string): readonly ChatEvent[] {
  const model = { provider: 'p', id: 'm' };
  const facts = { id: call, name: 'pay', revision: 1 };
  return [
    { type: 'message', message: { id: message, role: 'assistant', parts: [], at: 2, model } },
    {
      type: 'tool',
      message,
      part: 0,
      call: { ...facts, arguments: '{"amount":5}', input: { amount: 5 }, state: 'proposed' },
    },
    { type: 'step-end', message, finish: 'tool-calls', model },
    { type: 'tool', call: { ...facts, revision: 2, state: 'awaiting-approval', requirements: [{ reason: 'money' }] } },
  ];
}

/** A person's word about that call. */
export function rejection(
  call: string,
  { reason, by = 'ann' }: { readonly reason?: string; readonly by?: string } = {},
): ChatEvent {
  const decision: Decision = { type: 'reject', ...(reason !== undefined && { reason }) };
  const decisions = [{ decision, by, at: 5, seen: 'digest' }];
  return {
    type: 'tool',
    call: { id: call, name: 'pay', revision: 3, state: 'rejected', decisions, ...(reason !== undefined && { reason }) },
  };
}

/** Throws unless both are the same JSON. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (textOf(actual) === textOf(expected)) return;
  throw new Error(`${what}: got ${textOf(actual)} instead of ${textOf(expected)}`);
}

/** Members in the order of their names: how a store orders them does not count. */
function textOf(value: unknown): string | undefined {
  const ordered = (_: string, member: unknown): unknown =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member;
  return JSON.stringify(value, ordered);
}

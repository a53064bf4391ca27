import type { DecisionAnswer } from '../chat/types.ts';
import type { ContentPart } from '../conversation/content.ts';
import type { Rewound } from '../conversation/withdraw.ts';
import type { AuditEntry, AuditQuery, Trail, TrailQuery } from '../store/audit/trail.ts';
import type { Page } from '../store/page.ts';
import type { ThreadQuery } from '../store/store.ts';
import type { LoadedThread, Thread, ThreadKey } from '../store/thread.ts';
import { verifyAudit } from './audit.ts';
import type { AuditCheck, CheckedTrails } from './audit.ts';
import { appendBeside, missing } from './beside.ts';
import { readBlob } from './blobs/read-blob.ts';
import { cancel } from './cancel.ts';
import { create } from './create.ts';
import type { ThreadToMake } from './create.ts';
import { decideIn } from './decide.ts';
import type { Decided } from './decide.ts';
import { describedTools } from './described-tool.ts';
import type { DescribedTool } from './described-tool.ts';
import { Follower } from './follower.ts';
import { inbox } from './inbox.ts';
import { lengthOf } from './length.ts';
import type { InboxQuery, InboxRow } from './inbox.ts';
import { setupOf } from './options.ts';
import type { ContextGiven, DurableChats, RuntimeOptions, Setup } from './options.ts';
import { spoken } from './recovered.ts';
import { rewind } from './rewind.ts';
import type { Rewind } from './rewind.ts';
import { send } from './send.ts';
import type { SendOptions, Sent } from './send.ts';
import { cursorAt, watch } from './watch.ts';
import type { WatchedEvent, WatchOptions } from './watch.ts';
import { Worker } from './worker.ts';

/** Threads that outlive their process: said, decided and watched from anywhere, advanced by whoever works. */
export interface Runtime extends AsyncDisposable {
  /** Makes threads and looks after them. */
  readonly threads: Threads;
  /** Says something, at any time. Throws `ChatError` `invalid-request` when there is no such thread, or it is larger than `limits`. */
  send(key: ThreadKey, content: string | readonly ContentPart[], options?: SendOptions): Promise<Sent>;
  /**
   * Withdraws a message and what follows it, so that the model answers anew, or what is said in its place. Refused once a
   * call among them was started that does more than read, unless a person says `force` (rule D8).
   */
  rewind(key: ThreadKey, what: Rewind): Promise<Rewound>;
  /** Decides about a call, at any time and from anywhere. Throws `ChatError` `invalid-request` when it is larger than `limits`. */
  decide(key: ThreadKey, decided: Decided): Promise<DecisionAnswer>;
  /** Stops the run that is under way; `calls` also cancels what waits and was not started. False when there was nothing to stop (rule E7). */
  cancel(key: ThreadKey, options?: { readonly calls?: boolean }): Promise<boolean>;
  /** A thread as it is, with what its model has said so far, and the place in its log from which to watch. */
  read(key: ThreadKey): Promise<ReadThread | undefined>;
  watch(key: ThreadKey, options?: WatchOptions): AsyncGenerator<WatchedEvent>;
  /**
   * The bytes of what a message or a call of this thread refers to by its digest; nothing for any other (rules S9, X1).
   * Throws `ChatError` `format` when they are not what was stored.
   */
  blob(key: ThreadKey, digest: string): Promise<Uint8Array | undefined>;
  /** The tools of a chat, by the name that threads know it by; none where this process lacks that chat. */
  tools(chat: string): readonly DescribedTool[];
  /**
   * What waits for a person in all threads of a tenant: what they are among the approvers of, and what they are to answer;
   * with `manage` everything that waits (rule X1).
   */
  inbox(query: InboxQuery): Promise<Page<InboxRow>>;
  /** Told of threads that changed, here or in another process: a hint, which may come late, twice, or not at all. */
  subscribe(listener: (key: ThreadKey) => void): () => void;
  /** Who has decided what, when and why, in all threads of a tenant or in one, the oldest first unless `order` says otherwise (rule S7). */
  audit(query: AuditQuery): Promise<Page<AuditEntry>>;
  /** The audit trails of a tenant, or that of one thread, each whole and with its end: `verifyTrail` says of it whether it is. */
  trails(query: TrailQuery): Promise<Page<Trail>>;
  /** Walks the audit trails of a tenant, or of one thread, up to the first link that is broken (rule S7). */
  verifyAudit(check: AuditCheck): Promise<CheckedTrails>;
  /** Has a thread tried again that failed. */
  retry(key: ThreadKey): Promise<void>;
  /** Advances threads until the signal is aborted, in a process that was made with `work: false`. */
  work(options: { readonly signal: AbortSignal }): Promise<void>;
  /**
   * Advances threads that are due, one after the other, for about so many milliseconds, one at least: for processes that live
   * shortly. Gives how many.
   */
  tick(options: { readonly budget: number }): Promise<number>;
  /** Takes no more threads, stops what runs, and gives back what it has. */
  close(): Promise<void>;
}

/** A thread with its messages, and where its log stands. */
export interface ReadThread extends Omit<LoadedThread, 'deltas' | 'now'> {
  readonly cursor: string;
}

/** Threads as such. */
export interface Threads {
  /**
   * Makes a thread, empty or with what was said before elsewhere. Throws `ChatError` `invalid-request` when its id is taken,
   * without a tenant, and for a call that is not settled.
   */
  create(thread: ThreadToMake): Promise<ThreadKey>;
  list(query: ThreadQuery): Promise<Page<Thread>>;
  rename(key: ThreadKey, title: string): Promise<boolean>;
  archive(key: ThreadKey, archived?: boolean): Promise<boolean>;
  /**
   * Deletes what was said and done in a thread; refused while a call runs or is in doubt. Of what people have decided in it
   * bare links stay, without names, reasons or inputs, and then its id is never given out again (rule S7).
   */
  erase(key: ThreadKey): Promise<'erased' | 'refused' | 'missing'>;
}

/**
 * Makes a runtime: chats whose threads are kept in a store.
 *
 * @example
 * await using runtime = createRuntime({ chat, store: memoryStore() });
 * const thread = await runtime.threads.create({ tenant: 'acme' });
 * await runtime.send(thread, 'Refund order A-17, please.');
 */
export function createRuntime<C extends DurableChats>(options: RuntimeOptions<C> & ContextGiven<C>): Runtime {
  const setup = setupOf(options);
  const worker = new Worker(setup);
  if (options.work !== false) worker.start();
  return runtimeOf(setup, worker);
}

function runtimeOf(setup: Setup, worker: Worker): Runtime {
  const { store, chats, contextOf, limits } = setup;
  const follower = new Follower(store);
  const { beside } = worker;
  return {
    threads: threadsOf(setup),
    send: (key, content, more = {}) => send({ store: beside, limits }, key, { content, ...more }),
    rewind: (key, what) => rewind({ store, beside, follower, limits }, key, what),
    decide: (key, decided) => decideIn({ store: beside, chats, contextOf, limits }, key, decided),
    cancel: (key, { calls = false } = {}) => cancel(store, key, calls),
    async read(key) {
      const loaded = await store.load(key);
      if (!loaded) return undefined;
      const { thread, run, deltas } = loaded;
      return { thread, messages: spoken(loaded, deltas), run, cursor: cursorAt(thread.seq) };
    },
    watch: (key, about = {}) => watch({ store, follower }, key, about),
    blob: (key, digest) => readBlob(store, key, digest),
    tools(chat) {
      const toolbox = Object.hasOwn(chats, chat) ? chats[chat]?.toolbox : undefined;
      return toolbox ? describedTools(toolbox) : [];
    },
    inbox: (query) => inbox(setup, query),
    subscribe: (listener) => store.subscribe((key, news) => news === 'events' && listener(key)),
    audit: (query) => store.audit(query),
    trails: (query) => store.trails(query),
    verifyAudit: (check) => verifyAudit(store, check),
    async retry(key) {
      const there = await appendBeside(beside, key, { make: () => [], excerpt: {}, wakesAnyway: true });
      if (!there) throw missing(key);
    },
    async work({ signal }) {
      worker.start();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await worker.close();
    },
    tick: async ({ budget }) => worker.tick(lengthOf('budget', budget, { least: -Infinity })),
    close: () => worker.close(),
    [Symbol.asyncDispose]: () => worker.close(),
  };
}

function threadsOf(setup: Setup): Threads {
  const { store } = setup;
  return {
    create: (thread) => create(setup, thread),
    list: (query) => store.list(query),
    rename: (key, title) => store.update(key, { title }),
    archive: (key, archived = true) => store.update(key, { archived }),
    erase: (key) => store.erase(key),
  };
}

import type { ContentPart } from '../conversation/content.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { ChatError } from '../conversation/error.ts';
import type { GrantOffer, GrantWish } from '../conversation/grant-offer.ts';
import type { Grant } from '../conversation/grant.ts';
import { isObject } from '../conversation/json.ts';
import type { JsonObject } from '../conversation/json.ts';
import { format } from '../conversation/parse.ts';
import { framesOf } from './frames.ts';
import type { Operation } from './operations.ts';
import type { ClientOptions } from './options.ts';
import type { Asking, Requester } from './request.ts';
import type {
  Answer,
  AuditEntry,
  AuditPageQuery,
  CheckedAudit,
  DescribedTool,
  InboxItem,
  Me,
  Page,
  PageQuery,
  ReadView,
  Sent,
  ThreadView,
  Trail,
} from './views.ts';

/** An event of a thread, and the place behind it: hand the cursor in again to go on from there. */
export interface WatchedEvent {
  readonly event: ChatEvent;
  readonly cursor: string;
}

/** What somebody says about a call, and the digest of what they were shown (rule D1). */
export interface Choice {
  readonly call: string;
  readonly decision: Decision;
  readonly seen?: string;
  /** What is granted with an approval, of what was offered for the call. */
  readonly grant?: GrantWish;
}

/** How something is said. */
export interface SayOptions {
  /** What it does to a run that is under way: `queue`, the default, waits for its turn (rule D8). */
  readonly while?: 'queue' | 'interrupt' | 'supersede';
  /** The same key says the same thing: sent again, nothing is said again. */
  readonly key?: string;
}

/** One thread, or all. */
export interface InThread {
  readonly thread?: string;
}

/** How a stream is begun and ended. */
export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** Called when the server has begun to tell. */
  readonly onOpen?: () => void;
}

/** What is said in the place of what is withdrawn. */
export interface RewindOptions {
  readonly content?: string | readonly ContentPart[];
  readonly force?: boolean;
}

/**
 * The native API, operation by operation. Each asks once and throws `ChatError`: `providerCode` is the server's code for
 * it, `retryAfter` says when to come back.
 */
export interface Api {
  /** Who the server takes whoever asks for, and what they may do. */
  readMe(): Promise<Me>;
  createThread(about?: { readonly title?: string }): Promise<ThreadView>;
  listThreads(
    query?: PageQuery & { readonly archived?: boolean; readonly owner?: string; readonly within?: string },
  ): Promise<Page<ThreadView>>;
  readThread(thread: string, options?: { readonly signal?: AbortSignal }): Promise<ReadView>;
  /** The tools of its chat, as the process that answers has them; none where it lacks that chat. */
  readTools(thread: string): Promise<readonly DescribedTool[]>;
  renameThread(thread: string, title: string): Promise<ThreadView>;
  archiveThread(thread: string, archived?: boolean): Promise<ThreadView>;
  /** Erases it with all that was said; refused while a call runs or is in doubt. */
  eraseThread(thread: string): Promise<void>;
  /** Has a thread tried again that failed. */
  retryThread(thread: string): Promise<void>;
  say(thread: string, content: string | readonly ContentPart[], options?: SayOptions): Promise<Sent>;
  /**
   * Withdraws a message and what follows it, so that the model answers anew, or answers `content` in its place. Gives the ids of
   * what was withdrawn. `conflict` once a call among them may have taken effect, unless it is forced by who manages.
   */
  rewind(thread: string, message: string, how?: RewindOptions): Promise<readonly string[]>;
  /** The bytes of a file, or of a value as JSON, to which a message or a call refers by its digest. */
  readBlob(thread: string, digest: string): Promise<Uint8Array>;
  /** Stops the run that is under way; `calls` also cancels what waits and was not started. False when there was nothing to stop. */
  cancel(thread: string, options?: { readonly calls?: boolean }): Promise<boolean>;
  /** Decides about calls; what became of each is an answer in the same order. */
  decide(thread: string, choices: readonly Choice[]): Promise<readonly Answer[]>;
  /** What may be granted after a call, so that calls like it ask no more; or why nothing may. */
  offerGrants(thread: string, call: string): Promise<GrantOffer>;
  /** Grants something of what is offered after a call; it decides nothing about the call itself. `conflict` when it is not offered. */
  grant(thread: string, call: string, wish: GrantWish): Promise<Grant>;
  /** What was granted, the oldest first: by whoever asks; by anybody with the right to manage. */
  listGrants(query?: InThread): Promise<readonly Grant[]>;
  /** Takes a grant back. `not-found` when it is not there, or somebody else's. */
  revokeGrant(grant: string): Promise<void>;
  /** The events of a thread behind a place, until the connection ends. Default: what is new. */
  watchThread(thread: string, options?: StreamOptions & { readonly after?: string }): AsyncGenerator<WatchedEvent>;
  readInbox(query?: PageQuery & InThread): Promise<Page<InboxItem>>;
  /** The first page of the inbox, whole whenever it changes, until the connection ends. */
  watchInbox(options?: StreamOptions & InThread & { readonly limit?: number }): AsyncGenerator<Page<InboxItem>>;
  /** Who decided what, the oldest first unless `order` says otherwise. */
  readAudit(query?: AuditPageQuery): Promise<Page<AuditEntry>>;
  /** Audit trails whole, each with its end: to be kept, and verified elsewhere. Takes the right to manage. */
  readTrails(query?: PageQuery & InThread): Promise<Page<Trail>>;
  /** Whether the audit trails are what was written: those of all threads, or that of one. Takes the right to manage. */
  checkAudit(query?: InThread): Promise<CheckedAudit>;
  /** Resolves when the process answers. */
  health(): Promise<void>;
  /** Resolves when its store answers too. */
  readiness(): Promise<void>;
  /** The OpenAPI document. */
  describe(): Promise<JsonObject>;
}

/** The native API over what asks it. */
export function apiOf(requester: Requester, options: Pick<ClientOptions, 'silence' | 'clock'>): Api {
  /** The shapes are the server's, which a test holds against its document. */
  const ask = async <T>(operation: Operation, asking?: Asking): Promise<T> =>
    (await requester.json(operation, asking)) as T;
  const stream = async function* (operation: Operation, { signal = never, ...asking }: Asking) {
    const body = await requester.open(operation, { ...asking, signal });
    for await (const frames of framesOf(body, options, signal)) yield* frames;
  };
  return {
    readMe: () => ask('readMe'),
    createThread: (about = {}) => ask('createThread', { body: about }),
    listThreads: (query = {}) => ask('listThreads', { query: { ...query } }),
    readThread: (thread, { signal } = {}) => ask('readThread', { thread, signal }),
    async readTools(thread) {
      const { tools } = await ask<{ readonly tools: readonly DescribedTool[] }>('readTools', { thread });
      return tools;
    },
    renameThread: (thread, title) => ask('renameThread', { thread, body: { title } }),
    archiveThread: (thread, archived = true) => ask('archiveThread', { thread, body: { archived } }),
    eraseThread: (thread) => ask('eraseThread', { thread }),
    retryThread: (thread) => ask('retryThread', { thread }),
    ...spoken(ask, requester),
    ...granting(ask),
    async *watchThread(thread, { after, signal, onOpen } = {}) {
      for await (const { name, data, cursor } of stream('watchThread', { thread, query: { after }, signal })) {
        if (name === 'format') {
          checkFormat(data);
          onOpen?.();
        } else yield { event: data as ChatEvent, cursor };
      }
    },
    readInbox: (query = {}) => ask('readInbox', { query: { ...query } }),
    async *watchInbox({ signal, onOpen, ...query } = {}) {
      for await (const { data } of stream('watchInbox', { query, signal })) {
        onOpen?.();
        yield data as Page<InboxItem>;
      }
    },
    readAudit: (query = {}) => ask('readAudit', { query: { ...query } }),
    readTrails: (query = {}) => ask('readTrails', { query: { ...query } }),
    checkAudit: (query = {}) => ask('checkAudit', { query: { ...query } }),
    health: () => ask('health').then(nothing),
    readiness: () => ask('readiness').then(nothing),
    describe: () => ask('describe'),
  };
}

type Ask = <T>(operation: Operation, asking?: Asking) => Promise<T>;

/** What is said, decided and withdrawn in a thread, and what it refers to. */
function spoken(ask: Ask, requester: Requester): Pick<Api, 'say' | 'rewind' | 'readBlob' | 'cancel' | 'decide'> {
  return {
    say: (thread, content, { key, ...how } = {}) =>
      ask('say', {
        thread,
        body: { content, ...how },
        ...(key !== undefined && { headers: { 'idempotency-key': key } }),
      }),
    async rewind(thread, message, how = {}) {
      const { withdrawn } = await ask<{ readonly withdrawn: readonly string[] }>('rewind', {
        thread,
        body: { message, ...how },
      });
      return withdrawn;
    },
    async readBlob(thread, digest) {
      const body = await requester.open('readBlob', { thread, digest });
      return new Uint8Array(await new Response(body).arrayBuffer());
    },
    async cancel(thread, { calls = false } = {}) {
      const { stopped } = await ask<{ readonly stopped: boolean }>('cancel', { thread, body: { calls } });
      return stopped;
    },
    async decide(thread, decisions) {
      const { answers } = await ask<{ readonly answers: readonly Answer[] }>('decide', { thread, body: { decisions } });
      return answers;
    },
  };
}

/** What people grant beside their decisions. */
function granting(ask: Ask): Pick<Api, 'offerGrants' | 'grant' | 'listGrants' | 'revokeGrant'> {
  return {
    offerGrants: (thread, call) => ask('offerGrants', { thread, call }),
    grant: (thread, call, wish) => ask('grant', { thread, call, body: wish }),
    async listGrants(query = {}) {
      const { items } = await ask<{ readonly items: readonly Grant[] }>('listGrants', { query: { ...query } });
      return items;
    },
    revokeGrant: (grant) => ask('revokeGrant', { grant }),
  };
}

/** A page of yesterday sees that it has to load itself anew (rule S8). Throws `ChatError` `format`. */
function checkFormat(data: unknown): void {
  const told = isObject(data) ? data['format'] : undefined;
  if (typeof told === 'number' && told <= format + 1) return;
  const known = `this page reads formats up to ${format + 1}: load it anew`;
  throw new ChatError('format', `Watching a thread: its events have format ${String(told)}, and ${known}.`);
}

const never = new AbortController().signal;
const nothing = (): void => {};

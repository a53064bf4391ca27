import type { Person } from '../conversation/addressee.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { ChatError, ErrorCode } from '../conversation/error.ts';
import type { Grant } from '../conversation/grant.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { Changes } from '../conversation/changes.ts';
import type { StoredBlob } from './blob.ts';
import type { AuditEntry, AuditQuery, Trail, TrailQuery } from './audit/trail.ts';
import type { Excerpt } from './excerpt.ts';
import type { Deltas, Landed, LogPage, LogPlace, News } from './log.ts';
import type { NoticeClaim, NoticeRow, SettledNotice } from './notice.ts';
import type { Page, PageQuery } from './page.ts';
import type { ClaimedThread, Fence, LoadedThread, NewThread, Thread, ThreadKey, ThreadStatus } from './thread.ts';

/**
 * Keeps threads. Every method is one transaction; a store that cannot compare and set must not be written.
 * Ids of another tenant are answered like ids that do not exist (rule X1). What breaks is thrown; what was expected to
 * happen, such as another writer being first, is an answer.
 *
 * The cases every store must pass are in `yourcall/testing`.
 */
export interface Store {
  /** Makes a thread; false when its id is taken, or that of an erased thread in which somebody had decided. */
  create(thread: NewThread): Promise<boolean>;

  /**
   * A thread with its messages, from one moment. Of a long one an `excerpt` is cheaper: only the messages that belong to it,
   * whole, in their order, and no deltas.
   */
  load(key: ThreadKey, excerpt?: Excerpt): Promise<LoadedThread | undefined>;

  /** Threads of a tenant in which people speak, the one that changed last first. */
  list(query: ThreadQuery): Promise<Page<Thread>>;

  /** Renames or archives a thread; false when there is none. */
  update(key: ThreadKey, change: ThreadChange): Promise<boolean>;

  /**
   * Deletes a thread with all that was said and done in it. Refused while a call runs or is in doubt (rule S7). Of what people
   * have decided in it the bare links stay, with names that stand for who it was; then its id is never given out again. Its
   * blobs go too, but for those that another thread of the tenant has (rule S9), and all threads that were opened for its
   * calls. One of those is refused by itself (rule C3).
   */
  erase(key: ThreadKey): Promise<'erased' | 'refused' | 'missing'>;

  /**
   * Appends events to a thread, with what they change, or nothing at all. It is the only way in which a thread changes:
   * words, decisions and late outcomes come without a fence (rules D3, E3), what its holder does with one. An append
   * that is already there, by its id, is answered as it was the first time (rule E8).
   *
   * With it, threads are opened for calls that it hands out; those are looked at whose answer it waits for no more, and when
   * its run has ended the thread that waits for its answer (rule C3).
   */
  append(append: Append): Promise<AppendAnswer>;

  /**
   * Appends what the runs of several threads have said since, in one transaction, each under its own fence: it is read
   * and recovered, but changes nothing, and nobody has to have seen it. Says how far each thread is then; nothing where it is somebody else's
   * now: those deltas are dropped. What is there already, by its id, is not appended again (rule S4).
   */
  appendDeltas(deltas: readonly Deltas[]): Promise<readonly (Landed | undefined)[]>;

  /**
   * Takes a thread: one that is due, or whose holder has let its lease lapse. Raises its epoch and draws a nonce (rule E8).
   * Throws `ChatError` `format` for one whose stored state cannot be read, which stands as failed from then on and is due no
   * more, so that it keeps no other thread from being found.
   */
  claim(claim: Claim): Promise<ClaimedThread | undefined>;

  /** Keeps a thread for longer, and says how far others have come meanwhile. */
  renew(key: ThreadKey, fence: Fence, milliseconds: number): Promise<Renewal>;

  /** Says whether a thread is still its holder's, by a round trip that writes nothing (rule E9). */
  check(key: ThreadKey, fence: Fence): Promise<Renewal>;

  /**
   * Asks that the run be stopped that is under way; false when there is none (rule E7). Where a word is appended before that run
   * has ended, its end leaves the thread `working` and due: another run answers.
   */
  stop(key: ThreadKey): Promise<boolean>;

  /**
   * Events behind places in the logs of several threads, at most so many rows of each, all read at one moment; nothing for a
   * thread that is not there.
   */
  read(places: readonly LogPlace[], limit: number): Promise<readonly (LogPage | undefined)[]>;

  /**
   * Deletes deltas whose place a commit took at least so many milliseconds ago: behind the gap stands the whole message
   * (rule S5). Looks at a few threads, and says how many: when there were any, there may be more.
   */
  compact(keep: number): Promise<number>;

  /**
   * The bytes of a blob that an append to this thread has brought; nothing for any other, whatever its digest (rules S9, X1).
   * They are given as they are stored: whoever asks compares the digest.
   */
  blob(key: ThreadKey, digest: string): Promise<Uint8Array | undefined>;

  /**
   * Erases one thread in which nothing has changed for so many milliseconds, that nobody advances, and whose calls are all
   * settled: the one that lies longest. False when there is none (rule S7).
   */
  expire(keep: number): Promise<boolean>;

  /**
   * Takes threads of all tenants from whoever has them, page by page: raises their epochs, draws their nonces anew and ends
   * their leases (rule E8). Where a call is approved or runs, the thread is due no more until something is appended to it;
   * else one that somebody had is due now. Nothing is changed while somebody keeps a thread by a lease that goes on, unless
   * it is forced: the first page looks for that in all threads, each other one in its own.
   */
  revoke(revocation: Revocation): Promise<RevocationAnswer>;

  /** Calls that wait for somebody or for a time, in all threads of a tenant; the one that waits longest first. */
  waiting(query: WaitingQuery): Promise<WaitingPage>;

  /**
   * What people have decided in all threads of a tenant, or in one, the oldest first unless it is asked otherwise: put on record by the append that
   * stores it (rule S7). What is stored while pages are read may lie before the place that was reached.
   */
  audit(query: AuditQuery): Promise<Page<AuditEntry>>;

  /** The trails of a tenant's threads, or of one, each of them whole, all of a page from one moment: to be verified. */
  trails(query: TrailQuery): Promise<Page<Trail>>;

  /** Tenants in whose threads somebody has decided: for whoever keeps the store, not for a tenant. */
  auditedTenants(): Promise<readonly string[]>;

  /**
   * Keeps what somebody has granted, and puts that on record in the trail of the thread from whose call it was (rule S7);
   * false when that thread is not there. What stands there under this id stays, and nothing is put on record. It goes
   * with its thread.
   */
  grant(granted: Granted): Promise<boolean>;

  /** Takes back what was granted, and puts that on record in the trail of the same thread (rule S7); false when it is not there. */
  revokeGrant(revoked: RevokedGrant): Promise<boolean>;

  /** What was granted in a tenant and not taken back, in the order in which it was; what has expired for at least some days is left out. */
  grants(tenant: string): Promise<readonly Grant[]>;

  /**
   * Takes calls that wait for people whom nobody has told, the longest first, in all threads of all tenants: nobody else is
   * given them for so long. A call is among them again whenever it changes and still waits; whether there is something new
   * to tell is for its taker.
   */
  takeNotices(claim: NoticeClaim): Promise<readonly NoticeRow[]>;

  /** Says what became of telling of a call that was taken. */
  settleNotice(settled: SettledNotice): Promise<void>;

  /** Told of threads that changed, by this process or another: a hint, which may come late, twice, or not at all. */
  subscribe(listener: (key: ThreadKey, news: News) => void): () => void;

  /**
   * Told of threads that are to be looked at, when their time has come: a hint too, which says nothing about what is due
   * (rule S3). It is for whoever advances threads.
   */
  onWake(listener: (key: ThreadKey) => void): () => void;

  /** Keeps for a day that a process which advances threads stood still, for whoever looks after the store (rule E9). */
  noteStall(stall: Stall): Promise<void>;

  /** Milliseconds since the epoch, by the clock that leases and due times are measured with. */
  now(): Promise<number>;

  close(): Promise<void>;
}

/** That a process stood still. */
export interface Stall {
  /** As it names itself in leases. */
  readonly holder: string;
  /** In milliseconds. */
  readonly length: number;
}

/** Which threads. */
export interface ThreadQuery extends PageQuery {
  readonly owner?: string;
  /** Default: false. */
  readonly archived?: boolean;
  /** Those that were opened below this thread, in which people speak: for its calls, for calls of those, and so on. */
  readonly within?: string;
}

/** What may be changed beside the events. */
export interface ThreadChange {
  readonly title?: string;
  readonly archived?: boolean;
}

/** Which calls. */
export interface WaitingQuery extends PageQuery {
  /** Of this thread; of one in which people speak also of all that were opened below it. */
  readonly thread?: string;
  /** Only calls that are put to this person; absent: all of them (rule X1). */
  readonly person?: Person;
}

/** A piece of what waits. */
export interface WaitingPage extends Page<WaitingRow> {
  /** Of threads that stand as failed from now on, since a call of them that waits cannot be read; it is among no items. */
  readonly unreadable?: readonly ChatError[];
}

/** A call that waits, and where. */
export interface WaitingRow {
  readonly thread: Thread;
  readonly call: ToolCall;
  readonly message: string;
  /** When it began to wait for what it waits for now, in milliseconds since the epoch. */
  readonly since: number;
}

/** What is appended at once. */
export interface Append extends ThreadKey, Changes {
  /** Names this append: sent again as it was, it is not appended again. */
  readonly id: string;
  readonly events: readonly ChatEvent[];
  /** What is stored apart and referred to by the rest: once for a tenant, however many threads bring it (rule S9). */
  readonly blobs?: readonly StoredBlob[];
  /** The last event that its writer had seen: when there are others since, it is refused (rule D3). */
  readonly seen: number;
  readonly fence?: Fence;
  /** Absent: as it was. */
  readonly status?: ThreadStatus;
  readonly error?: ErrorCode;
  /** `now` when somebody is to look at the thread; else it is due when the first of its calls is (rule S2). */
  readonly wake?: 'now';
  /** Whether the holder gives the thread back with it. */
  readonly release?: boolean;
  /** Whether its run knows that it is to stop; without it only a thread given back with nothing done is taken (rule E7). */
  readonly afterStop?: boolean;
  /**
   * Who takes the thread with it, where it wakes now and nobody has it: as by `claim`, in the same transaction. Where they
   * do, nobody is woken.
   */
  readonly claim?: Omit<Claim, 'key'>;
}

/** What became of an append. */
export type AppendAnswer =
  | {
      readonly type: 'appended';
      readonly seq: number;
      /** The thread, when it was taken with it. */
      readonly claimed?: ClaimedThread;
    }
  /** Others were first: nothing was written. `events` are theirs; `stopped` when somebody asked for a stop. */
  | { readonly type: 'refused'; readonly events: readonly ChatEvent[]; readonly seq: number; readonly stopped: boolean }
  /** Somebody else has the thread now. */
  | { readonly type: 'fenced' }
  | { readonly type: 'missing' };

/** Which thread is to be claimed, by whom. */
export interface Claim {
  /** One that is known; else any that is due. */
  readonly key?: ThreadKey;
  readonly chats: readonly string[];
  readonly holder: string;
  /** How long it is kept without a renewal, in milliseconds. */
  readonly lease: number;
}

/** A grant of a tenant that was made from a call of a thread. */
export type Granted = Grant & Required<Pick<Grant, 'tenant' | 'from'>>;

/** Which grant is taken back, and by whom. */
export interface RevokedGrant {
  readonly tenant: string;
  readonly id: string;
  readonly by?: string;
}

/** Which threads are taken from whoever has them. */
export interface Revocation extends Omit<PageQuery, 'tenant'> {
  /** Whether that is so while their leases go on. Default: false. */
  readonly force?: boolean;
}

/** What became of a page of threads. */
export type RevocationAnswer =
  | {
      readonly type: 'revoked';
      readonly count: number;
      /** Those in which a call is approved or runs. */
      readonly unsure: readonly ThreadKey[];
      /** Asks for what follows; absent at the end. */
      readonly next?: string;
    }
  /** Somebody keeps this thread: nothing was changed. */
  | { readonly type: 'held'; readonly thread: ThreadKey; readonly holder: string };

/** Whether a thread is still its holder's. */
export type Renewal =
  | {
      readonly type: 'held';
      /** The last event, and the last that is no delta: whether others have appended something (rule D3). */
      readonly seq: number;
      readonly committed: number;
      readonly stopped: boolean;
      /** What the store's clock says, in milliseconds since the epoch. */
      readonly now: number;
    }
  | { readonly type: 'fenced' };

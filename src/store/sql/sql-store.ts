import type { Grant } from '../../conversation/grant.ts';
import type { ChatError } from '../../conversation/error.ts';
import type { Excerpt } from '../excerpt.ts';
import { isOpening } from '../admission.ts';
import { closedStore } from '../closed.ts';
import type { Deltas, Landed, LogPage, LogPlace, News } from '../log.ts';
import type { AuditEntry, AuditQuery, Trail, TrailQuery } from '../audit/trail.ts';
import type { NoticeClaim, NoticeRow, SettledNotice } from '../notice.ts';
import type { Page } from '../page.ts';
import type { Append, AppendAnswer, Claim, Renewal, Revocation, RevocationAnswer, Stall, Store } from '../store.ts';
import type { Granted, RevokedGrant, ThreadChange, ThreadQuery, WaitingPage, WaitingQuery } from '../store.ts';
import type { ClaimedThread, Fence, LoadedThread, NewThread, Thread, ThreadKey } from '../thread.ts';
import { append } from './append.ts';
import { audit, auditedTenants, trails } from './audit.ts';
import { blob } from './blobs.ts';
import { claim, isDue } from './claim.ts';
import { compact, isCompactable } from './compact.ts';
import type { Database } from './database.ts';
import { appendDeltas } from './deltas.ts';
import { list } from './lists.ts';
import { expire, isExpired } from './expire.ts';
import { grant, grants, revokeGrant } from './grants.ts';
import { load } from './load.ts';
import { read } from './log.ts';
import { revoke } from './revoke.ts';
import { isAnyToTell, settleNotice, takeNotices } from './notices.ts';
import { noteStall } from './stalls.ts';
import { check, create, erase, renew, stop, time, update } from './threads.ts';
import type { Runner } from './transaction.ts';
import { failedWhileWaiting, notReadable } from './unreadable.ts';
import { waiting } from './waiting.ts';

/** A store in a database: the transactions, played by whoever has the connection. */
export class SqlStore implements Store {
  readonly #database: Database;
  readonly #runner: Runner;
  readonly #listeners = new Set<(key: ThreadKey, news: News) => void>();
  /** What ends those who are told of wakes. */
  readonly #woken = new Set<() => void>();
  #unwatch: (() => void) | undefined;
  #isClosed = false;

  constructor(database: Database, runner: Runner) {
    this.#database = database;
    this.#runner = runner;
  }

  async create(thread: NewThread): Promise<boolean> {
    const nonce = crypto.randomUUID();
    const isMade = await this.#runner.write(() => create(this.#database, thread, nonce));
    if (isMade) this.#tell(thread);
    return isMade;
  }

  load(key: ThreadKey, excerpt?: Excerpt): Promise<LoadedThread | undefined> {
    return this.#runner.read(() => load(this.#database, key, excerpt));
  }

  list(query: ThreadQuery): Promise<Page<Thread>> {
    return this.#runner.look(() => list(this.#database, query));
  }

  async update(key: ThreadKey, change: ThreadChange): Promise<boolean> {
    const isThere = await this.#runner.write(() => update(this.#database, key, change));
    if (isThere) this.#tell(key);
    return isThere;
  }

  async erase(key: ThreadKey): Promise<'erased' | 'refused' | 'missing'> {
    const answer = await this.#runner.write(() => erase(this.#database, key));
    if (answer === 'erased') this.#tell(key);
    return answer;
  }

  async append(what: Append): Promise<AppendAnswer> {
    const weight = isOpening(what) ? 'light' : undefined;
    const nonce = crypto.randomUUID();
    const answer = await this.#runner.write(() => append(this.#database, what, nonce), weight);
    if (answer.type === 'appended') this.#tell(what);
    return answer;
  }

  async claim(what: Claim): Promise<ClaimedThread | undefined> {
    if (!(await this.#mayClaim(what))) return undefined;
    const nonce = crypto.randomUUID();
    // With the power of the machine its processes are gone too, and the thread is due again (rule S6).
    const claimed = await this.#runner.write((again) => claim(this.#database, { ...what, nonce, again }), 'light');
    if (claimed && 'unreadable' in claimed) throw notReadable(claimed);
    return claimed;
  }

  renew(key: ThreadKey, fence: Fence, milliseconds: number): Promise<Renewal> {
    return this.#runner.write(() => renew(this.#database, { ...key, ...fence, milliseconds }), 'light');
  }

  check(key: ThreadKey, fence: Fence): Promise<Renewal> {
    return this.#runner.look(() => check(this.#database, { ...key, ...fence }));
  }

  async stop(key: ThreadKey): Promise<boolean> {
    const isAsked = await this.#runner.write(() => stop(this.#database, key));
    if (isAsked) this.#tell(key);
    return isAsked;
  }

  async appendDeltas(deltas: readonly Deltas[]): Promise<readonly (Landed | undefined)[]> {
    const landed = await this.#runner.write(() => appendDeltas(this.#database, deltas), 'light');
    for (const one of deltas) this.#tell(one, 'deltas');
    return landed;
  }

  async read(places: readonly LogPlace[], limit: number): Promise<readonly (LogPage | undefined)[]> {
    return this.#runner.look(() => read(this.#database, { places, limit }));
  }

  async compact(keep: number): Promise<number> {
    if (!(await this.#runner.look(() => isCompactable(this.#database, keep)))) return 0;
    return this.#runner.write(() => compact(this.#database, keep));
  }

  blob(key: ThreadKey, digest: string): Promise<Uint8Array | undefined> {
    return this.#runner.look(() => blob(this.#database, { ...key, digest }));
  }

  async expire(keep: number): Promise<boolean> {
    if (!(await this.#runner.look(() => isExpired(this.#database, keep)))) return false;
    return this.#runner.write(() => expire(this.#database, keep));
  }

  revoke(revocation: Revocation): Promise<RevocationAnswer> {
    const nonce = crypto.randomUUID();
    return this.#runner.write(() => revoke(this.#database, revocation, nonce));
  }

  async waiting(query: WaitingQuery): Promise<WaitingPage> {
    const { broken, ...page } = await this.#runner.look(() => waiting(this.#database, query));
    const unreadable: ChatError[] = [];
    for (const one of broken) {
      if (!(await this.#runner.write(() => failedWhileWaiting(this.#database, one)))) continue;
      unreadable.push(notReadable({ unreadable: one.thread, cause: one.cause }));
      this.#tell(one);
    }
    return { ...page, ...(unreadable.length > 0 && { unreadable }) };
  }

  audit(query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.#runner.look(() => audit(this.#database, query));
  }

  trails(query: TrailQuery): Promise<Page<Trail>> {
    return this.#runner.read(() => trails(this.#database, query));
  }

  auditedTenants(): Promise<readonly string[]> {
    return this.#runner.look(() => auditedTenants(this.#database));
  }

  grant(granted: Granted): Promise<boolean> {
    return this.#runner.write(() => grant(this.#database, granted));
  }

  revokeGrant(revoked: RevokedGrant): Promise<boolean> {
    return this.#runner.write(() => revokeGrant(this.#database, revoked));
  }

  grants(tenant: string): Promise<readonly Grant[]> {
    return this.#runner.look(() => grants(this.#database, tenant));
  }

  async takeNotices(claim: NoticeClaim): Promise<readonly NoticeRow[]> {
    if (!(await this.#runner.look(() => isAnyToTell(this.#database)))) return [];
    // Lost with the power of the machine, it is taken again.
    return this.#runner.write(() => takeNotices(this.#database, claim), 'light');
  }

  settleNotice(settled: SettledNotice): Promise<void> {
    return this.#runner.write(() => settleNotice(this.#database, settled), 'light');
  }

  subscribe(listener: (key: ThreadKey, news: News) => void): () => void {
    this.#watch();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      this.#rest();
    };
  }

  onWake(listener: (key: ThreadKey) => void): () => void {
    this.#watch();
    const end = this.#runner.onWake(listener);
    this.#woken.add(end);
    return () => {
      this.#woken.delete(end);
      end();
      this.#rest();
    };
  }

  noteStall(stall: Stall): Promise<void> {
    return this.#runner.write(() => noteStall(this.#database, stall), 'light');
  }

  now(): Promise<number> {
    return this.#runner.look(() => time(this.#database));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    for (const end of this.#woken) end();
    this.#woken.clear();
    this.#rest();
    await this.#runner.close();
  }

  /** A poll nearly always finds nothing, and most hints are about threads that somebody has: it looks before it takes a lock. */
  async #mayClaim({ key, chats }: Claim): Promise<boolean> {
    for (const which of key ? [key] : chats) {
      if (await this.#runner.look(() => isDue(this.#database, which))) return true;
    }
    return false;
  }

  /** Throws when it was closed: nobody would be told of anything, or end it. */
  #watch(): void {
    if (this.#isClosed) throw closedStore('Listening to a store');
    this.#unwatch ??= this.#runner.watch((key, news) => this.#tell(key, news));
  }

  #rest(): void {
    if (this.#listeners.size + this.#woken.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  /** Listeners hear of what this process does at once, and by the database of what others do. */
  #tell({ tenant, thread }: ThreadKey, news: News = 'events'): void {
    for (const listener of this.#listeners) listener({ tenant, thread }, news);
  }
}

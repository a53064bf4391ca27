import type { Grant } from '../../conversation/grant.ts';
import { setsWake } from '../admission.ts';
import { Alarm } from '../alarm.ts';
import { closedStore } from '../closed.ts';
import { excerptOf } from '../excerpt.ts';
import type { Excerpt } from '../excerpt.ts';
import { nudgedBy, openingsOf } from '../family.ts';
import { keptExpired } from '../kept-expired.ts';
import { pageOf } from '../page.ts';
import type { Deltas, Landed, LogPage, LogPlace, News } from '../log.ts';
import { notary } from '../audit/notary.ts';
import type { AuditEntry, AuditQuery, Trail, TrailQuery } from '../audit/trail.ts';
import type { NoticeClaim, NoticeRow, SettledNotice } from '../notice.ts';
import type { Page } from '../page.ts';
import type { Append, AppendAnswer, Claim, Renewal, Revocation, RevocationAnswer, Store } from '../store.ts';
import type { Granted, RevokedGrant, ThreadChange, ThreadQuery, WaitingQuery, WaitingRow } from '../store.ts';
import { keyOf, nameOf } from '../thread.ts';
import type { ClaimedThread, Fence, LoadedThread, NewThread, Thread, ThreadKey } from '../thread.ts';
import { HeldBlobs } from './held-blobs.ts';
import { HeldGrants } from './held-grants.ts';
import { HeldNotices, noticeRow } from './held-notices.ts';
import { HeldThread } from './held.ts';
import { HeldTrails } from './held-trails.ts';
import { threadPage, waitingPage } from './pages.ts';

/** What a store in memory may be given. */
export interface MemoryStoreOptions {
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** Keeps audit trails under HMAC-SHA-256, as the stores in databases do; without it only their order is claimed. */
  readonly auditSecret?: string;
}

/** A store that lasts as long as its process: for tests, and for one process that may forget. */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly #threads = new Map<string, HeldThread>();
  readonly #listeners = new Set<(key: ThreadKey, news: News) => void>();
  readonly #alarm = new Alarm();
  readonly #clock: () => number;
  readonly #trails: HeldTrails;
  readonly #blobs = new HeldBlobs();
  readonly #notices = new HeldNotices();
  readonly #grants = new HeldGrants((key, taken) => {
    this.#trails.record({ ...key, decisions: [taken] }, this.#clock());
  });
  #changes = 0;
  #isClosed = false;

  constructor({ now = Date.now, auditSecret }: MemoryStoreOptions) {
    this.#clock = now;
    this.#trails = new HeldTrails(notary(auditSecret));
  }

  async now(): Promise<number> {
    return this.#clock();
  }

  async create(made: NewThread): Promise<boolean> {
    const name = nameOf(made);
    if (this.#threads.has(name) || this.#trails.has(made)) return false;
    const held = new HeldThread(made, this.#clock());
    this.#threads.set(name, held);
    this.#changed(held);
    return true;
  }

  async load(key: ThreadKey, excerpt?: Excerpt): Promise<LoadedThread | undefined> {
    const loaded = this.#find(key)?.load(this.#clock());
    return loaded && excerpt ? { ...loaded, messages: excerptOf(loaded.messages, excerpt), deltas: [] } : loaded;
  }

  async list(query: ThreadQuery): Promise<Page<Thread>> {
    return threadPage(this.#all(query.tenant), query);
  }

  async update(key: ThreadKey, { title, archived }: ThreadChange): Promise<boolean> {
    const held = this.#find(key);
    if (!held) return false;
    if (title !== undefined) held.title = title;
    if (archived !== undefined) held.archivedAt = archived ? this.#clock() : undefined;
    held.updatedAt = this.#clock();
    this.#changed(held);
    if (archived === false) this.#wake(held);
    return true;
  }

  async erase(key: ThreadKey): Promise<'erased' | 'refused' | 'missing'> {
    const held = this.#find(key);
    if (!held) return 'missing';
    const family = this.#family(held);
    if (held.root !== undefined || !family.every((one) => one.isErasable)) return 'refused';
    for (const one of family) {
      const gone = keyOf(one.made);
      this.#trails.close(gone, this.#clock());
      this.#blobs.erase(gone);
      this.#grants.erase(gone);
      this.#notices.erase(gone);
      this.#threads.delete(nameOf(gone));
      this.#tell(one);
    }
    return 'erased';
  }

  async append(append: Append): Promise<AppendAnswer> {
    const held = this.#find(append);
    if (!held) return { type: 'missing' };
    const now = this.#clock();
    let isTaken = false;
    const answer = held.append(append, now, () => {
      isTaken = true;
      this.#trails.record(append, now);
      this.#blobs.keep(append, append.blobs);
      this.#notices.note(append, now);
    });
    if (isTaken) this.#told(held, append, now);
    if (answer.type !== 'appended') return answer;
    this.#changed(held);
    const { claim } = append;
    if (claim && !held.thread.lease && held.isClaimable(claim, now))
      return { ...answer, claimed: held.claim(claim, now) };
    if (setsWake(append)) this.#wake(held);
    return answer;
  }

  /** What an append does to other threads (rule C3): nothing is awaited, so that nobody sees the one without the other. */
  #told(held: HeldThread, append: Append, now: number): void {
    for (const opening of openingsOf(held.thread, append, now)) {
      void this.create(opening.thread);
      void this.append(opening.append);
    }
    for (const thread of nudgedBy(held.thread, append)) {
      const other = this.#find({ tenant: append.tenant, thread });
      other?.nudge(now);
      if (other) this.#changed(other);
      if (other) this.#wake(other);
    }
  }

  async claim(claim: Claim): Promise<ClaimedThread | undefined> {
    const now = this.#clock();
    const known = claim.key ? [this.#find(claim.key)] : [...this.#threads.values()];
    const held = known
      .filter((one) => one?.isClaimable(claim, now))
      .toSorted((one, other) => (one!.thread.wakeAt ?? 0) - (other!.thread.wakeAt ?? 0))[0];
    return held?.claim(claim, now);
  }

  async renew(key: ThreadKey, fence: Fence, milliseconds: number): Promise<Renewal> {
    return this.#find(key)?.renew(fence, this.#clock(), milliseconds) ?? { type: 'fenced' };
  }

  async check(key: ThreadKey, fence: Fence): Promise<Renewal> {
    return this.#find(key)?.check(fence, this.#clock()) ?? { type: 'fenced' };
  }

  async stop(key: ThreadKey): Promise<boolean> {
    const held = this.#find(key);
    if (!held?.stop()) return false;
    this.#tell(held);
    return true;
  }

  async appendDeltas(deltas: readonly Deltas[]): Promise<readonly (Landed | undefined)[]> {
    return deltas.map((one) => {
      const held = this.#find(one);
      const landed = held?.appendDeltas(one, this.#clock());
      if (held && landed) {
        this.#blobs.keep(one, one.blobs);
        this.#tell(held, 'deltas');
      }
      return landed;
    });
  }

  async read(places: readonly LogPlace[], limit: number): Promise<readonly (LogPage | undefined)[]> {
    return places.map((place) => this.#find(place)?.page(place.after, limit));
  }

  async compact(keep: number): Promise<number> {
    const before = this.#clock() - keep;
    return [...this.#threads.values()].filter((held) => held.compact(before)).length;
  }

  async expire(keep: number): Promise<boolean> {
    const before = this.#clock() - keep;
    const [longest] = [...this.#threads.values()]
      .filter((held) => held.root === undefined && held.isIdle && held.updatedAt <= before)
      .filter((held) => this.#family(held).every((one) => one.isErasable))
      .toSorted((one, other) => one.updatedAt - other.updatedAt);
    return longest !== undefined && (await this.erase(longest.thread)) === 'erased';
  }

  async blob(key: ThreadKey, digest: string): Promise<Uint8Array | undefined> {
    return this.#blobs.find(key, digest);
  }

  async revoke({ after = '', limit, force = false }: Revocation): Promise<RevocationAnswer> {
    const now = this.#clock();
    const named = [...this.#threads].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const behind = named.filter(([name]) => name > after);
    const { items, next } = pageOf(behind, { limit, placeOf: ([name]) => name, toItem: ([, held]) => held });
    const kept = (after === '' ? named.map(([, held]) => held) : items).find((held) => held.isKept(now));
    if (kept && !force) return { type: 'held', thread: keyOf(kept.made), holder: kept.thread.lease?.holder ?? '' };
    const unsure = items.filter((held) => held.revoke(now)).map(({ made }) => keyOf(made));
    return { type: 'revoked', count: items.length, unsure, ...(next !== undefined && { next }) };
  }

  async waiting(query: WaitingQuery): Promise<Page<WaitingRow>> {
    return waitingPage(this.#all(query.tenant), query);
  }

  async audit(query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.#trails.audit(query);
  }

  async trails(query: TrailQuery): Promise<Page<Trail>> {
    return this.#trails.trails(query);
  }

  async auditedTenants(): Promise<readonly string[]> {
    return this.#trails.tenants;
  }

  async grant(granted: Granted): Promise<boolean> {
    const isThere = this.#find({ tenant: granted.tenant, thread: granted.from.thread }) !== undefined;
    if (isThere) this.#grants.add(granted);
    this.#grants.forget(this.#clock() - keptExpired);
    return isThere;
  }

  async revokeGrant(revoked: RevokedGrant): Promise<boolean> {
    return this.#grants.revoke(revoked, this.#clock());
  }

  async grants(tenant: string): Promise<readonly Grant[]> {
    return this.#grants.list(tenant);
  }

  async takeNotices({ lease, ...claim }: NoticeClaim): Promise<readonly NoticeRow[]> {
    const now = this.#clock();
    const taken = this.#notices.take(claim, { now, until: now + lease });
    return taken.flatMap((notice) => noticeRow(notice, this.#find(notice), now) ?? []);
  }

  async settleNotice(settled: SettledNotice): Promise<void> {
    this.#notices.settle(settled, this.#clock());
  }

  subscribe(listener: (key: ThreadKey, news: News) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onWake(listener: (key: ThreadKey) => void): () => void {
    return this.#alarm.onWake(listener);
  }

  /** Whoever could ask is gone with the process. */
  async noteStall(): Promise<void> {}

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#alarm.close();
  }

  #find(key: ThreadKey): HeldThread | undefined {
    if (this.#isClosed) throw closedStore('Using a store in memory');
    return this.#threads.get(nameOf(key));
  }

  /** A thread, and those that were opened for its calls. */
  #family(held: HeldThread): readonly HeldThread[] {
    return [held, ...this.#all(held.made.tenant).filter(({ root }) => root === held.made.thread)];
  }

  #all(tenant: string): readonly HeldThread[] {
    return [...this.#threads.values()].filter(({ made }) => made.tenant === tenant);
  }

  #changed(held: HeldThread): void {
    this.#changes += 1;
    held.order = this.#changes;
    this.#tell(held);
  }

  #wake({ thread: { tenant, thread, wakeAt } }: HeldThread): void {
    if (wakeAt !== undefined) this.#alarm.wake({ tenant, thread, notBefore: wakeAt, now: this.#clock() });
  }

  #tell({ made: { tenant, thread } }: HeldThread, news: News = 'events'): void {
    for (const listener of this.#listeners) listener({ tenant, thread }, news);
  }
}

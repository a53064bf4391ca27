import type { Notary } from '../audit/notary.ts';
import type { AuditEntry, AuditQuery, Taken, Trail, TrailEnd, TrailQuery } from '../audit/trail.ts';
import { pageOf } from '../page.ts';
import type { Page } from '../page.ts';
import { nameOf } from '../thread.ts';
import type { ThreadKey } from '../thread.ts';

/** Trails of all threads, as JSON. They outlive their threads. */
export class HeldTrails {
  readonly #notary: Notary;
  readonly #trails = new Map<string, string>();

  constructor(notary: Notary) {
    this.#notary = notary;
  }

  has(key: ThreadKey): boolean {
    return this.#trails.has(nameOf(key));
  }

  record({ tenant, thread, decisions }: ThreadKey & { readonly decisions: readonly Taken[] }, now: number): void {
    if (decisions.length === 0) return;
    const key = { tenant, thread };
    const before = this.#find(key);
    const { entries, end } = this.#notary.record(key, before?.end, { decisions, now });
    this.#put({ ...key, end, entries: [...(before?.entries ?? []), ...entries] });
  }

  /** Only the bare links stay (rule S7). */
  close(key: ThreadKey, now: number): void {
    const trail = this.#find(key);
    if (!trail) return;
    const entries = trail.entries.map(({ decided: _decided, salt: _salt, ...bare }) => bare);
    this.#put({ ...trail, end: this.#notary.close(key, trail.end, now), entries });
  }

  audit(query: AuditQuery): Page<AuditEntry> {
    const { limit, after, order } = query;
    const sorted = this.#all(query)
      .flatMap(({ entries }) => entries)
      .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
    const isNewestFirst = order === 'newest-first';
    const isBehind = (place: string, from: string): boolean => (isNewestFirst ? place < from : place > from);
    const rows = (isNewestFirst ? sorted.toReversed() : sorted).filter(
      (entry) => after === undefined || isBehind(placeOf(entry), after),
    );
    return pageOf(rows, { limit, placeOf, toItem: (entry) => entry });
  }

  trails(query: TrailQuery): Page<Trail> {
    const { limit, after } = query;
    const rows = this.#all(query)
      .filter(({ thread }) => after === undefined || thread > after)
      .toSorted((one, other) => (one.thread < other.thread ? -1 : 1));
    return pageOf(rows, { limit, placeOf: ({ thread }) => thread, toItem: (trail) => trail });
  }

  get tenants(): readonly string[] {
    return [...new Set(this.#parsed.map(({ tenant }) => tenant))].toSorted();
  }

  #all({ tenant, thread }: TrailQuery): readonly HeldTrail[] {
    return this.#parsed.filter((one) => one.tenant === tenant && (thread === undefined || one.thread === thread));
  }

  #find(key: ThreadKey): HeldTrail | undefined {
    const text = this.#trails.get(nameOf(key));
    return text === undefined ? undefined : (JSON.parse(text) as HeldTrail);
  }

  #put(trail: HeldTrail): void {
    this.#trails.set(nameOf(trail), JSON.stringify(trail));
  }

  get #parsed(): readonly HeldTrail[] {
    return Array.from(this.#trails.values(), (text) => JSON.parse(text) as HeldTrail);
  }
}

interface HeldTrail extends Trail {
  readonly end: TrailEnd;
}

/** Numbers of one length, so that texts are in their order. */
function placeOf({ at, thread, place }: AuditEntry): string {
  return `${String(at).padStart(16, '0')} ${JSON.stringify(thread)} ${String(place).padStart(16, '0')}`;
}

import type { Trail, TrailQuery } from '../store/audit/trail.ts';
import { verifyTrail } from '../store/audit/verify.ts';
import type { BrokenLink } from '../store/audit/verify.ts';
import { allOf } from '../store/page.ts';
import type { Store } from '../store/store.ts';

/** Which audit trails are verified: all of a tenant, or one. */
export interface AuditCheck {
  readonly tenant: string;
  readonly thread?: string;
  /** The `auditSecret` of the store; without it only the order of a trail is verified, and one that is kept under a secret not at all. */
  readonly secret?: string;
}

/** How many trails were walked, and what was broken first; nothing is when they are whole. */
export interface CheckedTrails {
  readonly trails: number;
  readonly entries: number;
  readonly broken?: BrokenLink;
}

/** Verifies trails up to the first broken link. */
export async function verifyAudit(
  store: Pick<Store, 'trails'>,
  { secret, ...where }: AuditCheck,
): Promise<CheckedTrails> {
  let trails = 0;
  let entries = 0;
  for await (const trail of trailsIn(store, where)) {
    trails += 1;
    entries += trail.entries.length;
    const broken = verifyTrail(trail, secret);
    if (broken) return { trails, entries, broken };
  }
  return { trails, entries };
}

/** The trails of a tenant, or one, page by page. */
export function trailsIn(store: Pick<Store, 'trails'>, where: Omit<TrailQuery, 'after'>): AsyncGenerator<Trail> {
  return allOf((more) => store.trails({ ...more, ...where }));
}

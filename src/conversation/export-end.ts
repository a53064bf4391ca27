import { sha256 } from './digest.ts';

/** The last line of exported audit trails: says which there are, so that one that is gone is missed (rule S7). */
export interface ExportEnd {
  readonly trails: number;
  readonly entries: number;
  /** SHA-256 of the names of all trails and the seals of their ends, in their order. */
  readonly digest: string;
  /** All this under the secret of the store, where whoever exported has it. */
  readonly seal?: string;
}

/** A trail as far as the end of an export says anything of it. */
export interface ExportedTrail {
  readonly tenant: string;
  readonly thread: string;
  readonly end?: { readonly count: number; readonly seal: string };
}

/** The end of an export of these trails; `keyed` hashes under the secret of the store. */
export function exportEnd(trails: readonly ExportedTrail[], keyed?: (text: string) => string): ExportEnd {
  const entries = trails.reduce((sum, { end }) => sum + (end?.count ?? 0), 0);
  const digest = sha256(JSON.stringify(trails.map(({ tenant, thread, end }) => [tenant, thread, end?.seal ?? null])));
  const counted = { trails: trails.length, entries, digest };
  return keyed ? { ...counted, seal: keyed(JSON.stringify(['export', counted.trails, entries, digest])) } : counted;
}

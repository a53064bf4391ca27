import { sql } from 'kysely';
import type { Compilable, RawBuilder } from 'kysely';
import { format } from '../../conversation/parse.ts';
import type { Claim } from '../store.ts';
import type { ClaimedThread } from '../thread.ts';
import { first, run } from './database.ts';
import type { Database, Transaction } from './database.ts';
import { load } from './load.ts';

/** A claim, and the nonce that its fence will have. */
export interface DrawnClaim extends Claim {
  readonly nonce: string;
  /** It may have succeeded before without anybody hearing of it (rule E8). */
  readonly again: boolean;
}

/** Takes a thread that is due, or whose holder has let its lease lapse. */
export function* claim(database: Database, claim: DrawnClaim): Transaction<ClaimedThread | undefined> {
  if (claim.again) {
    const row = yield* first(takenWith(database, claim.nonce));
    // Who had it before is not known any more: whoever recovers too often does no harm.
    if (row) return yield* handedOut(database, { ...row, takenOver: true });
  }
  for (const query of candidates(database, claim)) {
    const row = yield* first(query);
    if (row) return yield* taken(database, claim, row);
  }
  return undefined;
}

interface CandidateRow {
  readonly tenant: string;
  readonly id: string;
  readonly epoch: number;
  readonly nonce: string;
  readonly takeovers: number;
  readonly lease_until: number | null;
  readonly now: number;
}

/** One that is known is waited for, or its wake would be lost; one that anybody may have is not (rule S3). */
function candidates(database: Database, { key, chats }: DrawnClaim): readonly Compilable<CandidateRow>[] {
  const { locks } = database;
  if (key) {
    const known = claimable(database, chats).where('tenant', '=', key.tenant).where('id', '=', key.thread);
    return chats.length === 0 ? [] : [known.$if(locks, (query) => query.forUpdate())];
  }
  // One chat at a time, as the index has them, each as often the first as the others.
  const start = Math.floor(Math.random() * chats.length);
  return chats.map((_, index) =>
    claimable(database, [chats[(start + index) % chats.length]!])
      .orderBy(dueAt)
      .limit(1)
      .$if(locks, (query) => query.forUpdate().skipLocked()),
  );
}

/** When a thread may be claimed, as the index has it. */
const dueAt: RawBuilder<number | null> = sql`coalesce(lease_until, wake_at)`;

/** Threads that may be claimed by who has these chats, and reads what is stored of them (rules C1, S8). */
function claimable({ tables, now }: Database, chats: readonly string[]) {
  return tables
    .selectFrom('thread')
    .select(['tenant', 'id', 'epoch', 'nonce', 'takeovers', 'lease_until', now().as('now')])
    .$if(chats.length === 1, (query) => query.where('chat', '=', chats[0]!))
    .$if(chats.length !== 1, (query) => query.where('chat', 'in', chats))
    .where(dueAt, '<=', now())
    .where(sql<boolean>`archived_at is null`)
    .where('format', '<=', format + 1);
}

function takenWith({ tables }: Database, nonce: string) {
  return tables.selectFrom('thread').select(['tenant', 'id', 'epoch', 'nonce', 'takeovers']).where('nonce', '=', nonce);
}

function* taken(
  database: Database,
  { nonce, holder, lease }: DrawnClaim,
  row: CandidateRow,
): Transaction<ClaimedThread | undefined> {
  const takenOver = row.lease_until !== null;
  const now = { ...row, nonce, epoch: row.epoch + 1, takeovers: row.takeovers + (takenOver ? 1 : 0), takenOver };
  const { epoch, takeovers } = now;
  yield* run(
    database.tables
      .updateTable('thread')
      .set({ epoch, nonce, takeovers, lease_holder: holder, lease_until: row.now + lease })
      .where('tenant', '=', row.tenant)
      .where('id', '=', row.id),
  );
  return yield* handedOut(database, now);
}

/** Its row is locked: nobody can append meanwhile. */
function* handedOut(
  database: Database,
  row: Omit<CandidateRow, 'now' | 'lease_until'> & { readonly takenOver: boolean },
): Transaction<ClaimedThread | undefined> {
  const { tenant, id: thread, epoch, nonce, takenOver, takeovers } = row;
  const loaded = yield* load(database, { tenant, thread });
  return loaded && { ...loaded, fence: { epoch, nonce }, takenOver, takeovers };
}

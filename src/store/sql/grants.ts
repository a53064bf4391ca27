import { sql } from 'kysely';
import { grantTaken } from '../../conversation/grant.ts';
import type { Grant } from '../../conversation/grant.ts';
import { keptExpired } from '../kept-expired.ts';
import type { Granted, RevokedGrant } from '../store.ts';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { record } from './trail.ts';
import { all, first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Keeps a grant, puts it on record, and forgets those that have expired some days ago. */
export function* grant(database: Database, granted: Granted): Transaction<boolean> {
  const { tables, now } = database;
  const { tenant, id, at, expiresAt = null, from } = granted;
  const { thread } = from;
  const time = yield* locked(database, { tenant, thread });
  if (time === undefined) return false;
  yield* run(
    tables
      .deleteFrom('standing_grant')
      .where('tenant', '=', tenant)
      .where(sql<boolean>`expires_at < ${now} - ${sql.lit(keptExpired)}`),
  );
  const row = { tenant, id, thread, at, expires_at: expiresAt, json: JSON.stringify(granted) };
  const made = yield* first(
    tables
      .insertInto('standing_grant')
      .values(row)
      .onConflict((conflict) => conflict.columns(['tenant', 'id']).doNothing())
      .returning('id'),
  );
  const taken = grantTaken('grant', granted, { by: granted.by, at });
  if (made) yield* record(database, { tenant, thread, decisions: [taken] }, time);
  return true;
}

/** Takes a grant back, and puts that on record. */
export function* revokeGrant(database: Database, { tenant, id, by }: RevokedGrant): Transaction<boolean> {
  const { tables } = database;
  const rows = tables.selectFrom('standing_grant').select('thread').where('tenant', '=', tenant).where('id', '=', id);
  const found = yield* first(rows);
  if (!found) return false;
  const key = { tenant, thread: found.thread };
  const time = yield* locked(database, key);
  const gone = yield* first(
    tables.deleteFrom('standing_grant').where('tenant', '=', tenant).where('id', '=', id).returning('json'),
  );
  // Somebody else has taken it back, or erased its thread, while the lock was waited for.
  if (!gone || time === undefined) return false;
  const taken = grantTaken('revoke', grantIn(gone), { by, at: time });
  yield* record(database, { ...key, decisions: [taken] }, time);
  return true;
}

/** What is granted in a tenant. */
export function* grants({ tables, now }: Database, tenant: string): Transaction<readonly Grant[]> {
  const rows = tables.selectFrom('standing_grant').select('json').where('tenant', '=', tenant);
  const kept = rows.where(sql<boolean>`(expires_at is null or expires_at >= ${now} - ${sql.lit(keptExpired)})`);
  return (yield* all(kept.orderBy('at').orderBy('id'))).map(grantIn);
}

/** A grant goes with the thread from whose call it was. */
export function* grantsErased({ tables }: Database, { tenant, thread }: ThreadKey): Transaction<void> {
  yield* run(tables.deleteFrom('standing_grant').where('tenant', '=', tenant).where('thread', '=', thread));
}

/** What time it is, and nobody appends to the thread until the transaction ends; nothing when it is not there. */
function* locked({ tables, now, locks }: Database, { tenant, thread }: ThreadKey): Transaction<number | undefined> {
  const row = yield* first(
    tables
      .selectFrom('thread')
      .select(now.as('now'))
      .where('tenant', '=', tenant)
      .where('id', '=', thread)
      .$if(locks, (query) => query.forUpdate()),
  );
  return row?.now;
}

function grantIn({ json }: { readonly json: string }): Granted {
  // Only what `grant` was given stands in this column.
  return JSON.parse(json) as Granted;
}

import { sql } from 'kysely';
import type { Compilable, RawBuilder, Selectable } from 'kysely';
import { format } from '../../conversation/parse.ts';
import type { Claim } from '../store.ts';
import type { ClaimedThread, ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { loaded, loadedColumns } from './load.ts';
import { failedAsUnreadable } from './unreadable.ts';
import type { Unreadable } from './unreadable.ts';
import type { LoadedRow } from './load.ts';
import type { ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import type { Value } from './shape.ts';
import { first } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** A claim, and the nonce that its fence will have. */
export interface DrawnClaim extends Claim {
  readonly nonce: string;
  /** It may have succeeded before without anybody hearing of it (rule E8). */
  readonly again: boolean;
}

/** Takes a thread that is due, or whose holder has let its lease lapse. */
export function* claim(database: Database, claim: DrawnClaim): Transaction<ClaimedThread | Unreadable | undefined> {
  for (const query of attempts(database, claim)) {
    const row = yield* first(query);
    if (row) return yield* heldOrFailed(database, row);
  }
  return undefined;
}

/** One that fails when it is loaded is due no more: as the first of those that are due it would keep all others from being found. */
function* heldOrFailed(database: Database, row: HeldRow): Transaction<ClaimedThread | Unreadable> {
  try {
    return yield* held(database, row);
  } catch (cause) {
    // What a query throws is thrown past this; here something that is stored could not be read.
    yield* failedAsUnreadable(database, row);
    return { unreadable: row.id, cause };
  }
}

/** A thread that was just taken, by its row. Nobody can append to it meanwhile: whoever would, waits. */
export function* held(database: Database, row: HeldRow): Transaction<ClaimedThread> {
  return { ...(yield* loaded(database, row)), ...heldBy(row) };
}

/** A thread that was taken under a nonce, and by nobody since. */
export function* claimedAs(database: Database, nonce: string): Transaction<ClaimedThread | undefined> {
  const row = yield* first(takenBefore(database, { nonce }));
  return row && (yield* held(database, row));
}

/** Whether a thread that is known, or one of a chat, may be claimed by anybody. */
export function* isDue(database: Database, which: ThreadKey | string): Transaction<boolean> {
  const query = typeof which === 'string' ? due(database, which) : dueThread(database, which);
  return (yield* first(query)) !== undefined;
}

function heldBy({ epoch, nonce, takeovers }: HeldRow): Pick<ClaimedThread, 'fence' | 'takeovers'> {
  return { fence: { epoch, nonce }, takeovers };
}

function* attempts(database: Database, claim: DrawnClaim): Generator<Compilable<HeldRow>> {
  const { key, chats } = claim;
  if (claim.again) yield takenBefore(database, claim);
  if (chats.length === 0) return;
  if (key) return yield takeKnown(database, { ...claim, ...key }, chats.length);
  // One chat at a time, as the index has them, each as often the first as the others.
  const start = Math.floor(Math.random() * chats.length);
  for (let index = 0; index < chats.length; index += 1)
    yield takeAny(database, { ...claim, chat: chats[(start + index) % chats.length]! });
}

/** A thread that is known is waited for, or the wake that named it would be lost (rule S3). */
const takeKnown = shape<DrawnClaim & ThreadKey, HeldRow>((database, value, size) =>
  taking(database, value)
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread'))
    .where(
      'chat',
      'in',
      Array.from({ length: size }, (_, index) => value(({ chats }) => chats[index]!)),
    )
    .where(isClaimable(database)),
);

/** Of threads that anybody may have, those that somebody is about to take are passed over (rule S3). */
const takeAny = shape<DrawnClaim & { readonly chat: string }, HeldRow>((database, value) => {
  const one = database.tables
    .selectFrom('thread')
    .select(['tenant', 'id'])
    .where('chat', '=', value('chat'))
    .where(isClaimable(database))
    .orderBy(dueAt)
    .limit(sql.lit(1))
    .$if(database.locks, (query) => query.forUpdate().skipLocked());
  return taking(database, value).where(sql<boolean>`(tenant, id) = ${one}`);
});

/** Raises its epoch, and gives it to its new holder. A thread that was given back has no takeovers. */
function taking(database: Database, value: Value<DrawnClaim>) {
  const { tables, now } = database;
  return tables
    .updateTable('thread')
    .set({
      epoch: sql<number>`epoch + 1`,
      nonce: value('nonce'),
      nudged: 0,
      takeovers: sql<number>`takeovers + case when lease_until is null then 0 else 1 end`,
      lease_holder: value('holder'),
      lease_until: sql<number>`${now} + ${value(({ lease }) => Math.round(lease))}`,
    })
    .returning([...loadedColumns, 'epoch', 'nonce', 'takeovers', now.as('now')]);
}

const due = shape<string, unknown>((database, value) =>
  database.tables
    .selectFrom('thread')
    .select('id')
    .where(
      'chat',
      '=',
      value((chat) => chat),
    )
    .where(isClaimable(database))
    // Without an order the table might be read instead of its index: statistics cannot tell that hardly any are due.
    .orderBy(dueAt)
    .limit(sql.lit(1)),
);

const dueThread = shape<ThreadKey, unknown>((database, value) =>
  database.tables
    .selectFrom('thread')
    .select('id')
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread'))
    .where(isClaimable(database)),
);

/** When a thread may be claimed, as the index has it. */
const dueAt: RawBuilder<number | null> = sql`coalesce(lease_until, wake_at)`;

/** Whether a thread may be claimed by who reads what is stored of it (rule S8). */
function isClaimable({ now }: Database): RawBuilder<boolean> {
  return sql<boolean>`${dueAt} <= ${now} and archived_at is null and format <= ${sql.lit(format + 1)}`;
}

const takenBefore = shape<Pick<DrawnClaim, 'nonce'>, HeldRow>(({ tables, now }, value) =>
  tables
    .selectFrom('thread')
    .select([...loadedColumns, 'epoch', 'nonce', 'takeovers', now.as('now')])
    .where('nonce', '=', value('nonce')),
);

/** A row of a thread that somebody holds. */
type HeldRow = LoadedRow & Readonly<Pick<Selectable<ThreadTable>, 'epoch' | 'nonce' | 'takeovers'>>;

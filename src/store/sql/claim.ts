import { sql } from 'kysely';
import type { Compilable, RawBuilder, Selectable } from 'kysely';
import { format } from '../../conversation/parse.ts';
import type { Claim } from '../store.ts';
import type { ClaimedThread, ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { loaded, loadedColumns } from './load.ts';
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
export function* claim(database: Database, claim: DrawnClaim): Transaction<ClaimedThread | undefined> {
  if (claim.again) {
    const row = yield* first(takenBefore(database, claim));
    // Who had it before is not known any more: to recover once too often does no harm.
    if (row) return yield* handedOut(database, row, true);
  }
  for (const query of candidates(database, claim)) {
    const row = yield* first(query);
    if (row) return yield* taken(database, claim, row);
  }
  return undefined;
}

/** Whether a thread that is known, or one of a chat, may be claimed by anybody. */
export function* isDue(database: Database, which: ThreadKey | string): Transaction<boolean> {
  const query = typeof which === 'string' ? due(database, which) : dueThread(database, which);
  return (yield* first(query)) !== undefined;
}

type Row = Readonly<
  Pick<Selectable<ThreadTable>, 'tenant' | 'id' | 'epoch' | 'nonce' | 'takeovers' | 'lease_until'>
> & { readonly now: number };

function candidates(database: Database, claim: DrawnClaim): readonly Compilable<Row>[] {
  const { key, chats } = claim;
  if (key) return chats.length === 0 ? [] : [known(database, { ...key, chats }, chats.length)];
  // One chat at a time, as the index has them, each as often the first as the others.
  const start = Math.floor(Math.random() * chats.length);
  return chats.map((_, index) => any(database, chats[(start + index) % chats.length]!));
}

/** A thread that is known is waited for, or the wake that named it would be lost (rule S3). */
const known = shape<ThreadKey & { readonly chats: readonly string[] }, Row>((database, value, size) =>
  claimable(database)
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread'))
    .where(
      'chat',
      'in',
      Array.from({ length: size }, (_, index) => value(({ chats }) => chats[index]!)),
    )
    .$if(database.locks, (query) => query.forUpdate()),
);

/** Of threads that anybody may have, those that somebody is about to take are passed over (rule S3). */
const any = shape<string, Row>((database, value) =>
  firstDue(database, value).$if(database.locks, (query) => query.forUpdate().skipLocked()),
);

const due = shape<string, Row>(firstDue);

const dueThread = shape<ThreadKey, Row>((database, value) =>
  claimable(database).where('tenant', '=', value('tenant')).where('id', '=', value('thread')),
);

function firstDue(database: Database, value: Value<string>) {
  const chat = value((one) => one);
  return claimable(database).where('chat', '=', chat).orderBy(dueAt).limit(1);
}

/** When a thread may be claimed, as the index has it. */
const dueAt: RawBuilder<number | null> = sql`coalesce(lease_until, wake_at)`;

/** Threads that may be claimed by who reads what is stored of them (rule S8). */
function claimable({ tables, now }: Database) {
  return tables
    .selectFrom('thread')
    .select(['tenant', 'id', 'epoch', 'nonce', 'takeovers', 'lease_until', now.as('now')])
    .where(dueAt, '<=', now)
    .where(sql<boolean>`archived_at is null`)
    .where('format', '<=', format + 1);
}

const takenBefore = shape<DrawnClaim, HeldRow>(({ tables, now }, value) =>
  tables
    .selectFrom('thread')
    .select([...loadedColumns, 'epoch', 'nonce', 'takeovers', now.as('now')])
    .where('nonce', '=', value('nonce')),
);

/** A row of a thread that somebody holds. */
type HeldRow = LoadedRow & Pick<Row, 'epoch' | 'nonce' | 'takeovers' | 'now'>;

function* taken(
  database: Database,
  { nonce, holder, lease }: DrawnClaim,
  row: Row,
): Transaction<ClaimedThread | undefined> {
  const takenOver = row.lease_until !== null;
  const held = { ...row, nonce, epoch: row.epoch + 1, takeovers: row.takeovers + (takenOver ? 1 : 0) };
  const now = yield* first(take(database, { ...held, holder, until: row.now + lease }));
  return now && (yield* handedOut(database, now, takenOver));
}

const take = shape<Row & { readonly holder: string; readonly until: number }, HeldRow>(({ tables, now }, value) =>
  tables
    .updateTable('thread')
    .set({
      epoch: value('epoch'),
      nonce: value('nonce'),
      takeovers: value('takeovers'),
      lease_holder: value('holder'),
      lease_until: value('until'),
    })
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('id'))
    .returning([...loadedColumns, 'epoch', 'nonce', 'takeovers', now.as('now')]),
);

/** Nobody can append to it meanwhile: whoever would, waits. */
function* handedOut(database: Database, row: HeldRow, takenOver: boolean): Transaction<ClaimedThread> {
  const { epoch, nonce, takeovers, now } = row;
  return { ...(yield* loaded(database, row)), fence: { epoch, nonce }, now, takenOver, takeovers };
}

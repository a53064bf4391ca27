import { sql } from 'kysely';
import { isHeldBy } from '../admission.ts';
import type { Deltas, Landed } from '../log.ts';
import { blobsOf, blobsWritten } from './blobs.ts';
import type { ThreadBlob } from './blobs.ts';
import type { Database } from './database.ts';
import { eventsText } from './events-text.ts';
import { itemsOf, numberIn, textIn } from './items.ts';
import type { EventTable, ThreadTable } from './schema.ts';
import { shape } from './shape.ts';
import { all, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Appends the deltas of several threads, each under its own fence; says how far those are that are still its holder's (rule S4). */
export function* appendDeltas(
  database: Database,
  deltas: readonly Deltas[],
): Transaction<readonly (Landed | undefined)[]> {
  const standings = new Map((yield* all(standingOf(database, deltas))).map((one) => [one.place, one]));
  const rows: DeltaRow[] = [];
  const blobs: ThreadBlob[] = [];
  const landed = deltas.map((one, place) => {
    const standing = standings.get(place);
    if (!standing || !isHeldBy(standing, one.fence)) return undefined;
    // It may have been committed before without anybody hearing of it (rule E8).
    const { committed } = standing;
    if (standing.known > 0) return { seq: standing.seq, committed };
    const row = rowOf(one, standing);
    rows.push(row);
    blobs.push(...blobsOf(one));
    return { seq: row.seq_to, committed };
  });
  if (rows.length === 0) return landed;
  yield* blobsWritten(database, blobs);
  yield* run(counted(database, rows), written(database, rows));
  for (const told of database.tellDeltas(rows)) yield told;
  return landed;
}

function rowOf({ tenant, thread, id, events }: Deltas, { seq, now }: Standing): DeltaRow {
  const json = eventsText(events);
  return { tenant, thread, append: id, seq_from: seq + 1, seq_to: seq + events.length, at: now, json };
}

type DeltaRow = Omit<EventTable, 'kind'>;

interface Standing extends Pick<ThreadTable, 'seq' | 'committed' | 'epoch' | 'nonce'> {
  readonly place: number;
  readonly now: number;
  /** 1 when the append is there. */
  readonly known: number;
}

/** The threads as they stand, for as long as the transaction lasts: always in one order, lest two batches wait for each other. */
const standingOf = shape<readonly Deltas[], Standing>((database, value) =>
  database.tables
    .selectFrom(
      itemsOf(
        database,
        value((deltas) =>
          JSON.stringify(deltas.map(({ tenant, thread, id, seen }, place) => ({ tenant, thread, id, seen, place }))),
        ),
      ),
    )
    .innerJoin('thread', (join) =>
      join.on('thread.tenant', '=', textIn('tenant')).on('thread.id', '=', textIn('thread')),
    )
    .select([
      'thread.seq',
      'thread.committed',
      'thread.epoch',
      'thread.nonce',
      database.now.as('now'),
      numberIn('place').as('place'),
    ])
    .select(({ selectFrom, fn }) =>
      selectFrom('event')
        .select(fn.countAll<number>().as('count'))
        .whereRef('event.tenant', '=', 'thread.tenant')
        .whereRef('event.thread', '=', 'thread.id')
        .where('event.seq_to', '>', numberIn('seen'))
        .where('event.append', '=', textIn('id'))
        .as('known'),
    )
    .orderBy('thread.tenant')
    .orderBy('thread.id')
    .$if(database.locks, (query) => query.forUpdate('thread')),
);

const counted = shape<readonly DeltaRow[], unknown>((database, value) =>
  database.tables
    .updateTable('thread')
    .from(itemsOf(database, value(textOf)))
    .set({ seq: numberIn('seq_to'), deltas_after: sql<number>`coalesce(deltas_after, seq)` })
    .where('thread.tenant', '=', textIn('tenant'))
    .where('thread.id', '=', textIn('thread')),
);

const written = shape<readonly DeltaRow[], unknown>((database, value) =>
  database.tables
    .insertInto('event')
    .columns(['tenant', 'thread', 'append', 'kind', 'seq_from', 'seq_to', 'at', 'json'])
    .expression(
      database.tables
        .selectFrom(itemsOf(database, value(textOf)))
        .select([
          textIn('tenant').as('tenant'),
          textIn('thread').as('thread'),
          textIn('append').as('append'),
          sql.lit('delta').as('kind'),
          numberIn('seq_from').as('seq_from'),
          numberIn('seq_to').as('seq_to'),
          numberIn('at').as('at'),
          textIn('json').as('json'),
        ]),
    ),
);

function textOf(rows: readonly DeltaRow[]): string {
  return JSON.stringify(rows);
}

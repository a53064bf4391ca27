import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { WaitingPage, WaitingQuery, WaitingRow } from '../store.ts';
import type { ThreadKey } from '../thread.ts';
import { callIn } from './body.ts';
import type { Database } from './database.ts';
import { idsWithin, unordered } from './family.ts';
import { pageOf, placeIn, rowsAsked } from './place.ts';
import { namesOf, putTo } from './put-to.ts';
import type { Asked, AskedForm, Named } from './put-to.ts';
import { shape } from './shape.ts';
import type { Value } from './shape.ts';
import { shown, threadOf } from './thread-row.ts';
import type { ShownRow } from './thread-row.ts';
import { all } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** A page, and of what else would stand on it. */
interface Found extends WaitingPage {
  readonly broken: readonly Broken[];
}

/** A thread that has a call which cannot be read, and why. */
export interface Broken extends ThreadKey {
  readonly cause: unknown;
}

/** Calls of a tenant that wait, or those that are put to a person, the one that waits longest first. */
export function* waiting(database: Database, query: WaitingQuery): Transaction<Found> {
  const { tenant, thread = '', person } = query;
  const place = placeIn(query, ['number', 'string', 'string']);
  const form = { within: query.thread !== undefined, behind: place !== undefined };
  const asked = { tenant, thread, place: place ?? [], limit: rowsAsked(query) };
  const named = person && namesOf(person);
  const rows = yield* all(
    named
      ? theirs(database, { ...asked, ...named }, { ...form, isNamed: named.isNamed, names: named.names.length })
      : everyones(database, asked, form),
  );
  const broken: Broken[] = [];
  const { items, ...more } = pageOf(rows, {
    query,
    placeOf: (row) => [row.since, row.call, row.id],
    toItem: (row) => {
      try {
        return [rowOf(row)];
      } catch (cause) {
        broken.push({ tenant, thread: row.id, cause });
        return [];
      }
    },
  });
  return { items: items.flat(), ...more, broken };
}

/** Throws for a call that cannot be read. */
function rowOf(row: CallRow): WaitingRow {
  const call = callIn({ ...row, id: row.call });
  return { thread: threadOf(row), call, message: row.message, since: row.since };
}

interface CallRow extends ShownRow {
  readonly call: string;
  readonly message: string;
  readonly since: number;
  readonly state: string;
  readonly json: string;
}

const everyones = shape<Asked, CallRow, AskedForm>((database, value, { within, behind }) => {
  const since = within ? unordered<number>('tool_call.since') : sql.ref<number>('tool_call.since');
  return database.tables
    .selectFrom('tool_call')
    .innerJoin('thread', (join) =>
      join.onRef('thread.tenant', '=', 'tool_call.tenant').onRef('thread.id', '=', 'tool_call.thread'),
    )
    .select(columns)
    .select(['tool_call.id as call', 'tool_call.message', 'tool_call.since', 'tool_call.state', 'tool_call.json'])
    .where('tool_call.tenant', '=', value('tenant'))
    .where('tool_call.since', 'is not', null)
    .$if(within, (calls) => calls.where('tool_call.thread', 'in', idsWithin(database, value)))
    .$if(behind, (calls) => calls.where(sql<boolean>`(${since}, tool_call.id, tool_call.thread) > (${placeOf(value)})`))
    .orderBy(since)
    .orderBy('tool_call.id')
    .orderBy('tool_call.thread')
    .limit(value('limit'))
    .$narrowType<{ since: number }>();
});

const theirs = shape<Asked & Named, CallRow, AskedForm & { readonly isNamed: boolean; readonly names: number }>(
  (database, value, form) =>
    database.tables
      .selectFrom(putTo(database, value, { ...form, place: placeOf(value) }).as('page'))
      .innerJoin('tool_call', (join) =>
        join
          .on('tool_call.tenant', '=', value('tenant'))
          .onRef('tool_call.thread', '=', 'page.thread')
          .onRef('tool_call.id', '=', 'page.call'),
      )
      .innerJoin('thread', (join) =>
        join.onRef('thread.tenant', '=', 'tool_call.tenant').onRef('thread.id', '=', 'tool_call.thread'),
      )
      .select(columns)
      .select(['page.call', 'tool_call.message', 'page.since', 'tool_call.state', 'tool_call.json'])
      .orderBy('page.since')
      .orderBy('page.call')
      .orderBy('page.thread')
      .limit(value('limit')),
);

const columns = shown.map((column) => `thread.${column}` as const);

function placeOf(value: Value<Asked>): RawBuilder<unknown> {
  return sql.join([0, 1, 2].map((index) => value(({ place }) => place[index])));
}

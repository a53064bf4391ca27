import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import type { Addressee } from '../../conversation/addressee.ts';
import { sha256 } from '../../conversation/digest.ts';
import type { Append } from '../store.ts';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { itemsOf, textIn } from './items.ts';
import type { AddresseeTable } from './schema.ts';
import { shape } from './shape.ts';

/** Writes whom calls are put to, where that is other than before, behind the rows of the calls (rule X1). */
export function addresseesWritten(database: Database, { tenant, thread, calls }: Append): readonly Compilable[] {
  const moved = calls.flatMap(({ call, addressed }) => (addressed ? [{ call: call.id, ...addressed }] : []));
  const gone = moved.filter(({ before }) => before).map(({ call }) => ({ call }));
  const rows = moved.flatMap(({ call, to }) => rowsOf(to).map((row) => ({ tenant, thread, call, ...row })));
  return [
    ...(gone.length > 0 ? [deleted(database, { tenant, thread, gone })] : []),
    ...(rows.length > 0 ? [written(database, rows)] : []),
  ];
}

/** Of calls whose messages are withdrawn, before they are. */
export function addresseesWithdrawn({ tables }: Database, { tenant, thread, removed }: Append): Compilable {
  const calls = tables
    .selectFrom('tool_call')
    .select('id')
    .where('tenant', '=', tenant)
    .where('thread', '=', thread)
    .where('message', 'in', removed);
  return tables
    .deleteFrom('addressee')
    .where('tenant', '=', tenant)
    .where('thread', '=', thread)
    .where('call', 'in', calls);
}

type Name = Pick<AddresseeTable, 'name' | 'barred'>;

function rowsOf(addressees: readonly Addressee[]): readonly Name[] {
  const rows = addressees.map(({ name, not }) => ({
    name: name === undefined ? anybody : stored(name),
    barred: not === undefined ? nobody : not === null ? somebody : stored(not),
  }));
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** No JSON of a name is any of these. */
export const anybody = '';
export const nobody = '';
const somebody = 'null';

/** As JSON, since a name is free text (rule E6); by its digest where it is longer than an index takes. */
export function stored(name: string): string {
  const text = JSON.stringify(name);
  return text.length > 200 ? sha256(text) : text;
}

interface Gone extends ThreadKey {
  readonly gone: readonly { readonly call: string }[];
}

const deleted = shape<Gone, unknown>((database, value) =>
  database.tables
    .deleteFrom('addressee')
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread'))
    .where('call', 'in', ({ selectFrom }) =>
      selectFrom(
        itemsOf(
          database,
          value(({ gone }) => JSON.stringify(gone)),
        ),
      ).select(textIn('call').as('call')),
    ),
);

type Row = Omit<AddresseeTable, 'since'>;

/** Each waits since its call does. */
const written = shape<readonly Row[], unknown>((database, value) =>
  database.tables
    .insertInto('addressee')
    .columns(['tenant', 'thread', 'call', 'name', 'barred', 'since'])
    .expression(
      database.tables
        .selectFrom(
          itemsOf(
            database,
            value((rows) => JSON.stringify(rows)),
          ),
        )
        .innerJoin('tool_call', (join) =>
          join
            .on('tool_call.tenant', '=', textIn('tenant'))
            .on('tool_call.thread', '=', textIn('thread'))
            .on('tool_call.id', '=', textIn('call')),
        )
        .select([
          'tool_call.tenant',
          'tool_call.thread',
          'tool_call.id as call',
          textIn('name').as('name'),
          textIn('barred').as('barred'),
          sql<number>`tool_call.since`.as('since'),
        ]),
    ),
);

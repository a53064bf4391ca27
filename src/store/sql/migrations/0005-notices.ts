import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import type { Database } from '../database.ts';

/** Of which calls people are to be told, and what they were told. What waits already is told of when somebody tells at all. */
export function notices({ tables, now }: Database): readonly Compilable[] {
  const call = tables.schema.alterTable('tool_call');
  return [
    call.addColumn('tell_at', 'bigint'),
    call.addColumn('told', 'text'),
    call.addColumn('tries', 'bigint', (column) => column.notNull().defaultTo(0)),
    tables
      .updateTable('tool_call')
      .set({ tell_at: now as never })
      .where(sql<boolean>`since is not null and state in ('awaiting-approval', 'awaiting-input', 'in-doubt')`),
    tables.schema
      .createIndex('tool_call_to_tell')
      .on('tool_call')
      .columns(['tell_at'])
      .where(sql`tell_at`, 'is not', null),
  ];
}

import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import type { Database } from '../database.ts';

/** Threads that were opened for calls of other threads (rule C3). */
export function family({ tables: { schema }, text }: Database): readonly Compilable[] {
  const thread = schema.alterTable('thread');
  return [
    thread.addColumn('root', text),
    thread.addColumn('within', 'text'),
    thread.addColumn('nudged', 'bigint', (column) => column.notNull().defaultTo(0)),
    schema
      .createIndex('thread_of_root')
      .on('thread')
      .columns(['tenant', 'root'])
      .where(sql`root`, 'is not', null),
  ];
}

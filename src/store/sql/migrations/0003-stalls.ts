import type { Compilable } from 'kysely';
import type { Database } from '../database.ts';

/** Processes whose event loop stood still for longer than renewals bear (rule E9). */
export function stalls({ tables: { schema }, text }: Database): readonly Compilable[] {
  return [
    schema
      .createTable('stall')
      .addColumn('holder', text, (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('length', 'bigint', (column) => column.notNull()),
  ];
}

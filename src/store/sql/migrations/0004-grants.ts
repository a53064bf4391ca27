import type { Compilable } from 'kysely';
import type { Database } from '../database.ts';

/** What people have granted beside a decision, until it is revoked or its thread is erased. */
export function grants({ tables: { schema }, text, inOrder }: Database): readonly Compilable[] {
  return [
    schema
      .createTable('standing_grant')
      .addColumn('tenant', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('thread', text, (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('json', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('standing_grant_key', ['tenant', 'id'])
      .modifyEnd(inOrder),
    schema.createIndex('standing_grant_of').on('standing_grant').columns(['tenant', 'thread']),
  ];
}

import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import type { Database } from '../database.ts';

/** Lists read what they show, and nothing else: neither archived threads among the others, nor those that were opened for calls. */
export function lists({ tables: { schema } }: Database): readonly Compilable[] {
  const listed = (name: string, ...columns: readonly string[]) =>
    schema
      .createIndex(name)
      .on('thread')
      .columns([...columns])
      .where(sql`root`, 'is', null)
      .where(sql`archived_at`, 'is', null);
  const archived = (name: string, ...columns: readonly string[]) =>
    schema
      .createIndex(name)
      .on('thread')
      .columns([...columns])
      .where(sql`archived_at`, 'is not', null);
  return [
    // No release before this one lists by anything else, only more slowly.
    schema.dropIndex('thread_of_tenant'),
    schema.dropIndex('thread_of_owner'),
    listed('thread_listed', 'tenant', 'changed'),
    listed('thread_listed_of_owner', 'tenant', 'owner', 'changed'),
    archived('thread_archived', 'tenant', 'changed'),
    archived('thread_archived_of_owner', 'tenant', 'owner', 'changed'),
  ];
}

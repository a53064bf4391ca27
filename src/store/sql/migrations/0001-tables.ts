import { sql } from 'kysely';
import type { Compilable, CreateTableBuilder } from 'kysely';
import type { Database } from '../database.ts';

type Table = CreateTableBuilder<string, string>;

/** The tables of the first release, and what finds their rows. */
export function tables(database: Database): readonly Compilable[] {
  return [
    ...threads(database),
    ...messages(database),
    ...calls(database),
    ...addressees(database),
    ...events(database),
    ...decisions(database),
    ...blobs(database),
  ];
}

function threads(database: Database): readonly Compilable[] {
  const { schema } = database.tables;
  const texts = ['tenant', 'id', 'chat', 'status', 'nonce', 'run'];
  const places = ['seq', 'committed', 'places', 'changed'];
  const numbers = ['format', 'epoch', 'stopped', 'takeovers', 'created_at', 'updated_at', ...places];
  const index = (name: string) => schema.createIndex(name).on('thread');
  return [
    columns(database, 'thread', { texts, numbers })
      .addColumn('owner', database.text)
      .addColumn('title', 'text')
      .addColumn('error', 'text')
      .addColumn('lease_holder', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('wake_at', 'bigint')
      .addColumn('deltas_after', 'bigint')
      .addColumn('superseded_at', 'bigint')
      .addColumn('archived_at', 'bigint')
      .addPrimaryKeyConstraint('thread_key', ['tenant', 'id'] as never[])
      .modifyEnd(database.inOrder),
    index('thread_changed').columns(['changed']),
    index('thread_of_tenant').columns(['tenant', 'changed']),
    index('thread_of_owner').columns(['tenant', 'owner', 'changed']),
    // When it may be claimed: it is due, or the lease of its holder is over.
    index('thread_claimable')
      .expression(sql`chat, coalesce(lease_until, wake_at)`)
      .where(sql`archived_at`, 'is', null),
    // What may be erased when it has lain long enough.
    index('thread_idle')
      .columns(['updated_at'])
      .where(sql`lease_until`, 'is', null),
    index('thread_speaking')
      .columns(['deltas_after'])
      .where(sql`deltas_after`, 'is not', null),
    index('thread_superseded')
      .columns(['superseded_at'])
      .where(sql`superseded_at`, 'is not', null),
  ];
}

function messages(database: Database): readonly Compilable[] {
  return [
    // In the order in which they are read.
    columns(database, 'message', { texts: ['tenant', 'thread', 'id', 'role', 'json'], numbers: ['place'] })
      .addPrimaryKeyConstraint('message_key', ['tenant', 'thread', 'place'] as never[])
      .addUniqueConstraint('message_id', ['tenant', 'thread', 'id'] as never[])
      .modifyEnd(database.inOrder),
  ];
}

function calls(database: Database): readonly Compilable[] {
  const { schema } = database.tables;
  const texts = ['tenant', 'thread', 'id', 'message', 'state', 'json'];
  return [
    columns(database, 'tool_call', { texts, numbers: [] })
      .addColumn('due_at', 'bigint')
      .addColumn('since', 'bigint')
      .addPrimaryKeyConstraint('tool_call_key', ['tenant', 'thread', 'id'] as never[])
      .modifyEnd(database.inOrder),
    schema
      .createIndex('tool_call_due')
      .on('tool_call')
      .columns(['tenant', 'thread', 'due_at'])
      .where(sql`due_at`, 'is not', null),
    schema
      .createIndex('tool_call_waiting')
      .on('tool_call')
      .columns(['tenant', 'since', 'id', 'thread'])
      .where(sql`since`, 'is not', null),
  ];
}

function addressees(database: Database): readonly Compilable[] {
  const texts = ['tenant', 'thread', 'call', 'name', 'barred'];
  return [
    columns(database, 'addressee', { texts, numbers: ['since'] })
      .addPrimaryKeyConstraint('addressee_key', texts as never[])
      .modifyEnd(database.inOrder),
    database.tables.schema
      .createIndex('addressee_waiting')
      .on('addressee')
      .columns(['tenant', 'name', 'since', 'call', 'thread', 'barred']),
  ];
}

function events(database: Database): readonly Compilable[] {
  const texts = ['tenant', 'thread', 'append', 'kind', 'json'];
  return [
    columns(database, 'event', { texts, numbers: ['seq_from', 'seq_to', 'at'] }) //
      .addPrimaryKeyConstraint('event_key', ['tenant', 'thread', 'seq_to', 'append'] as never[])
      .modifyEnd(database.inOrder),
  ];
}

function decisions(database: Database): readonly Compilable[] {
  const numbers = ['place', 'at'];
  return [
    columns(database, 'decision', { texts: ['tenant', 'thread', 'who', 'digest', 'link'], numbers })
      .addColumn('json', 'text')
      .addColumn('salt', 'text')
      .addPrimaryKeyConstraint('decision_key', ['tenant', 'thread', 'place'] as never[])
      .modifyEnd(database.inOrder),
    database.tables.schema
      .createIndex('decision_of_tenant')
      .on('decision')
      .columns(['tenant', 'at', 'thread', 'place']),
    columns(database, 'trail', { texts: ['tenant', 'thread', 'link', 'seal'], numbers: ['entries', 'at', 'keyed'] })
      .addColumn('salt', 'text')
      .addColumn('erased_at', 'bigint')
      .addPrimaryKeyConstraint('trail_key', ['tenant', 'thread'] as never[])
      .modifyEnd(database.inOrder),
  ];
}

function blobs(database: Database): readonly Compilable[] {
  const { schema } = database.tables;
  return [
    // Not in the order of its key: bytes would stand between the rows that are looked through.
    columns(database, 'blob', { texts: ['tenant', 'digest'], numbers: [] })
      .addColumn('bytes', database.bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint('blob_key', ['tenant', 'digest'] as never[]),
    columns(database, 'thread_blob', { texts: ['tenant', 'thread', 'digest'], numbers: [] })
      .addPrimaryKeyConstraint('thread_blob_key', ['tenant', 'thread', 'digest'] as never[])
      .modifyEnd(database.inOrder),
    schema.createIndex('thread_blob_of').on('thread_blob').columns(['tenant', 'digest']),
  ];
}

/** A table with columns that are never empty. */
function columns(
  { tables, text }: Database,
  name: string,
  { texts, numbers }: { readonly texts: readonly string[]; readonly numbers: readonly string[] },
): Table {
  let table: Table = tables.schema.createTable(name);
  for (const column of texts) table = table.addColumn(column, text, (one) => one.notNull());
  for (const column of numbers) table = table.addColumn(column, 'bigint', (one) => one.notNull());
  return table;
}

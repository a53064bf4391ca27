import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { StoredMessage } from '../../conversation/changes.ts';
import { closedStates } from '../excerpt.ts';
import type { Excerpt } from '../excerpt.ts';
import type { ThreadKey } from '../thread.ts';
import type { CallBody, MessageBody } from './body.ts';
import type { Database } from './database.ts';
import { itemsOf, textIn } from './items.ts';
import { shape } from './shape.ts';
import type { Shape, Value } from './shape.ts';

/** The messages of an excerpt, found by their calls and ids: what else is in the thread is not read. */
export const excerptRows: Shape<ThreadKey & Excerpt, MessageBody> = shape<ThreadKey & Excerpt, MessageBody>(
  (database, value) => {
    const { tables } = database;
    // One by one: joined, the whole thread would be read.
    const wanted = tables
      .selectFrom(wantedIds(database, value).as('wanted'))
      .select(({ selectFrom }) =>
        selectFrom('message')
          .select('place')
          .where('tenant', '=', value('tenant'))
          .where('thread', '=', value('thread'))
          .whereRef('message.id', '=', 'wanted.id')
          .as('place'),
      );
    const words = tables
      .selectFrom(wanted.as('one'))
      .select(({ selectFrom }) =>
        selectFrom('message')
          .select('place')
          .where('tenant', '=', value('tenant'))
          .where('thread', '=', value('thread'))
          .where('role', '=', sql.lit('user'))
          .whereRef('message.place', '<', 'one.place')
          .orderBy('message.place', 'desc')
          .limit(sql.lit(1))
          .as('place'),
      );
    return tables
      .selectFrom('message')
      .select(['id', 'role', 'json'])
      .where('tenant', '=', value('tenant'))
      .where('thread', '=', value('thread'))
      .where('place', 'in', wanted.union(words as never))
      .orderBy('place');
  },
);

/** Of messages whose calls are not all settled, and of those that are named. */
function wantedIds(database: Database, value: Value<ThreadKey & Excerpt>) {
  const { tables } = database;
  const calls = tables
    .selectFrom('tool_call')
    .select('message as id')
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread'));
  const open = calls.where(
    'state',
    'not in',
    closedStates.map((state) => sql.lit(state)),
  );
  const named = calls.where(
    'id',
    'in',
    textsOf(
      database,
      value(({ calls: ids = [] }) => jsonOf(ids)),
    ),
  );
  return open.union(named).union(
    textsOf(
      database,
      value(({ messages = [] }) => jsonOf(messages)),
    ) as never,
  );
}

/** Whose calls are read. */
interface CallsOf extends ThreadKey {
  readonly messages: readonly StoredMessage[];
}

/** All calls of these messages. */
export const excerptCalls: Shape<CallsOf, CallBody> = shape<CallsOf, CallBody>((database, value) =>
  database.tables
    .selectFrom('tool_call')
    .select(['id', 'state', 'json'])
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread'))
    .where(
      'message',
      'in',
      textsOf(
        database,
        value(({ messages }) => jsonOf(messages.map(({ message }) => message.id))),
      ),
    ),
);

/** Texts that a query is given as one, however many. */
function textsOf(database: Database, json: RawBuilder<string>) {
  return database.tables.selectFrom(itemsOf(database, json)).select(textIn('text').as('text'));
}

function jsonOf(texts: readonly string[]): string {
  return JSON.stringify(texts.map((text) => ({ text })));
}

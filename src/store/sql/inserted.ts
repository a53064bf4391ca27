import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import type { Inserted } from '../../conversation/changes.ts';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { shape } from './shape.ts';
import type { Value } from './shape.ts';

interface InsertedIn extends ThreadKey, Inserted {}

/** Puts a message whose row stands at the end right behind another one; those between make room. */
export function inserted(database: Database, one: InsertedIn): readonly Compilable[] {
  return [liftedOut(database, one), putBack(database, one)];
}

/** Places are unique at every moment: they wait below all others. */
const liftedOut = shape<InsertedIn, unknown>((database, value) =>
  rowsOf(database, value)
    .set({ place: sql<number>`-2 - place` })
    .where('place', '>', placeOf(database, value, 'behind'))
    .where('place', '<=', placeOf(database, value, 'id')),
);

const putBack = shape<InsertedIn, unknown>((database, value) =>
  rowsOf(database, value)
    .set({
      place: sql<number>`case when id = ${value('id')} then ${placeOf(database, value, 'behind')} + 1 else -1 - place end`,
    })
    .where('place', '<', 0),
);

function rowsOf({ tables }: Database, value: Value<InsertedIn>) {
  return tables.updateTable('message').where('tenant', '=', value('tenant')).where('thread', '=', value('thread'));
}

function placeOf({ tables }: Database, value: Value<InsertedIn>, which: 'id' | 'behind') {
  return tables
    .selectFrom('message as one')
    .select('one.place')
    .where('one.tenant', '=', value('tenant'))
    .where('one.thread', '=', value('thread'))
    .where('one.id', '=', value(which));
}

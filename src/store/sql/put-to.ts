import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Person } from '../../conversation/addressee.ts';
import { anybody, nobody, stored } from './addressees.ts';
import type { Database } from './database.ts';
import { idsWithin, unordered } from './family.ts';
import type { AddresseeTable } from './schema.ts';
import type { Value } from './shape.ts';

/** Which calls are asked for, and how many. */
export interface Asked {
  readonly tenant: string;
  readonly thread: string;
  /** Where the page before has ended: since when, which call, in which thread. */
  readonly place: readonly (string | number)[];
  readonly limit: number;
}

/** What of that is looked at. */
export type AskedForm = {
  /** Only a thread, with what was opened for its calls. */
  readonly within: boolean;
  /** Only behind the place. */
  readonly behind: boolean;
};

/** The names under which a person is asked, as rows hold them. */
export interface Named {
  readonly names: readonly string[];
  /** Whether somebody is known by a name of their own, by which a call may bar them. */
  readonly isNamed: boolean;
  /** That name. */
  readonly own: string;
}

/** The names of a person: their own, those of their groups, and the one that stands for anybody. */
export function namesOf({ by, groups = [] }: Person): Named {
  const names = new Set([anybody, ...[...(by === undefined ? [] : [by]), ...groups].map(stored)]);
  return { names: [...names], isNamed: by !== undefined, own: by === undefined ? '' : stored(by) };
}

/** What is looked at of addressees. */
export interface PutForm extends AskedForm {
  readonly names: number;
  readonly isNamed: boolean;
  /** Where the page before has ended. */
  readonly place: RawBuilder<unknown>;
}

/**
 * Where calls stand that are put to a person, the one that waits longest first, as many as a page needs. Each of their names
 * is looked up by itself, so that what waits for others is not read, however much it is.
 */
export function putTo(
  database: Database,
  value: Value<Asked & Named>,
  { within, behind, names, isNamed, place }: PutForm,
): RawBuilder<PutTo> {
  const { tables } = database;
  const pieces = Array.from({ length: names }, (_, index) =>
    tables
      .selectFrom('addressee')
      .select(['since', 'call', 'thread'])
      .where('tenant', '=', value('tenant'))
      .where(
        within ? unordered<string>('name') : sql.ref<string>('name'),
        '=',
        value((asked) => asked.names[index]!),
      )
      .where(({ eb }) => (isNamed ? eb('barred', '<>', value('own')) : eb('barred', '=', nobody)))
      .$if(within, (rows) => rows.where('thread', 'in', idsWithin(database, value)))
      .$if(behind, (rows) => rows.where(sql<boolean>`(since, call, thread) > (${place})`))
      .orderBy('since')
      .orderBy('call')
      .orderBy('thread')
      .limit(value('limit')),
  ).map((piece) => sql`select * from ${piece.as('piece')}`);
  // Without `all`: a call that is put to two of them is one.
  return sql`(${sql.join(pieces, sql` union `)})`;
}

/** Where a call stands that is put to somebody. */
export type PutTo = Pick<AddresseeTable, 'since' | 'call' | 'thread'>;

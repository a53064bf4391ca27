import type { BrokenLink } from '../../src/store/audit/verify.ts';

/** What somebody does to the tables behind the back of a store, and what is found of it. `t` stands for where a table is. */
export interface Tampering {
  readonly what: string;
  readonly statements: (table: (name: string) => string) => readonly string[];
  readonly found: Pick<BrokenLink, 'type' | 'place'>;
}

/** Of four decisions, made in a store with a secret. */
export const tamperings: readonly Tampering[] = [
  {
    what: 'a reason is changed',
    statements: (table) => [
      `update ${table('decision')} set json = replace(json, 'reason 2', 'reason X') where place = 2`,
    ],
    found: { type: 'changed', place: 2 },
  },
  {
    what: 'what was decided is made unreadable',
    statements: (table) => [`update ${table('decision')} set json = 'x' where place = 3`],
    found: { type: 'changed', place: 3 },
  },
  {
    what: 'two rows are swapped',
    statements: (table) => [
      `update ${table('decision')} set place = 9 where place = 2`,
      `update ${table('decision')} set place = 2 where place = 3`,
      `update ${table('decision')} set place = 3 where place = 9`,
    ],
    found: { type: 'order', place: 2 },
  },
  {
    what: 'the last row is deleted',
    statements: (table) => [`delete from ${table('decision')} where place = 4`],
    found: { type: 'missing', place: 4 },
  },
  {
    what: 'the last row is deleted, and the end drawn in',
    statements: (table) => [
      `delete from ${table('decision')} where place = 4`,
      `update ${table('trail')} set entries = 3, link = (select link from ${table('decision')} where place = 3)`,
    ],
    found: { type: 'end', place: 3 },
  },
  {
    what: 'a row in the middle is deleted',
    statements: (table) => [`delete from ${table('decision')} where place = 2`],
    found: { type: 'missing', place: 2 },
  },
  {
    what: 'all rows are deleted',
    statements: (table) => [`delete from ${table('decision')}`],
    found: { type: 'missing', place: 1 },
  },
  {
    what: 'the end is deleted',
    statements: (table) => [`delete from ${table('trail')}`],
    found: { type: 'end', place: 4 },
  },
  {
    what: 'an erasure is played',
    statements: (table) => [
      `update ${table('decision')} set json = null, salt = null`,
      `update ${table('trail')} set salt = null, erased_at = 1`,
    ],
    found: { type: 'end', place: 4 },
  },
  {
    what: 'the trail is said to have no secret',
    statements: (table) => [`update ${table('trail')} set keyed = 0`],
    found: { type: 'unkeyed', place: 1 },
  },
];

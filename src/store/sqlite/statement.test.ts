import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { columns } from '../sql/thread-row.ts';
import { migrate } from '../sql/migrations.ts';
import type { Transaction } from '../sql/transaction.ts';
import { Connection, openFile } from './connection.ts';
import { sqliteDatabase } from './database.ts';
import { Statement } from './statement.ts';

test('a row has its columns by their names, whatever a newer release has added since (S8)', () => {
  const file = new DatabaseSync(':memory:');
  file.exec("create table word (id text, at integer); insert into word values ('w1', 5)");
  const named = new Statement(file, 'select at, id, ? as now from word');
  const whole = new Statement(file, 'select *, ? as now from word');
  expect(named.all([7])).toEqual([{ at: 5, id: 'w1', now: 7 }]);
  expect(whole.all([7])).toMatchObject([{ at: 5, id: 'w1', now: 7 }]);
  file.exec("alter table word add column colour text default 'green'");
  expect(named.all([8])).toEqual([{ at: 5, id: 'w1', now: 8 }]);
  whole.all([8]);
  expect(whole.all([8])).toMatchObject([{ at: 5, id: 'w1', colour: 'green', now: 8 }]);
  file.close();
});

test('what is known of a thread are all columns that its table has', () => {
  const connection = new Connection(openFile(':memory:'));
  connection.play('begin immediate', migrate(sqliteDatabase(() => 1)));
  const look = function* (): Transaction<readonly unknown[]> {
    return yield CompiledQuery.raw(`select name from pragma_table_info('thread')`);
  };
  const names = connection.look(look()).map((row) => (row as { readonly name: string }).name);
  expect(names.toSorted()).toEqual(columns.toSorted());
  connection.close();
});

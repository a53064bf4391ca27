import { expect, test } from 'vitest';
import type { Transaction } from '../sql/transaction.ts';
import type { Wake } from '../waker.ts';
import { Connection, openFile } from './connection.ts';

const wake: Wake = { tenant: 'acme', thread: 't1', notBefore: 1, now: 1 };

test('a wake is told when its transaction is committed, and not when that is undone (S3)', () => {
  const told: string[] = [];
  const connection = new Connection(openFile(':memory:'), ({ thread }) => told.push(thread));
  const undone = function* (): Transaction<void> {
    yield wake;
    throw new Error('undone');
  };
  expect(() => connection.play('begin immediate', undone())).toThrow('undone');
  expect(told).toEqual([]);
  const done = function* (): Transaction<string> {
    yield wake;
    return told.join();
  };
  expect([connection.play('begin immediate', done()), told]).toEqual(['', ['t1']]);
  connection.close();
});

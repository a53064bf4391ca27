import { expect, test } from 'vitest';
import type { ChatEvent } from '../../conversation/event.ts';
import { noUsage } from '../../conversation/usage.ts';
import { append, asking, begin, key, word } from '../../testing/store/case.ts';
import type { ClaimedThread } from '../thread.ts';
import { SqlStore } from '../sql/sql-store.ts';
import { sqliteDatabase } from './database.ts';
import { SqliteRunner } from './runner.ts';

test('only what costs no more than another try may be lost with the power of the machine (S6)', async () => {
  const database = sqliteDatabase(() => 1);
  const runner = new SqliteRunner(':memory:', database, 0);
  const weights: (string | undefined)[] = [];
  const write = runner.write.bind(runner);
  runner.write = (transaction, weight) => {
    weights.push(weight);
    return write(transaction, weight);
  };
  const store = new SqlStore(database, runner);
  const weightOf = async (act: () => Promise<unknown>): Promise<string | undefined> => {
    weights.length = 0;
    await act();
    expect(weights).toHaveLength(1);
    return weights[0];
  };
  await begin(store);
  expect(await weightOf(() => append(store, [word('m1')], { wake: 'now' }))).toBeUndefined();
  let claimed: ClaimedThread | undefined;
  const claim = { key, chats: ['shop'], holder: 'h', lease: 1_000 };
  expect(await weightOf(async () => (claimed = await store.claim(claim)))).toBe('light');
  const held = { fence: claimed!.fence };
  const opened: ChatEvent = { type: 'message', message: { id: 'a1', role: 'assistant', parts: [], at: 2 } };
  expect(await weightOf(() => append(store, [{ type: 'trace', trace: 't' }, opened], held))).toBe('light');
  expect(await weightOf(() => store.renew(key, held.fence, 1_000))).toBe('light');
  const whole = { ...opened, message: { ...opened.message, parts: [{ type: 'text', text: 'hello' }] } } as ChatEvent;
  expect(await weightOf(() => append(store, [whole], held))).toBeUndefined();
  expect(await weightOf(() => append(store, asking('a2', 'c1'), held))).toBeUndefined();
  const done: ChatEvent = { type: 'done', finish: 'stop', text: '', usage: noUsage };
  expect(await weightOf(() => append(store, [done], { ...held, release: true }))).toBeUndefined();
  await store.close();
});

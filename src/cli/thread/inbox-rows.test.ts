import { expect, test } from 'vitest';
import { rowJson, rowLines } from './inbox-rows.ts';

test('a call that waits below another thread names it', () => {
  const thread = {
    tenant: 'a',
    thread: 't2',
    chat: 'buyer',
    status: 'paused',
    seq: 1,
    createdAt: 1,
    updatedAt: 1,
  } as const;
  const within = [{ thread: 't1', call: 'c1' }];
  const call = {
    id: 'c2',
    name: 'order',
    arguments: '{}',
    input: {},
    revision: 2,
    state: 'awaiting-approval',
  } as const;
  const row = { thread: { ...thread, within }, call, message: 'm1', since: 0 };
  expect(rowLines(row, { width: 80, now: 60_000 }).at(-1)?.trim()).toBe('for a yes or no; thread t2, for thread t1');
  expect(rowJson(row)).toMatchObject({ thread: 't2', within });
  expect(
    rowLines({ ...row, thread }, { width: 80, now: 60_000 })
      .at(-1)
      ?.trim(),
  ).toBe('for a yes or no; thread t2');
});

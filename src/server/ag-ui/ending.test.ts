import { expect, test } from 'vitest';
import { everybody, toldScene as scene } from '../../../test/server/told-scene.ts';
import { Telling } from './telling.ts';

test('a failure is told by its code alone, and a stop is no failure (X3)', async () => {
  const at = scene([{ error: new TypeError('password hunter2') }]);
  const telling = new Telling(at.conversation, { thread: 't', run: 'r', posted: [], audience: everybody });
  expect(telling.end({ type: 'error', code: 'provider' })).toEqual([
    { type: 'RUN_ERROR', message: 'The run failed: provider.', code: 'provider' },
  ]);
  expect(telling.end({ type: 'error', code: 'aborted' })).toMatchObject([{ outcome: { type: 'cancelled' } }]);
});

test('a reader who may not decide is told what waits, and is not kept from speaking (X1)', async () => {
  const at = scene([{ calls: [{ name: 'pay', input: { amount: 5 } }] }]);
  await at.run();
  const { messages, run } = at.conversation;
  const audience = { ...everybody, decides: false };
  const telling = new Telling({ messages, run }, { thread: 't', run: 'r', posted: at.posted(), audience });
  expect(telling.end({ type: 'paused' })).toMatchObject([
    { name: 'yourcall:waiting', value: { calls: [{ toolName: 'pay', state: 'awaiting-approval' }] } },
    { type: 'RUN_FINISHED', outcome: { type: 'success' } },
  ]);
});

import { expect, test } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import { ChatError } from '../../src/conversation/error.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Append, Store } from '../../src/store/store.ts';
import type { LoadedThread } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';

/** A store that has room for a claim, and until it was claimed so often for nothing else. */
function full(claims: number, refusal: Error, renews = false): Store {
  let left = claims;
  return new Proxy(memoryStore(), {
    get: (target, name: keyof Store) => {
      if (name === 'claim')
        return async (claim: Parameters<Store['claim']>[0]) => {
          const claimed = await target.claim(claim);
          left -= claimed ? 1 : 0;
          return claimed;
        };
      if (name === 'renew')
        return async (...given: Parameters<Store['renew']>) => {
          if (left >= 0 && !renews) throw refusal;
          return target.renew(...given);
        };
      if (name !== 'append') return target[name].bind(target);
      return async (append: Append) => {
        const isPoison = append.error === 'poisoned';
        if (left >= 0 && append.fence && append.events.length > 0 && !isPoison) throw refusal;
        return target.append(append);
      };
    },
  });
}

/** A thread that somebody said something in, when a run of it has ended, and what was reported. */
async function play(store: Store): Promise<{ readonly thread: LoadedThread['thread']; readonly errors: Set<unknown> }> {
  const errors = new Set<unknown>();
  const chat = createChat({ model: scripted(['hello'], { turnBy: 'answers' }) });
  const runtime = createRuntime({ chat, store, lease: 200, sweep: 20, onError: (error) => errors.add(error) });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'hi');
  for (;;) {
    const { thread } = (await runtime.read(key))!;
    if (thread.status !== 'working') {
      await runtime.close();
      return { thread, errors };
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a store without room for longer than many leases poisons no thread, and whoever keeps it hears of it (L6, E8)', async () => {
  const noRoom = new ChatError('overloaded', 'Writing to the store: it has no room.', { retryable: true });
  const { thread, errors } = await play(full(8, noRoom));
  expect([thread.status, errors]).toEqual(['done', new Set([noRoom])]);
});

test.each([
  ['nor that it is held', false],
  ['but that it is held', true],
])(
  'a thread of which the store never takes what its run tells, %s, stops after five takeovers (L6)',
  async (_, renews) => {
    const { thread, errors } = await play(full(100, new Error('the store does not take this'), renews));
    expect([thread.status, thread.error]).toEqual(['failed', 'poisoned']);
    expect(String([...errors])).toContain('the store does not take this');
  },
);

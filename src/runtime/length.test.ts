import { expect, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { memoryStore } from '../store/memory/index.ts';
import { postgresStore } from '../store/postgres/index.ts';
import type { Store } from '../store/store.ts';
import { scripted } from '../testing/scripted.ts';
import { usePostgres } from '../../test/postgres/use.ts';
import type { RuntimeOptions } from './index.ts';
import { createRuntime } from './runtime.ts';

const server = usePostgres();

function runtimeWith(options: Partial<RuntimeOptions>, store: Store = memoryStore()) {
  return createRuntime({ chat: createChat({ model: scripted(['Hello.']) }), store, ...options });
}

const send = async (): Promise<void> => {};

test.each([
  ...[Number.NaN, 0, -5, Infinity, 2 ** 31, '10' as never].map((lease) => ['lease', { lease }] as const),
  ...[Number.NaN, 0, -1].map((sweep) => ['sweep', { sweep }] as const),
  ...[Number.NaN, 0, -1].map((concurrency) => ['concurrency', { concurrency }] as const),
  ...[Number.NaN, -1].map((closing) => ['closing', { closing }] as const),
  ...[Number.NaN, -1].map((retention) => ['retention', { retention }] as const),
  ['notifications.timeout', { notifications: { send, timeout: 0 } }] as const,
  ['notifications.delay', { notifications: { send, delay: Number.NaN } }] as const,
  ['notifications.retries', { notifications: { send, retries: [1, Number.NaN] } }] as const,
])('a runtime with a %s that is none is not made: %j (E9, S3)', (name, options) => {
  const message = expect.stringMatching(`^Working on threads: \`${name}\` is \\S+, and has to be`);
  expect(() => runtimeWith(options)).toThrow(expect.objectContaining({ code: 'invalid-request', message }));
});

test('what is never to happen is longer than any timer, and does not happen at once (S3, S7)', async () => {
  const held = memoryStore();
  const [claimed, expired] = [held.claim.bind(held), held.expire.bind(held)];
  let [looks, erased] = [0, 0];
  const claim: Store['claim'] = (what) => {
    looks += 1;
    return claimed(what);
  };
  const expire: Store['expire'] = (keep) => {
    erased += 1;
    return expired(keep);
  };
  const never = { sweep: Infinity, closing: Infinity, retention: Infinity };
  const told = { notifications: { send, timeout: Infinity, delay: Infinity } };
  const errors: unknown[] = [];
  const store: Store = Object.assign(held, { claim, expire });
  const runtime = runtimeWith({ ...never, ...told, onError: (error) => errors.push(error) }, store);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await runtime.close();
  expect([looks, erased, errors]).toEqual([1, 0, []]);
});

test('a closing without an end waits until all is stored (E3)', async () => {
  const held = memoryStore();
  const appended = held.append.bind(held);
  const stored = Promise.withResolvers<void>();
  const append: Store['append'] = async (what) => {
    if (what.fence) await stored.promise;
    return appended(what);
  };
  const errors: unknown[] = [];
  const store: Store = Object.assign(held, { append });
  const runtime = runtimeWith({ closing: Infinity, onError: (error) => errors.push(error) }, store);
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'Hi');
  await new Promise((resolve) => setTimeout(resolve, 100));
  let isClosed = false;
  const closing = runtime.close().then(() => (isClosed = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isClosed).toBe(false);
  stored.resolve();
  await closing;
  expect(errors).toEqual([]);
});

test('a retention of no whole number of milliseconds is one on Postgres too (S7)', async () => {
  const store = postgresStore({ connectionString: server.connectionString }, { schema: 'thirds' });
  const errors: unknown[] = [];
  const runtime = runtimeWith({ retention: 100 / 3, sweep: 10, onError: (error) => errors.push(error) }, store);
  await runtime.threads.create({ tenant: 'acme' });
  await expect.poll(async () => (await runtime.threads.list({ tenant: 'acme' })).items).toEqual([]);
  expect(errors).toEqual([]);
  await runtime.close();
  await store.close();
});

test('a tick has a budget, however it is said: one thread at least, and all of them where it has no end', async () => {
  const runtime = runtimeWith({ work: false });
  const threeWait = async (): Promise<void> => {
    for (let count = 0; count < 3; count += 1)
      await runtime.send(await runtime.threads.create({ tenant: 'acme' }), 'Hi');
  };
  await threeWait();
  await expect(runtime.tick({ budget: Number.NaN })).rejects.toMatchObject({ code: 'invalid-request' });
  expect(await runtime.tick({ budget: -1 })).toBe(1);
  expect(await runtime.tick({ budget: 0 })).toBe(1);
  expect(await runtime.tick({ budget: Infinity })).toBe(1);
  await threeWait();
  expect(await runtime.tick({ budget: Infinity })).toBe(3);
  await runtime.close();
});

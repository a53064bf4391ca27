// One receiver is dead, slow or broken, and very much waits for it: all others are told as if it were not there.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../chat/chat.ts';
import { tool } from '../../chat/tool.ts';
import { ChatError } from '../../conversation/error.ts';
import { memoryStore } from '../../store/memory/index.ts';
import { sqliteStore } from '../../store/sqlite/index.ts';
import type { Store } from '../../store/store.ts';
import { scripted } from '../../testing/scripted.ts';
import { createRuntime } from '../runtime.ts';
import type { Notify, Notifications } from './options.ts';
import { webhook } from './webhook.ts';

afterEach(() => void vi.useRealTimers());

interface Receivers extends Partial<Notifications> {
  readonly store?: Store;
  /** What is done with a notice of each tenant. */
  readonly by: Readonly<Record<string, Notify>>;
}

/** Calls of several tenants that wait, and who is told of them, tenant by tenant. */
function office({ store = memoryStore(), by, ...more }: Receivers) {
  const errors: unknown[] = [];
  const told = new Map<string, string[]>();
  const send: Notify = async (notice, how) => {
    const { tenant } = notice.thread;
    await by[tenant]!(notice, how);
    told.set(tenant, [...(told.get(tenant) ?? []), notice.id]);
  };
  const pay = tool({ description: 'pays', input: z.object({}), policy: 'ask', run: () => 'paid' });
  const chat = (calls: number) =>
    createChat({
      model: scripted([{ calls: Array.from({ length: calls }, () => ({ name: 'pay', input: {} })) }]),
      tools: { pay },
    });
  return {
    errors,
    told: (tenant: string) => told.get(tenant) ?? [],
    /** So many calls of a tenant begin to wait, of which nobody is told yet. */
    async waits(tenant: string, calls: number) {
      const runtime = createRuntime({ chat: chat(calls), store, work: false });
      const key = await runtime.threads.create({ tenant });
      await runtime.send(key, 'pay');
      await runtime.tick({ budget: 0 });
      await runtime.close();
    },
    opens(options: { readonly work?: boolean } = {}) {
      const runtime = createRuntime({
        // It only tells, and advances nothing.
        chat: { nobody: chat(0) },
        store,
        sweep: 20,
        notifications: { send, ...more },
        onError: (error) => errors.push(error),
        ...options,
      });
      onTestFinished(() => runtime.close());
      return runtime;
    },
  };
}

/** A receiver that is asked, and says how many asked it at once. */
function receiver(answer: () => Promise<void>) {
  let now = 0;
  const counts = { most: 0, asked: 0 };
  const notify: Notify = async (_notice, { signal }) => {
    counts.asked += 1;
    now += 1;
    counts.most = Math.max(counts.most, now);
    const over = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error));
    await Promise.race([answer(), over]).finally(() => (now -= 1));
  };
  return { notify, counts };
}

const never = (): Promise<void> => new Promise(() => {});

describe.each([
  ['in memory', () => memoryStore()],
  ['in SQLite', () => sqliteStore(':memory:')],
])('%s', (_name, storeOf) => {
  test('a receiver that hangs delays nobody else, is asked eight things at once and then one, and is told all when it is back', async () => {
    let answer = never;
    const dead = receiver(() => answer());
    const alive = receiver(async () => {});
    const store = storeOf();
    const { waits, opens, told, errors } = office({
      store,
      by: { dead: dead.notify, alive: alive.notify },
      timeout: 1_100,
      retries: [50, 50, 50, 50, 50, 50],
    });
    await waits('dead', 120);
    await waits('alive', 40);
    opens();
    await vi.waitFor(() => expect(told('alive')).toHaveLength(40), { timeout: 10_000 });
    // It would have to be asked about all that waits before them.
    expect(dead.counts.asked).toBeLessThan(40);
    expect([dead.counts.most, told('dead')]).toEqual([8, []]);
    // What comes later does not wait for it either, and it is asked one by one now.
    await vi.waitFor(() => expect(dead.counts.asked).toBeGreaterThan(9), { timeout: 10_000 });
    dead.counts.most = 0;
    const before = dead.counts.asked;
    await waits('alive', 5);
    await vi.waitFor(() => expect(told('alive')).toHaveLength(45), { timeout: 10_000 });
    await vi.waitFor(() => expect(dead.counts.asked).toBeGreaterThan(before + 1), { timeout: 10_000 });
    expect([dead.counts.most, dead.counts.asked < 40]).toEqual([1, true]);
    answer = async () => {};
    await vi.waitFor(() => expect(told('dead')).toHaveLength(120), { timeout: 10_000 });
    expect([new Set(told('dead')).size, new Set(told('alive')).size, errors]).toEqual([120, 45, []]);
  }, 40_000);
});

test('one that breaks at once, for a day, delays nobody, and all is told under its name when it works again', async () => {
  let now = 1_000;
  let isBroken = true;
  const tried = new Map<string, number>();
  const broken: Notify = async ({ id }) => {
    tried.set(id, (tried.get(id) ?? 0) + 1);
    if (isBroken) throw new ChatError('network', 'answered 500');
  };
  const { waits, opens, told, errors } = office({
    store: memoryStore({ now: () => now }),
    by: { broken, alive: async () => {} },
  });
  await waits('broken', 100);
  const runtime = opens({ work: false });
  for (let hour = 0; hour < 24; hour += 1) {
    await waits('alive', 1);
    await runtime.tick({ budget: 5_000 });
    expect(told('alive')).toHaveLength(hour + 1);
    now += 3_600_000;
  }
  expect([told('broken'), Math.max(...tried.values())]).toEqual([[], expect.toSatisfy((most) => most < 15)]);
  isBroken = false;
  now += 24 * 3_600_000;
  await runtime.tick({ budget: 5_000 });
  expect([told('broken').length, new Set(told('broken')), errors]).toEqual([100, new Set(tried.keys()), []]);
}, 20_000);

/** A server on this machine. */
async function serverWith(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('one that answers a byte at a time has the time of one try, and what it says behind its status is not waited for', async () => {
  const drip = (write: () => void): void => {
    const timer = setInterval(write, 20);
    onTestFinished(() => clearInterval(timer));
  };
  const byHead = await serverWith(({ socket }) => {
    socket?.write('HTTP/1.1 200 OK\r\nx-long: ');
    drip(() => void (socket?.writable && socket.write('a')));
  });
  const byBody = await serverWith((response) => {
    response.writeHead(200);
    drip(() => void (response.writable && response.write('a')));
  });
  const quick = await serverWith((response) => void response.writeHead(204).end());
  const { waits, opens, told } = office({
    by: { head: webhook({ url: byHead }), body: webhook({ url: byBody }), alive: webhook({ url: quick }) },
    timeout: 8_000,
  });
  await waits('head', 30);
  await waits('body', 30);
  await waits('alive', 30);
  opens();
  await vi.waitFor(() => expect([told('body').length, told('alive').length]).toEqual([30, 30]), { timeout: 10_000 });
  expect(told('head')).toEqual([]);
}, 20_000);

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createRuntime } from '../../src/runtime/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { usePostgres } from '../postgres/use.ts';
import type { Place } from './last-words.ts';
import { officeChats, openPlace } from './office-worker.ts';
import type { OfficeSetup } from './office-worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-office-'));
const server = usePostgres();
const workers = new Set<ChildProcess>();
const ends: (() => unknown)[] = [];
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all(Array.from(workers, kill));
  for (const end of ends.splice(0).toReversed()) await end();
});

const places = {
  SQLite: (name: string): Place => ({ path: join(folder, `${name}.db`) }),
  Postgres: (name: string): Place => ({ connectionString: server.connectionString, schema: name }),
};

function work(setup: OfficeSetup): ChildProcess {
  const file = join(import.meta.dirname, 'office-worker.ts');
  const worker = spawn(process.execPath, [file, JSON.stringify(setup)], { stdio: ['ignore', 'ignore', 'inherit'] });
  workers.add(worker);
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  workers.delete(worker);
  const gone = once(worker, 'close');
  worker.kill('SIGKILL');
  const [, signal] = (await gone) as [unknown, string];
  expect(signal).toBe('SIGKILL');
}

/** Whoever speaks and decides, in a process that does no work. */
function desk({ place, log }: OfficeSetup): Runtime {
  const store = openPlace(place);
  const runtime = createRuntime({ chat: officeChats(log), store, work: false });
  ends.push(
    () => store.close(),
    () => runtime.close(),
  );
  return runtime;
}

/** What waits below a thread, once something does. */
async function waiting(runtime: Runtime, { tenant, thread }: ThreadKey) {
  const items = async () => (await runtime.inbox({ tenant, thread })).items;
  await expect.poll(async () => (await items()).length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
  return (await items())[0]!;
}

describe.each(['SQLite', 'Postgres'] as const)('workers killed with -9 on %s', { timeout: 90_000 }, (on) => {
  test('an approval two threads deep outlives them, and what was approved takes effect once (C3, E1)', async () => {
    const log = join(folder, `${on}-paid.txt`);
    const setup = { place: places[on](`nested_${on.toLowerCase()}`), log };
    const runtime = desk(setup);
    const key = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
    await runtime.send(key, 'Have it paid.');
    const paid = (): number => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0);
    let worker = work(setup);
    // Killed on its way down, some steps further each time.
    for (const milliseconds of [250, 400, 600]) {
      await pause(milliseconds);
      await kill(worker);
      worker = work(setup);
    }
    const { call, thread } = await waiting(runtime, key);
    await kill(worker);
    expect([call.name, thread.within?.map((one) => one.thread)[0]]).toEqual(['pay', key.thread]);
    expect(thread.within).toHaveLength(2);
    expect(paid()).toBe(0);
    const approve = { type: 'approve' } as const;
    expect(await runtime.decide(thread, { call: call.id, decision: approve, by: 'ann' })).toMatchObject({
      type: 'applied',
    });
    const isDone = async () => (await runtime.read(key))?.thread.status === 'done';
    const inDoubt = async () => (await runtime.inbox({ tenant: 'acme', thread: key.thread })).items;
    // And on its way up, four times; in doubt somebody looks, and says what is true.
    for (let kills = 0; !(await isDone()); kills += 1) {
      worker = work(setup);
      if (kills < 4) await pause(300 + 100 * kills);
      else
        await expect.poll(async () => (await isDone()) || (await inDoubt()).length > 0, { timeout: 30_000 }).toBe(true);
      await kill(worker);
      for (const item of await inDoubt()) {
        expect(item.call.state).toBe('in-doubt');
        const decision =
          paid() > 0 ? ({ type: 'happened', output: 'paid' } as const) : ({ type: 'run-again' } as const);
        await runtime.decide(item.thread, { call: item.call.id, decision, by: 'ann' });
      }
    }
    expect(paid()).toBe(1);
    const read = await runtime.read(key);
    expect(read?.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'manager is done.' }]);
  });

  test('who is told of what waits hears of it once more after a kill, under the same id, and then no more', async () => {
    const heard: { readonly id: string; readonly isSigned: boolean; readonly isTaken: boolean }[] = [];
    let isDown = true;
    const listener = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
        const hash = createHmac('sha256', 'a secret')
          .update(`${String(id)}.${String(at)}.${body}`)
          .digest('base64');
        heard.push({ id: String(id), isSigned: signature === `v1,${hash}`, isTaken: !isDown });
        // First it fails, then it hangs, until its sender is dead.
        if (!isDown) response.writeHead(204).end();
        else if (heard.length < 3) response.writeHead(500).end();
      });
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    ends.push(
      () => listener.close(),
      () => listener.closeAllConnections(),
    );
    const hook = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
    const setup = { place: places[on](`told_${on.toLowerCase()}`), log: join(folder, `${on}-told.txt`), hook };
    const runtime = desk(setup);
    const key = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
    await runtime.send(key, 'Have it paid.');
    const worker = work(setup);
    await expect.poll(() => heard.length, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(3);
    await kill(worker);
    // What the run came to does not depend on it.
    expect((await waiting(runtime, key)).call.state).toBe('awaiting-approval');
    isDown = false;
    work(setup);
    work(setup);
    const taken = () => heard.filter(({ isTaken }) => isTaken);
    await expect.poll(() => taken().length, { timeout: 20_000, interval: 10 }).toBe(1);
    await pause(1_500);
    expect(taken()).toHaveLength(1);
    const { id } = heard[0]!;
    for (const one of heard) expect(one).toMatchObject({ id, isSigned: true });
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request) body += String(piece);
  return body;
}

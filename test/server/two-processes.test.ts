// A decision that is posted to two processes of a server at the same moment, three times to each: it counts once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import type { Client } from '../../src/client/client.ts';
import type { InboxItem } from '../../src/client/views.ts';
import type { Decision } from '../../src/conversation/decision.ts';
import { usePostgres } from '../postgres/use.ts';
import type { OfficeSetup } from './office.ts';

vi.setConfig({ testTimeout: 60_000 });

const postgres = usePostgres();
const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const rounds = 24;
const approve: Decision = { type: 'approve' };
const reject: Decision = { type: 'reject', reason: 'no' };

/** Starts a process of its own; gives what asks it. */
async function office(setup: OfficeSetup): Promise<Client> {
  const file = join(import.meta.dirname, 'office.ts');
  const child = spawn(process.execPath, [file, JSON.stringify(setup)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  ends.push(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const [url] = (await once(child, 'message')) as [string];
  return createClient({ url });
}

/** Two of them on one store, and whom they have paid. */
async function offices(store: OfficeSetup['store']) {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-offices-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const at = store === 'sqlite' ? join(folder, 'app.db') : postgres.connectionString;
  const log = join(folder, 'paid.txt');
  writeFileSync(log, '');
  const setup = { store, at, log };
  const one = await office(setup);
  const two = await office(setup);
  return { one, two, paid: () => readFileSync(log, 'utf8').split('\n').slice(0, -1) };
}

/** Reads a thread until it has come so far. */
async function until(client: Client, thread: string, status: string) {
  for (;;) {
    const read = await client.readThread(thread);
    if (read.thread.status === status) return read;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A payment to somebody waits, as the other process sees it. */
async function waiting(one: Client, two: Client, to: string) {
  const { id: thread } = await one.createThread();
  await one.say(thread, to);
  const { waiting } = await until(two, thread, 'paused');
  return { thread, to, item: waiting[0] as Pick<InboxItem, 'call' | 'seen'> };
}

test.each(['sqlite', 'postgres'] as const)(
  'a decision is posted three times to each of two processes on one store (%s): one is applied, one payment is made (P3, D2)',
  async (store) => {
    const { one, two, paid } = await offices(store);
    const names = Array.from({ length: rounds }, (_, index) => `${index}`);
    const round = async (name: string, index: number): Promise<string | undefined> => {
      const [here, there] = index % 2 === 0 ? [one, two] : [two, one];
      const { thread, item } = await waiting(here, there, name);
      // In every other round the two are of different minds.
      const minds = index % 4 < 2 ? [approve, approve] : [approve, reject];
      const decide = (client: Client, decision: Decision) =>
        client.decide(thread, [{ call: item.call.id, seen: item.seen, decision }]);
      const send = (client: Client, decision: Decision) => Array.from({ length: 3 }, () => decide(client, decision));
      const answers = (await Promise.all([...send(one, minds[0]!), ...send(two, minds[1]!)])).flat();
      const applied = answers.findIndex(({ type }) => type === 'applied');
      expect(answers.map(({ type }) => type).toSorted()).toEqual([
        ...Array.from({ length: 5 }, () => 'already'),
        'applied',
      ]);
      await until(there, thread, 'done');
      // And again when all is over.
      for (const client of [one, two]) expect(await decide(client, approve)).toMatchObject([{ type: 'already' }]);
      expect((await there.readAudit({ thread })).items.length).toBe(1);
      const said = applied < 3 ? minds[0] : minds[1];
      return said === approve ? name : undefined;
    };
    const approved: (string | undefined)[] = [];
    // Some rounds at once, so that they are in each other's way too.
    for (let at = 0; at < rounds; at += 8) {
      approved.push(...(await Promise.all(names.slice(at, at + 8).map((name, index) => round(name, at + index)))));
    }
    expect(paid().toSorted()).toEqual(approved.filter((name) => name !== undefined).toSorted());
    expect(paid().length).toBeGreaterThanOrEqual(rounds / 2);
  },
);

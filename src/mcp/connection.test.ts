import { expect, test } from 'vitest';
import { soon, Stage } from '../../test/mcp/stage.ts';
import { Connection } from './connection.ts';
import type { McpServer } from './server-config.ts';

/** A connection that does not wait, but says how long it would have. */
function connectionTo(server: McpServer) {
  const waits: number[] = [];
  const problems: string[] = [];
  const sleep = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const hooks = { changed: () => {}, report: (sentence: string) => problems.push(sentence), sleep };
  return { connection: new Connection('shop', server, hooks), waits, problems };
}

test('a server that cannot be started is tried again when it is wanted, later each time', async () => {
  const { connection, waits } = connectionTo({ command: 'nowhere-at-all' });
  for (let tries = 0; tries < 10; tries += 1) await expect(connection.client()).rejects.toThrow('"shop"');
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('those who want it at once share one try', async () => {
  const { connection, waits } = connectionTo({ command: 'nowhere-at-all' });
  const both = [connection.client(), connection.client()];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(connection.client()).rejects.toThrow();
  expect(waits).toEqual([250]);
});

test('a server that dies soon is started again, later each time', async () => {
  const stage = new Stage('echo');
  const { connection, waits } = connectionTo(stage.server);
  await connection.client();
  for (let deaths = 1; deaths <= 3; deaths += 1) {
    stage.kill();
    await expect.poll(() => waits.length, soon).toBe(deaths);
    await connection.client();
  }
  expect(waits).toEqual([250, 500, 1_000]);
  await connection.close();
  await stage[Symbol.asyncDispose]();
});

test('a connection that was closed is closed', async () => {
  const { connection } = connectionTo({ command: 'nowhere-at-all' });
  await connection.close();
  await expect(connection.client()).rejects.toMatchObject({ code: 'aborted' });
});

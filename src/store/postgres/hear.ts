import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from './pool.ts';
import type { PostgresClient, PostgresPool } from './pool.ts';
import { run } from './session.ts';

/** How long it is waited for what we said ourselves, in milliseconds. */
const testTime = 2_000;

/** How long a connection is waited for that is given back, in milliseconds. */
const partingTime = 2_000;

/** What is listened to. */
export interface HearOptions {
  readonly channel: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** How often it is tried whether something is still heard, in milliseconds. */
  readonly every: number;
  readonly onPayload: (payload: string) => void;
}

/**
 * Listens on a connection of its own until that breaks or `signal` ends it. The answer is `deaf` when nothing can be heard,
 * as behind a pooler that gives each transaction another connection.
 */
export async function hear(pool: PostgresPool, options: HearOptions): Promise<'heard' | 'deaf'> {
  // The only connection is needed for everything else.
  if (pool.options?.max === 1) return 'deaf';
  return withClient(pool, (client) => hearOn(client, pool, options));
}

async function hearOn(
  client: PostgresClient,
  pool: PostgresPool,
  { channel, signal, every, onPayload }: HearOptions,
): Promise<'heard' | 'deaf'> {
  // It may have taken long to get a connection: nobody would end this any more.
  if (signal.aborted) return 'heard';
  const over = Promise.withResolvers<void>();
  // It may break before anybody waits for that.
  over.promise.catch(() => {});
  const onMessage = ({ payload = '' }: { readonly payload?: string | undefined }): void => {
    if (!payload.startsWith('test ')) onPayload(payload);
  };
  const end = (): void => over.resolve();
  signal.addEventListener('abort', end, { once: true });
  client.on('error', over.reject);
  client.on('notification', onMessage);
  try {
    await run(client, `listen "${channel}"`);
    const heard = await Promise.race([hearsItself(client, pool, channel), over.promise]);
    if (heard === false) warn(pool);
    else await hearing(over.promise, every, () => hearsItself(client, pool, channel));
    await run(client, `unlisten "${channel}"`, { limit: partingTime });
    return heard === false ? 'deaf' : 'heard';
  } finally {
    signal.removeEventListener('abort', end);
    client.removeListener('error', over.reject);
    client.removeListener('notification', onMessage);
  }
}

/** Waits until it is over. Throws when nothing is heard any more: a connection may be lost without anybody being told. */
async function hearing(over: Promise<void>, every: number, test: () => Promise<boolean>): Promise<void> {
  const lost = Promise.withResolvers<never>();
  let testing: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    // Where there is no connection on which something can be said nobody knows.
    const isHeard = await test().catch(() => true);
    if (!isHeard) lost.reject(new Error('nothing is heard on this connection any more'));
    testing = undefined;
  };
  const timer = setInterval(() => (testing ??= look()), every);
  await Promise.race([over, lost.promise]).finally(() => clearInterval(timer));
}

/** Whether a connection that listens hears what another one of its pool says. */
export async function hearsItself(client: PostgresClient, pool: PostgresPool, channel: string): Promise<boolean> {
  const test = `test ${crypto.randomUUID()}`;
  const heard = Promise.withResolvers<true>();
  const onMessage = ({ payload }: { readonly payload?: string | undefined }): void => {
    if (payload === test) heard.resolve(true);
  };
  client.on('notification', onMessage);
  try {
    await withClient(pool, (other) =>
      run(other, 'select pg_notify($1, $2)', { parameters: [channel, test], limit: testTime }),
    );
    return await Promise.race([heard.promise, sleep(testTime, false, { ref: false })]);
  } finally {
    client.removeListener('notification', onMessage);
  }
}

/** Pools of which it was said; whoever listens comes and goes. */
const warned = new WeakSet<PostgresPool>();

function warn(pool: PostgresPool): void {
  if (warned.has(pool)) return;
  warned.add(pool);
  const message =
    'Changes by other processes are noticed once a second: NOTIFY does not come through to this connection.';
  process.emitWarning(message, { code: 'YOURCALL_NOTIFY' });
}

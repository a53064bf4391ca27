import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from './pool.ts';
import type { PostgresClient, PostgresPool } from './pool.ts';
import { run } from './session.ts';

/** How long it is waited for what we said ourselves, in milliseconds. */
const testTime = 2_000;

/** What is listened to. */
export interface HearOptions {
  readonly channel: string;
  /** Ends it. */
  readonly signal: AbortSignal;
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
  { channel, signal, onPayload }: HearOptions,
): Promise<'heard' | 'deaf'> {
  // It may have taken long to get a connection: nobody would end this any more.
  if (signal.aborted) return 'heard';
  const over = Promise.withResolvers<void>();
  // It may break before anybody waits for that.
  over.promise.catch(() => {});
  const onMessage = ({ payload = '' }: { readonly payload?: string | undefined }): void => {
    if (!payload.startsWith('test ')) onPayload(payload);
  };
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  client.on('error', over.reject);
  client.on('notification', onMessage);
  try {
    await run(client, `listen "${channel}"`);
    const heard = await Promise.race([hearsItself(client, pool, channel), over.promise]);
    if (heard === false) warn(pool);
    else await over.promise;
    await run(client, `unlisten "${channel}"`);
    return heard === false ? 'deaf' : 'heard';
  } finally {
    client.removeListener('error', over.reject);
    client.removeListener('notification', onMessage);
  }
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
    await withClient(pool, (other) => run(other, 'select pg_notify($1, $2)', { parameters: [channel, test] }));
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

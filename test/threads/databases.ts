import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '../../src/store/memory/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { startPostgres } from '../postgres/server.ts';

/** Where threads are kept in a test; each machine opens it for itself. */
export type OpenStore = () => Store;

/** One kind of store, and as many empty ones as a file of tests needs. */
export interface Database {
  readonly name: string;
  /** How long a lease has to be there, in milliseconds, that a machine which is not frozen does not lose it. */
  readonly lease: number;
  start(): Promise<RunningDatabase>;
}

/** A kind of store that is there. */
export interface RunningDatabase {
  fresh(): OpenStore;
  stop(): Promise<void>;
}

/** Everything that keeps threads. */
export const databases: readonly Database[] = [
  { name: 'memory', lease: 60, start: startMemory },
  { name: 'SQLite', lease: 250, start: startFiles },
  { name: 'Postgres', lease: 500, start: startServer },
];

/** All machines are in one process, which is the store's. */
async function startMemory(): Promise<RunningDatabase> {
  const fresh = (): OpenStore => {
    const store = memoryStore();
    // A machine that leaves does not close it for the others.
    return () =>
      new Proxy(store, {
        get: (target, name: keyof Store) => (name === 'close' ? async () => {} : bound(target, name)),
      });
  };
  return { fresh, stop: async () => {} };
}

function bound(store: Store, name: keyof Store): unknown {
  const member = store[name] as unknown;
  return typeof member === 'function' ? member.bind(store) : member;
}

async function startFiles(): Promise<RunningDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-threads-'));
  let files = 0;
  const fresh = (): OpenStore => {
    files += 1;
    const path = join(folder, `${files}.db`);
    return () => sqliteStore(path);
  };
  return { fresh, stop: async () => rmSync(folder, { recursive: true }) };
}

async function startServer(): Promise<RunningDatabase> {
  const { connectionString, stop } = await startPostgres();
  let schemas = 0;
  const fresh = (): OpenStore => {
    schemas += 1;
    const schema = `thread_${schemas}`;
    return () => postgresStore({ connectionString }, { schema });
  };
  return { fresh, stop };
}

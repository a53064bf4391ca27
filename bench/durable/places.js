import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../test/postgres/server.ts';

/** Where threads are kept: a new file, or a new database of one Postgres, which is started when it is needed first. */
export class Places {
  #folder = mkdtempSync(join(tmpdir(), 'yourcall-bench-'));
  #server;
  #count = 0;

  constructor() {
    process.once('exit', () => remove(this.#folder));
  }

  /** Plays something where nothing was before; nothing is left of it. */
  async on(store, play) {
    this.#count += 1;
    return store === 'postgres' ? this.#onPostgres(`place_${this.#count}`, play) : this.#inFile(`${this.#count}`, play);
  }

  /** Plays something that has a folder of its own. */
  async inFolder(name, play) {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    try {
      return await play(folder);
    } finally {
      remove(folder);
    }
  }

  async end() {
    // Whoever needed it has said why it did not start.
    const server = await this.#server?.catch(() => undefined);
    await server?.stop();
    remove(this.#folder);
  }

  #inFile(name, play) {
    return this.inFolder(name, (folder) => play({ store: 'sqlite', at: join(folder, 'threads.db') }));
  }

  async #onPostgres(name, play) {
    this.#server ??= startPostgres({ waitsForDisk: true });
    const { connectionString } = await this.#server;
    const at = new URL(connectionString);
    at.pathname = `/${name}`;
    await run(connectionString, `create database ${name}`);
    try {
      return await play({ store: 'postgres', at: at.href });
    } finally {
      await run(connectionString, `drop database ${name} with (force)`);
    }
  }
}

function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
}

async function run(connectionString, query) {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(query);
  } finally {
    await client.end();
  }
}

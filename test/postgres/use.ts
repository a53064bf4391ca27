import { Pool } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { startPostgres } from './server.ts';
import type { PostgresServer } from './server.ts';

/** A real Postgres for the tests around: started before them, and ended behind them. */
export function usePostgres(): UsedPostgres {
  return new UsedPostgres();
}

/** A Postgres that is there while tests run. */
export class UsedPostgres implements Omit<PostgresServer, 'stop' | 'demote'> {
  #server: PostgresServer | undefined;
  #pool: Pool | undefined;

  constructor() {
    beforeAll(async () => {
      this.#server = await startPostgres();
      this.#pool = new Pool({ connectionString: this.connectionString });
      this.#pool.on('error', () => {});
      this.#pool.on('connect', (client) => client.on('error', () => {}));
    }, 60_000);
    afterAll(async () => {
      await this.#pool?.end();
      await this.#server?.stop();
    });
  }

  get connectionString(): string {
    return this.#server!.connectionString;
  }

  /** Looks and meddles beside the stores. */
  get pool(): Pool {
    return this.#pool!;
  }

  crash(): Promise<void> {
    return this.#server!.crash();
  }

  restart(): Promise<void> {
    return this.#server!.restart();
  }
}

import { afterAll, beforeAll, describe, test } from 'vitest';
import { startPostgres } from '../../../test/postgres/server.ts';
import type { PostgresServer } from '../../../test/postgres/server.ts';
import { storeCases } from '../../testing/store/cases.ts';
import type { Store } from '../store.ts';
import { postgresStore } from './index.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

describe('a store on Postgres', () => {
  const schemas = new Map<Store, string>();
  const at = (schema: string): Store => postgresStore({ connectionString: server.connectionString }, { schema });
  const open = (): Store => {
    const schema = `case_${schemas.size}`;
    const store = at(schema);
    schemas.set(store, schema);
    return store;
  };
  const openBeside = (store: Store): Store => at(schemas.get(store)!);
  for (const { name, run } of storeCases({ open, openBeside })) test(name, run);
});

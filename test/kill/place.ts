import { postgresStore } from 'yourcall/postgres';
import { sqliteStore } from 'yourcall/sqlite';
import type { Store } from 'yourcall/runtime';

/** Where a torture keeps its threads: which store, and its file or address. */
export interface Place {
  readonly store: 'sqlite' | 'postgres';
  readonly at: string;
}

/** Opens the store, as every process of a torture does for itself. */
export function openStore({ store, at }: Place): Store {
  switch (store) {
    case 'sqlite':
      return sqliteStore(at);
    case 'postgres':
      return postgresStore({ connectionString: at });
  }
}

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ChatError } from '../../conversation/error.ts';
import { postgresStore } from '../../store/postgres/index.ts';
import { sqliteStore } from '../../store/sqlite/index.ts';
import type { Store } from '../../store/store.ts';
import type { AuditPlace } from './options.ts';

/** The store that is there. A file in which none is stays as it is. */
export function storeAt(place: AuditPlace): Store {
  if ('connectionString' in place) {
    const { connectionString, schema } = place;
    return postgresStore({ connectionString }, schema === undefined ? {} : { schema });
  }
  if (!isStore(place.file)) throw new ChatError('invalid-request', `${place.file} holds no threads`);
  return sqliteStore(place.file);
}

function isStore(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    return file.prepare(`select 1 from sqlite_master where type = 'table' and name = 'trail'`).get() !== undefined;
  } finally {
    file.close();
  }
}

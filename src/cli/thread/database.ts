import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { ChatError } from '../../conversation/error.ts';
import type { Store } from '../../store/store.ts';
import { realPathOf } from '../real-path.ts';
import { messageOf } from '../sentence.ts';
import { placeText } from './place.ts';
import type { Place } from './place.ts';

/** How long a database that cannot be reached is waited for, in milliseconds. */
const patience = 5_000;

/** A place that is open. */
export interface Database {
  readonly place: Place;
  readonly store: Store;
  /** Its file: absolute, free of links. */
  readonly file: string | undefined;
}

/**
 * Opens a place; a file that is not there is made, or refused where it `mustExist`. Throws `ChatError` when that does not
 * work: it is of a newer release, cannot be reached, or is something else.
 */
export async function openDatabase(
  place: Place,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): Promise<Database> {
  const opening = `Opening ${placeText(place)}`;
  const file = 'file' in place.at ? fileAt(place.at.file, { opening, mustExist }) : undefined;
  const store = await storeAt(place, file);
  try {
    // The first call opens it, and brings it to the newest version.
    await store.list({ tenant: place.tenant, limit: 1 });
    return { place, store, file };
  } catch (cause) {
    await store.close().catch(() => {});
    const code = cause instanceof ChatError ? cause.code : 'invalid-request';
    throw new ChatError(code, `${opening}: ${messageOf(cause)}.`, { cause });
  }
}

/** Its code is loaded when it is needed: a chat in memory needs none of it. */
async function storeAt({ at }: Place, file: string | undefined): Promise<Store> {
  if (file !== undefined) return (await import('../../store/sqlite/index.ts')).sqliteStore(file);
  const { postgresStore } = await import('../../store/postgres/index.ts');
  return postgresStore({ connectionString: 'address' in at ? at.address : '' }, { patience });
}

/** A new one is for its owner alone, as a talk in a file is. */
function fileAt(name: string, { opening, mustExist }: { opening: string; mustExist: boolean }): string {
  if (mustExist && !existsSync(name)) throw new ChatError('invalid-request', `${opening}: there is no such file.`);
  try {
    const path = realPathOf(name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    closeSync(openSync(path, 'a', 0o600));
    return path;
  } catch (cause) {
    throw new ChatError('invalid-request', `${opening}: ${messageOf(cause)}.`, { cause });
  }
}

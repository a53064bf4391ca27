import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { ChatError } from '../../conversation/error.ts';
import type { Store } from '../../store/store.ts';
import { realPathOf } from '../real-path.ts';
import { messageOf } from '../sentence.ts';
import { auditSecret } from './audit-secret.ts';
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
  let store: Store | undefined;
  try {
    store = await storeAt(place, { file, mustExist });
    // The first call opens it, and brings it to the newest version.
    await store.list({ tenant: place.tenant, limit: 1 });
    return { place, store, file };
  } catch (cause) {
    await store?.close().catch(() => {});
    const code = cause instanceof ChatError ? cause.code : 'invalid-request';
    throw new ChatError(code, `${opening}: ${sentenceOf(cause)}.`, { cause });
  }
}

/** Its code is loaded when it is needed: a chat in memory needs none of it. */
async function storeAt(
  { at }: Place,
  { file, mustExist }: { readonly file: string | undefined; readonly mustExist: boolean },
): Promise<Store> {
  const known = auditSecret();
  const secret = known !== undefined && { auditSecret: known };
  if ('address' in at) {
    const { postgresStore } = await import('../../store/postgres/index.ts');
    const { address, schema } = at;
    return postgresStore(
      { connectionString: address },
      { patience, ...secret, ...(schema !== undefined && { schema }) },
    );
  }
  // Where it is no address it is a file.
  const path = file!;
  if (mustExist && !(await isStore(path))) throw new ChatError('invalid-request', 'it holds no threads');
  return (await import('../../store/sqlite/index.ts')).sqliteStore(path, { ...secret });
}

/** Whether a file keeps threads. One that does not stays as it is. */
async function isStore(path: string): Promise<boolean> {
  const { DatabaseSync } = await import('node:sqlite');
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    return file.prepare(`select 1 from sqlite_master where type = 'table' and name = 'trail'`).get() !== undefined;
  } catch (error) {
    // It is no database at all.
    if ((error as { errcode?: number }).errcode === 26) return false;
    throw error;
  } finally {
    file.close();
  }
}

function sentenceOf(cause: unknown): string {
  const lacksSqlite = (cause as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_BUILTIN_MODULE';
  return lacksSqlite ? `threads in a file need Node 22.13 or newer, and this is ${process.version}` : messageOf(cause);
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

import { CompiledQuery } from 'kysely';
import { ChatError } from '../../conversation/error.ts';
import type { Transaction } from '../sql/transaction.ts';

/** Encodings in which every text can be stored; the second one takes bytes as they come. */
const complete: ReadonlySet<unknown> = new Set(['UTF8', 'SQL_ASCII']);

/** Throws where a database cannot hold all that people and models write: it would refuse some of it, one day (rule E6). */
export function* encodingChecked(): Transaction<void> {
  const [row] = yield CompiledQuery.raw(`select current_setting('server_encoding') as encoding`);
  const { encoding } = row as { readonly encoding: string };
  if (isComplete(encoding)) return;
  const message = `Opening the store: its database has the encoding ${encoding}, which lacks many characters; make one with UTF8.`;
  throw new ChatError('unsupported', message);
}

/** Whether a database with this encoding can hold every text. */
export function isComplete(encoding: string): boolean {
  return complete.has(encoding);
}

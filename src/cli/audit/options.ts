import { parseArgs } from 'node:util';
import { ChatError } from '../../conversation/error.ts';
import { auditSecret } from '../thread/audit-secret.ts';
import { neededPlace, placeFlags } from '../thread/place.ts';
import type { Place } from '../thread/place.ts';

/** What `yourcall audit` is to do, and where: in a store, or with what was exported from one. */
export type AuditOptions = StoreOptions | FileOptions;

/** In a store. */
export interface StoreOptions extends Chosen {
  readonly action: 'verify' | 'export';
  readonly place: Place;
}

/** With a file that `export` has written, here or in the console. */
export interface FileOptions extends Chosen {
  readonly action: 'verify';
  readonly file: string;
}

/** Which trails. */
export interface Chosen {
  /** All when absent. */
  readonly tenant: string | undefined;
  readonly thread: string | undefined;
  /** Of the store. */
  readonly secret: string | undefined;
}

export const auditUsage: string = `Usage: yourcall audit verify [options]     walks the trails up to the first broken link
       yourcall audit verify FILE          walks those that were exported into a file
       yourcall audit export [options]     writes them to standard output, as JSON lines

What people have decided in the threads of a store, each thread's decisions linked one to the other.

  --db FILE | URL       the file of sqliteStore, or the database of postgresStore
  --database-url URL    that database, too. Default: DATABASE_URL
  --schema NAME         its schema. Default: yourcall
  --tenant NAME         one tenant. Default: all
  --thread ID           one thread. Default: all

YOURCALL_AUDIT_SECRET in the environment is the auditSecret of the store. Without one only the order of trails is
verified: whoever can write to the database can write them anew.

Exit codes: 0, or 1 when a link is broken (the first is named), nothing is on record, or something went wrong.`;

/** Reads the command line. Throws when it is wrong. */
export function auditOptions(argv: readonly string[]): AuditOptions {
  const { values, positionals } = parseArgs({ args: [...argv], options: known, allowPositionals: true });
  const [action, file, ...others] = positionals;
  const isWrong = (action !== 'verify' && file !== undefined) || others.length > 0;
  if ((action !== 'verify' && action !== 'export') || isWrong) {
    throw new ChatError('invalid-request', 'It is either verify or export; see yourcall audit --help');
  }
  const { tenant, thread } = values;
  const chosen = { tenant, thread, secret: auditSecret() };
  if (action === 'export' || file === undefined) return { action, place: neededPlace(values), ...chosen };
  if (values.db !== undefined || values['database-url'] !== undefined || values.schema !== undefined) {
    throw new ChatError('invalid-request', 'A file and a database are two places: say one of them');
  }
  return { action, file, ...chosen };
}

const { workspace: _, ...whereFlags } = placeFlags;

const known = { ...whereFlags, thread: { type: 'string' } } as const;

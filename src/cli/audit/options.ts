import { parseArgs } from 'node:util';
import { ChatError } from '../../conversation/error.ts';
import { auditSecret } from '../thread/audit-secret.ts';
import { neededPlace, placeFlags } from '../thread/place.ts';
import type { Place } from '../thread/place.ts';

/** What `yourcall audit` is to do, and where. */
export interface AuditOptions {
  readonly action: 'verify' | 'export';
  readonly place: Place;
  /** All when absent. */
  readonly tenant: string | undefined;
  readonly thread: string | undefined;
  /** Of the store. */
  readonly secret: string | undefined;
}

export const auditUsage: string = `Usage: yourcall audit verify [options]     walks the trails up to the first broken link
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
  const [action, ...others] = positionals;
  if ((action !== 'verify' && action !== 'export') || others.length > 0) {
    throw new ChatError('invalid-request', 'It is either verify or export; see yourcall audit --help');
  }
  const { tenant, thread } = values;
  return { action, place: neededPlace(values), tenant, thread, secret: auditSecret() };
}

const { workspace: _, ...whereFlags } = placeFlags;

const known = { ...whereFlags, thread: { type: 'string' } } as const;

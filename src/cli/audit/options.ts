import { parseArgs } from 'node:util';
import { ChatError } from '../../conversation/error.ts';

/** What `yourcall audit` is to do, and where. */
export interface AuditOptions {
  readonly action: 'verify' | 'export';
  readonly place: AuditPlace;
  /** All when absent. */
  readonly tenant: string | undefined;
  readonly thread: string | undefined;
  /** Of the store. */
  readonly secret: string | undefined;
}

/** Where the threads are. */
export type AuditPlace =
  | { readonly file: string }
  | { readonly connectionString: string; readonly schema: string | undefined };

export const auditUsage: string = `Usage: yourcall audit verify [options]     walks the trails up to the first broken link
       yourcall audit export [options]     writes them to standard output, as JSON lines

What people have decided in the threads of a store, each thread's decisions linked one to the other.

  --db FILE             the file of sqliteStore
  --database-url URL    the database of postgresStore. Default: DATABASE_URL
  --schema NAME         its schema. Default: yourcall
  --tenant NAME         one tenant. Default: all
  --thread ID           one thread. Default: all

YOURCALL_AUDIT_SECRET in the environment is the auditSecret of the store. Without one only the order of trails is
verified: whoever can write to the database can write them anew.

Exit codes: 0, or 1 when a link is broken (the first is named), nothing is on record, or something went wrong.`;

/** Reads the command line. Throws when it is wrong. */
export function auditOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): AuditOptions | 'help' {
  const { values, positionals } = parseArgs({ args: [...argv], options: known, allowPositionals: true });
  if (values.help) return 'help';
  const [action, ...others] = positionals;
  if ((action !== 'verify' && action !== 'export') || others.length > 0) {
    throw new ChatError('invalid-request', 'it is either verify or export');
  }
  const secret = environment['YOURCALL_AUDIT_SECRET'] || undefined;
  return { action, place: placeIn(values, environment), tenant: values.tenant, thread: values.thread, secret };
}

const known = {
  db: { type: 'string' },
  'database-url': { type: 'string' },
  schema: { type: 'string' },
  tenant: { type: 'string' },
  thread: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

function placeIn(
  values: Readonly<Partial<Record<'db' | 'database-url' | 'schema', string>>>,
  environment: Readonly<Record<string, string | undefined>>,
): AuditPlace {
  const { db, schema, 'database-url': url } = values;
  if (db !== undefined && url !== undefined) throw new ChatError('invalid-request', 'give --db or --database-url');
  if (db !== undefined) return { file: db };
  const connectionString = url ?? environment['DATABASE_URL'];
  if (connectionString) return { connectionString, schema };
  throw new ChatError('invalid-request', 'where are the threads? Give --db FILE or --database-url URL');
}

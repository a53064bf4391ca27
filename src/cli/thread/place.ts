import { ChatError } from '../../conversation/error.ts';

/** Where threads are kept, and whose they are. */
export interface Place {
  /** A file of SQLite, or the address of a Postgres database. */
  readonly at: { readonly file: string } | { readonly address: string; readonly schema?: string };
  readonly tenant: string;
  /** The name by which this folder is known to workers elsewhere. */
  readonly workspace?: string;
}

/** The options that name a place; every command that deals with threads has them. */
export const placeFlags = {
  db: { type: 'string' },
  'database-url': { type: 'string' },
  schema: { type: 'string' },
  tenant: { type: 'string' },
  workspace: { type: 'string' },
} as const;

type PlaceValues = { readonly [Flag in keyof typeof placeFlags]?: string | undefined };

/** What `--help` says of them. */
export const placeUsage: string = `  --db APP.DB | URL       the file that keeps threads, or a postgres:// address
  --database-url URL      the same as an address; DATABASE_URL in the environment says it, too,
                          and shows in no list of processes
  --schema NAME           the schema of that database. Default: yourcall
  --tenant NAME           whose threads. Default: local
  --workspace NAME        the name of this folder for workers in other folders or on other
                          machines; without it only workers in this very folder act on it`;

/** The place that the options name; without `--db` that of the environment, where `isNeeded` says that one is wanted. */
export function placeOf(values: PlaceValues, isNeeded: boolean): Place | undefined {
  const { tenant = 'local', workspace } = values;
  if (tenant === '' || workspace === '') throw wrong(`--${tenant === '' ? 'tenant' : 'workspace'} takes a name.`);
  const named = namedIn(values) ?? (isNeeded ? fromEnvironment() : undefined);
  if (named === undefined) return undefined;
  const { schema } = values;
  const at = isAddress(named) ? { address: named, ...(schema !== undefined && { schema }) } : { file: named };
  return { at, tenant, ...(workspace !== undefined && { workspace }) };
}

function namedIn({ db, 'database-url': url }: PlaceValues): string | undefined {
  if (db !== undefined && url !== undefined) throw wrong('--db and --database-url name two places; which is it?');
  if (url !== undefined && !isAddress(url))
    throw wrong('--database-url takes an address that begins with postgres://.');
  if (db === '') throw wrong('--db takes the name of a file, or an address that begins with postgres://.');
  return db ?? url;
}

/** The place that the options or the environment name. Throws `ChatError` when none does. */
export function neededPlace(values: PlaceValues): Place {
  const place = placeOf(values, true);
  if (place) return place;
  throw wrong('Which threads? Name their file with --db app.db, or their Postgres database with DATABASE_URL.');
}

/** A place as it may be shown: an address without its password. */
export function placeText({ at }: Place): string {
  return 'file' in at ? at.file : withoutPassword(at.address);
}

/** The options that lead back to a place. An address with a password is not repeated: it has to be set again. */
export function placeOptions({ at, tenant, workspace }: Place): Readonly<Record<string, string | undefined>> {
  const address = 'address' in at && withoutPassword(at.address) === at.address ? at.address : undefined;
  return {
    '--db': 'file' in at ? at.file : address,
    '--schema': 'address' in at ? at.schema : undefined,
    '--tenant': tenant === 'local' ? undefined : tenant,
    '--workspace': workspace,
  };
}

function fromEnvironment(): string | undefined {
  const url = process.env['DATABASE_URL'];
  // It may be of another kind of database, and is not ours then.
  return url !== undefined && isAddress(url) ? url : undefined;
}

function isAddress(text: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(text);
}

function withoutPassword(address: string): string {
  const url = URL.parse(address);
  if (!url) return 'postgres://…';
  if (url.password !== '') url.password = '…';
  for (const name of url.searchParams.keys()) if (/pass/i.test(name)) url.searchParams.set(name, '…');
  return url.password === '' && url.search === '' ? address : decodeURI(url.href);
}

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}

import { appendFile, readFile } from 'node:fs/promises';
import { ChatError } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import { grantScopes } from '../conversation/grant.ts';
import type { Grant, GrantStore } from '../conversation/grant.ts';

/**
 * Grants in a file of JSON lines: one for each grant, and one for each that was revoked. Lines are only added, so several
 * processes may use it, and none brings back what another has revoked.
 *
 * `list` throws `ChatError` `format` when a line cannot be read: it may be one that revokes, so nothing is granted then.
 */
export function fileGrants(path: string): GrantStore {
  const list = async (tenant?: string): Promise<readonly Grant[]> => {
    const grants = new Map<string, Grant>();
    for (const entry of entriesOf(await textOf(path), path)) {
      if ('revoked' in entry) grants.delete(entry.revoked);
      else grants.set(entry.id, entry);
    }
    return [...grants.values()].filter((grant) => grant.tenant === tenant);
  };
  // A line break before each, so that what a crash has cut takes nothing along.
  const write = (entry: Entry): Promise<void> =>
    appendFile(path, `\n${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
  return {
    list,
    add: write,
    async revoke(id, { tenant, by } = {}) {
      const isThere = (await list(tenant)).some((grant) => grant.id === id);
      if (isThere) await write({ revoked: id, ...(by !== undefined && { by }) });
      return isThere;
    },
  };
}

type Entry = Grant | { readonly revoked: string; readonly by?: string };

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function entriesOf(text: string, path: string): readonly Entry[] {
  return text.split('\n').flatMap((line, index) => (line === '' ? [] : [entryOf(line, `${path}, line ${index + 1}`)]));
}

function entryOf(line: string, where: string): Entry {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch (cause) {
    throw new ChatError('format', `Reading grants: ${where} is no JSON.`, { cause });
  }
  const isEntry = isObject(entry) && (typeof entry['revoked'] === 'string' || isGrant(entry));
  if (!isEntry) throw new ChatError('format', `Reading grants: ${where} is no grant.`);
  return entry as unknown as Entry;
}

function isGrant({ id, rule, scope, at }: Record<string, unknown>): boolean {
  return typeof id === 'string' && isObject(rule) && scopes.has(scope) && typeof at === 'number';
}

const scopes: ReadonlySet<unknown> = new Set(grantScopes);

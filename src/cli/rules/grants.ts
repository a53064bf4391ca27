import { existsSync } from 'node:fs';
import { ChatError } from '../../conversation/error.ts';
import { fileGrants } from '../../rules/grant-file.ts';
import type { Grant, GrantStore } from '../../conversation/grant.ts';
import { storeGrants } from '../../runtime/store-grants.ts';
import type { Place } from '../thread/place.ts';
import { userName } from '../user-name.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';
import { clockText } from '../time-text.ts';

/** What people have granted: in a file, or beside the threads of a tenant. */
export interface KeptGrants {
  readonly grants: GrantStore;
  readonly tenant?: string;
  close(): Promise<void>;
}

/** Prints what people have granted, expired or not. Gives the exit code. */
export async function listGrants({ grants: kept, tenant }: KeptGrants): Promise<number> {
  const grants = await kept.list(tenant);
  if (grants.length === 0) console.log('Nothing is granted.');
  const now = Date.now();
  for (const line of grants.flatMap((grant) => linesOf(grant, now))) console.log(visible(line));
  return 0;
}

/** Takes a grant back. Gives the exit code: 1 when it is not there. */
export async function revokeGrant({ grants, tenant }: KeptGrants, id: string): Promise<number> {
  const by = userName();
  const who = { ...(tenant !== undefined && { tenant }), ...(by !== undefined && { by }) };
  const isRevoked = await grants.revoke(id, who);
  console.log(visible(isRevoked ? `Revoked ${id}.` : `There is no grant ${id}.`));
  return isRevoked ? 0 : 1;
}

/** Throws `ChatError` where there is no such file. */
export function grantsIn(file: string): KeptGrants {
  if (!existsSync(file)) throw new ChatError('invalid-request', `Reading grants: there is no file ${file}.`);
  return { grants: fileGrants(file), close: async () => {} };
}

/** Throws `ChatError` where there are no threads. */
export async function grantsBeside(place: Place): Promise<KeptGrants> {
  const { openDatabase } = await import('../thread/database.ts');
  const { store } = await openDatabase(place, { mustExist: true });
  return { grants: storeGrants(store), tenant: place.tenant, close: () => store.close() };
}

function linesOf({ id, rule, scope, by, at, expiresAt }: Grant, now: number): readonly string[] {
  const who = by === undefined ? '' : ` by ${by}`;
  const until = expiresAt === undefined ? '' : `, ${now < expiresAt ? 'until' : 'ended'} ${clockText(expiresAt, now)}`;
  const { tool, when } = rule;
  const about = when === undefined ? tool : `${tool} when ${visibleJson(when)}`;
  return [`${id}  ${about}`, `    ${scope}, given${who} ${clockText(at, now)}${until}`];
}

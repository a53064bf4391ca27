import { existsSync } from 'node:fs';
import { ChatError } from '../../conversation/error.ts';
import { fileGrants } from '../../rules/grant-file.ts';
import type { Grant } from '../../conversation/grant.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';
import { clockText } from '../time-text.ts';

/** Prints what people have granted, expired or not. Gives the exit code. */
export async function listGrants(file: string): Promise<number> {
  const grants = await grantsIn(file).list();
  if (grants.length === 0) console.log('Nothing is granted.');
  const now = Date.now();
  for (const line of grants.flatMap((grant) => linesOf(grant, now))) console.log(visible(line));
  return 0;
}

/** Takes a grant back. Gives the exit code: 1 when it is not there. */
export async function revokeGrant(file: string, id: string): Promise<number> {
  const isRevoked = await grantsIn(file).revoke(id);
  console.log(visible(isRevoked ? `Revoked ${id}.` : `There is no grant ${id}.`));
  return isRevoked ? 0 : 1;
}

function grantsIn(file: string): ReturnType<typeof fileGrants> {
  if (!existsSync(file)) throw new ChatError('invalid-request', `Reading grants: there is no file ${file}.`);
  return fileGrants(file);
}

function linesOf({ id, rule, scope, by, at, expiresAt }: Grant, now: number): readonly string[] {
  const who = by === undefined ? '' : ` by ${by}`;
  const until = expiresAt === undefined ? '' : `, ${now < expiresAt ? 'until' : 'ended'} ${clockText(expiresAt, now)}`;
  const { tool, when } = rule;
  const about = when === undefined ? tool : `${tool} when ${visibleJson(when)}`;
  return [`${id}  ${about}`, `    ${scope}, given${who} ${clockText(at, now)}${until}`];
}

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../conversation/digest.ts';
import { Problem } from '../../server/problem.ts';
import type { Authorize, Who } from '../../server/who.ts';

/** A token that nobody guesses. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Lets in who has the token, in the `Authorization` header or in the address, as one person (rule X4). */
export function bearer(token: string, who: Who): Authorize {
  return (request) => {
    if (isSame(tokenOf(request), token)) return who;
    throw new Problem('unauthorized', 'The token is missing or wrong.', { 'www-authenticate': 'Bearer' });
  };
}

function tokenOf({ headers, url }: Request): string {
  const [, named] = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  return named ?? new URL(url).searchParams.get('token') ?? '';
}

/** In the same time, however much of it is right. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../conversation/digest.ts';
import type { Authorize, Who } from '../../server/who.ts';

/** A token that nobody guesses. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Lets in who has the token, in the `Authorization` header or in the address, as one person (rule X4). */
export function bearer(token: string, who: Who): Authorize {
  return (request) => {
    // What a proxy has passed on may come from anywhere, and this server is for who sits here.
    if (isForwarded(request)) return refusal(403, 'This server answers no proxies.');
    return isSame(tokenOf(request), token) ? who : refusal(401, 'The token is missing or wrong.');
  };
}

function isForwarded({ headers }: Request): boolean {
  return [...headers.keys()].some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
}

function tokenOf({ headers, url }: Request): string {
  const [, named] = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  return named ?? new URL(url).searchParams.get('token') ?? '';
}

/** In the same time, however much of it is right. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}

function refusal(status: number, detail: string): Response {
  return Response.json(
    { type: 'about:blank', title: status === 401 ? 'Unauthorized' : 'Forbidden', status, detail },
    { status, headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' } },
  );
}

import {
  InsufficientScopeError,
  OAuthClientFlowError,
  OAuthError,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { ChatError, messageOf } from '../conversation/error.ts';

/** Thrown where a request was not sent, since what belongs into its headers could not be had. */
export class Unsent extends Error {
  constructor(cause: unknown) {
    super('the headers of a request to it could not be had', { cause });
    this.name = 'Unsent';
  }
}

/** An answer of a server at an address that is none of the protocol, in our words. */
export interface HttpFailure {
  /** What it did: `refused the request (HTTP 401)`. Nothing of what it wrote, which may repeat a token (rule X3). */
  readonly did: string;
  readonly status: number | undefined;
  /** It was about who asks. */
  readonly isAuth: boolean;
  /** Refused before anything was done about it, or never sent. */
  readonly isUnread: boolean;
}

/** Statuses by which a request is refused before anything is done about it. */
const refusals: ReadonlySet<number> = new Set([401, 403, 404, 429]);

/** What an error says of that; nothing when it is another kind of error. */
export function httpFailureOf(error: unknown): HttpFailure | undefined {
  const known = causesOf(error).map(failureIn);
  return known.find((one) => one !== undefined);
}

/** As an error of ours: `auth` where it is about who asks, else `network`. */
export function chatErrorOf(what: string, error: unknown, more = ''): ChatError {
  const failure = httpFailureOf(error);
  if (!failure)
    return new ChatError('network', `${what}: ${messageOf(error)}.${more}`, { retryable: true, cause: error });
  const { did, status, isAuth } = failure;
  // Without its cause, whose text is the server's: a page about an error may show what headers it was sent.
  const details = { retryable: !isAuth, ...(status !== undefined && { status }) };
  return new ChatError(isAuth ? 'auth' : 'network', `${what}: it ${did}.${more}`, details);
}

function failureIn(error: unknown): HttpFailure | undefined {
  if (error instanceof Unsent) {
    return {
      did: 'was not asked, since the headers for it could not be had',
      status: undefined,
      isAuth: true,
      isUnread: true,
    };
  }
  if (error instanceof UnauthorizedError) return refused(401);
  if (error instanceof InsufficientScopeError) return refused(403);
  if (error instanceof OAuthClientFlowError || error instanceof OAuthError) {
    const did = `was not asked, since no token for it could be had (${error.name})`;
    return { did, status: undefined, isAuth: true, isUnread: true };
  }
  if (!(error instanceof SdkHttpError)) return undefined;
  const { status } = error;
  if (refusals.has(status)) return refused(status);
  return { did: `answered HTTP ${status}`, status, isAuth: false, isUnread: false };
}

function refused(status: number): HttpFailure {
  return {
    did: `refused the request (HTTP ${status})`,
    status,
    isAuth: status === 401 || status === 403,
    isUnread: true,
  };
}

/** An error and what it came of, as far as anybody wraps. */
function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let at = error; at instanceof Error && causes.length < 8; at = at.cause) causes.push(at);
  return causes;
}

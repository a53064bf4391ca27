import { ChatError } from '../conversation/error.ts';
import { newId } from '../conversation/id.ts';

/** Every way in which a request is refused. */
export type ProblemCode =
  | 'malformed'
  | 'unauthorized'
  | 'forbidden'
  | 'cross-origin'
  | 'wrong-host'
  | 'not-found'
  | 'wrong-method'
  | 'conflict'
  | 'wrong-type'
  | 'too-large'
  | 'too-deep'
  | 'too-slow'
  | 'too-many'
  | 'wrong-range'
  | 'key-reused'
  | 'unavailable'
  | 'internal';

/** A refusal in the form of RFC 9457. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** Finds the cause in the log of the server (rule X3). */
  readonly errorId?: string;
}

const kinds: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  malformed: [400, 'The request cannot be read'],
  unauthorized: [401, 'Nobody knows who asks'],
  forbidden: [403, 'Not allowed'],
  'cross-origin': [403, 'Another origin'],
  'wrong-host': [421, 'Another host'],
  'not-found': [404, 'Not found'],
  'wrong-method': [405, 'Another method'],
  conflict: [409, 'Not possible now'],
  'wrong-type': [415, 'Another content type'],
  'too-large': [413, 'Too large'],
  'too-deep': [400, 'Nested too deeply'],
  'too-slow': [408, 'Too slow'],
  'wrong-range': [416, 'Not that many bytes'],
  'too-many': [429, 'Too many requests'],
  'key-reused': [422, 'The key was used for something else'],
  unavailable: [503, 'Not available now'],
  internal: [500, 'Something broke'],
};

/** Thrown by whatever refuses a request: the one who asks is told exactly what it says. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.headers = headers;
  }
}

/** What a client is told of whatever was thrown, and the name under which the log tells the rest. */
export interface Refusal {
  readonly response: Response;
  /** Present when the error is nothing that a client may know (rule X3). */
  readonly errorId?: string;
}

/** A thrown value as a response. Words are passed on where they are ours about what was asked, of all else a code and an id (rule X3). */
export function refusalOf(error: unknown): Refusal {
  const known = knownProblem(error);
  if (known) return { response: respond(known) };
  const errorId = newId();
  return { response: respond(new Problem('internal', `The request failed: error ${errorId}.`), errorId), errorId };
}

const passing: ReadonlySet<string> = new Set(['overloaded', 'busy', 'network', 'timeout']);

/** What was thrown, as far as a client may know of it (rule X3). */
export function knownProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof ChatError)) return undefined;
  if (error.code === 'invalid-request') return new Problem('malformed', 'The request cannot be answered as it is.');
  if (!passing.has(error.code)) return undefined;
  return new Problem('unavailable', 'The store takes nothing at the moment.', { 'retry-after': '1' });
}

function respond({ code, message, headers }: Problem, errorId?: string): Response {
  const [status, title] = kinds[code];
  const details: ProblemDetails = {
    type: `urn:yourcall:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    ...(errorId !== undefined && { errorId }),
  };
  return new Response(JSON.stringify(details), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  });
}

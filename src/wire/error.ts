import { ChatError } from '../conversation/error.ts';
import type { ErrorCode, ErrorDetails } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import { isTooDeep } from '../conversation/depth.ts';
import { retryAfterOf } from './retry-after.ts';
import { rpcDetails } from './rpc-status.ts';
import type { RpcDetails } from './rpc-status.ts';
import { withoutSecrets } from './secret.ts';

/** A refusal as it came. */
export interface Refusal {
  /** What was done, for the message: `Asking openai/gpt-5`. */
  readonly what: string;
  /** The HTTP status; absent for an error inside a stream. */
  readonly status?: number;
  readonly headers?: Pick<Headers, 'get'>;
  /** The body, or the error object inside it. */
  readonly text?: string;
  readonly value?: unknown;
  /** Texts that the message must not hold. */
  readonly secrets?: readonly string[];
}

/** What a provider said of an error, whatever shape it has. */
interface Told {
  readonly message: string;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly requestId: string | undefined;
}

/** The error that a provider's refusal becomes: its code by status and by the provider's own code and words. */
export function errorOf({ what, status, headers, text, value, secrets = [] }: Refusal): ChatError {
  const body = value ?? parse(text ?? '');
  const told = without(secrets, read(body));
  const rpc = rpcDetails(body);
  const words = `${told.code ?? ''} ${told.type ?? ''} ${told.message} ${rpc.words}`;
  const code = codeOf(status ?? statusIn(told), words);
  const providerCode = providerCodeIn(told);
  const message = told.message === '' ? `${what} failed` : `${what}: ${told.message}`;
  return new ChatError(code, status === undefined ? message : `${message} (HTTP ${status})`, {
    retryable: advised(headers) ?? (status !== 402 && isRetryable(code, words)),
    ...(status !== undefined && { status }),
    ...(providerCode !== undefined && { providerCode }),
    ...details(headers, words, { ...told, ...rpc }),
  });
}

/** What was told, short, and without what must not be told again. */
function without(secrets: readonly string[], { message, code, type, requestId }: Told): Told {
  const clean = (text: string): string => withoutSecrets(text, secrets);
  const word = (text: string | undefined): string | undefined => text && clean(text);
  // A secret that is cut in half is half told, so it is looked for in the whole.
  return { message: shorten(clean(message)), code: word(code), type: word(type), requestId: word(requestId) };
}

/** A code that only repeats the status says less than the type. */
function providerCodeIn(told: Told): string | undefined {
  const { code, type } = told;
  return statusIn(told) === undefined ? (code ?? type) : (type ?? code);
}

/** Some servers know whether the same request may succeed later, and say so. */
function advised(headers: Pick<Headers, 'get'> | undefined): boolean | undefined {
  const advice = headers?.get('x-should-retry');
  return advice === 'true' || advice === 'false' ? advice === 'true' : undefined;
}

function details(
  headers: Pick<Headers, 'get'> | undefined,
  words: string,
  { requestId: id, retryAfter: wait }: Told & RpcDetails,
): ErrorDetails {
  const retryAfter = (headers && retryAfterOf(headers)) ?? wait ?? waitIn(words);
  const requestId = (headers && requestIdOf(headers)) ?? id;
  return { ...(retryAfter !== undefined && { retryAfter }), ...(requestId !== undefined && { requestId }) };
}

function parse(text: string): unknown {
  try {
    return isTooDeep(text) ? text : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Finds what was told in `{ error: { message } }`, `{ error: 'text' }`, `{ detail }`, `[{ error }]` and their like. */
function read(value: unknown): Told {
  if (Array.isArray(value)) return read(value[0]);
  if (!isObject(value)) return { ...nothing, message: String(value ?? '').trim() };
  const inner = value['error'] ?? value['errors'] ?? value['detail'];
  const message = messageIn(value);
  const told = {
    message: (message ?? '').trim(),
    code: wordOf(value['code']),
    type: wordOf(value['type'] ?? value['status']),
    requestId: wordOf(value['request_id']),
  };
  if (inner === undefined || inner === null || (message !== undefined && !isObject(inner))) return told;
  const { message: innerMessage, code, type } = read(inner);
  return { ...told, message: innerMessage || told.message, code: code ?? told.code, type: type ?? told.type };
}

const nothing = { code: undefined, type: undefined, requestId: undefined } as const;

/** A router gives its own words as the message, and those of the provider behind it as metadata. */
function messageIn(value: Record<string, unknown>): string | undefined {
  const message = textIn(value['message']) ?? textIn(value['msg']);
  const raw = isObject(value['metadata']) ? value['metadata']['raw'] : undefined;
  return message !== undefined && typeof raw === 'string' ? `${message}: ${raw}` : message;
}

function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isObject(value) || Array.isArray(value) ? read(value).message : undefined;
}

function wordOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function shorten(text: string): string {
  if (/^\s*<(!|html)/i.test(text)) return 'a web page instead of an answer';
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text.trim();
}

/** Some providers give the status as the code of an error inside a stream. */
function statusIn({ code }: Told): number | undefined {
  const status = Number(code);
  return status >= 400 && status < 600 ? status : undefined;
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'auth',
  402: 'rate-limit',
  403: 'auth',
  408: 'timeout',
  409: 'provider',
  425: 'overloaded',
  429: 'rate-limit',
  498: 'overloaded',
  501: 'unsupported',
  503: 'overloaded',
  504: 'timeout',
  524: 'timeout',
  529: 'overloaded',
};

/** Words of providers, the most telling first. */
const byWords: readonly (readonly [RegExp, ErrorCode])[] = [
  [
    /context.?(length|window|size|limit)|exceed_context|max(imum)? context|(prompt|input|request) (is )?too (long|large)|too many (input )?tokens|input token count .{0,20}exceeds|reduce the length|token limit (reached|exceeded)/i,
    'context-length',
  ],
  [/content.?(filter|policy|management)|responsible.?ai|moderation|flagged/i, 'content-filter'],
  [/credit balance is too low|specified API usage limits|billing.?error/i, 'rate-limit'],
  [/invalid.?api.?key|api.?key.{0,20}(invalid|not valid|expired|missing)|authentication|unauthori[sz]ed/i, 'auth'],
];

const byErrorWords: readonly (readonly [RegExp, ErrorCode])[] = [
  // Codes inside a stream, where the message may speak of something else: of a request that is too large for a minute.
  [/^rate_limit_exceeded\b/, 'rate-limit'],
  [/^\w*policy/, 'content-filter'],
  [/^\w*image_/, 'invalid-request'],
  ...byWords,
  [/rate.?limit|too many requests|quota|resource.?exhausted/i, 'rate-limit'],
  [/permission/i, 'auth'],
  [/overloaded|unavailable|capacity/i, 'overloaded'],
  [/time.?out|timed out|deadline/i, 'timeout'],
  [/invalid.?request|bad.?request|invalid|unsupported|not.?found/i, 'invalid-request'],
];

function codeOf(status: number | undefined, words: string): ErrorCode {
  if (status === undefined) return byErrorWords.find(([pattern]) => pattern.test(words))?.[1] ?? 'provider';
  if (status === 403) return byWords.find(([pattern, code]) => code !== 'auth' && pattern.test(words))?.[1] ?? 'auth';
  const known = byStatus[status];
  if (known) return known;
  const told = byWords.find(([pattern]) => pattern.test(words))?.[1];
  if (status >= 500) return told === 'context-length' ? told : 'provider';
  return told ?? 'invalid-request';
}

/** An empty account is refused like a crowded one, and waiting does not fill it; both may speak of billing. Nor does a quota of a day come back. */
function isRetryable(code: ErrorCode, words: string): boolean {
  if (code === 'rate-limit') return !emptyAccount.test(words);
  return code === 'overloaded' || code === 'timeout' || code === 'provider';
}

const emptyAccount =
  /insufficient|payment required|(credit|account) balance|(out of|add|more|buy|purchase|available)( \d+)? credits?|billing.?(hard|not|limit|error)|usage limits|spending limit|(requests|tokens)\w*PerDay/i;

/** Some say it only in words, and inside a stream there are no headers: `Please try again in 1m2.5s`. */
function waitIn(words: string): number | undefined {
  const [, wait] = waitWords.exec(words) ?? [];
  if (wait === undefined) return undefined;
  const parts = [...wait.matchAll(/([\d.]+) ?(ms|[hms])/gi)];
  return Math.ceil(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!.toLowerCase()]!, 0));
}

const waitWords =
  /(?:try again|retry) (?:in|after) ((?:\d{1,9}(?:\.\d+)? ?(?:ms|h|hours?|m|minutes?|s|seconds?)(?![a-z]) ?)+)/i;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const requestIdNames = [
  'x-request-id',
  'request-id',
  'apim-request-id',
  'mistral-correlation-id',
  'x-amzn-requestid',
  'cf-ray',
];

function requestIdOf(headers: Pick<Headers, 'get'>): string | undefined {
  for (const name of requestIdNames) {
    const id = headers.get(name);
    if (id) return id;
  }
  return undefined;
}

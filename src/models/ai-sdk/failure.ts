import { ChatError } from '../../conversation/error.ts';
import type { ErrorCode, ErrorDetails } from '../../conversation/error.ts';
import { isObject } from '../../conversation/json.ts';
import { errorOf } from '../../wire/error.ts';

/** Where an error was thrown. */
export interface FailurePlace {
  /** What was done, for the message. */
  readonly what: string;
  /** Whether the answer had begun, and was read. */
  readonly inStream?: true;
  /** Texts that the message must not hold. */
  readonly secrets: readonly string[];
}

const byName: Readonly<Record<string, readonly [ErrorCode, ErrorDetails]>> = {
  AI_LoadAPIKeyError: ['auth', {}],
  AI_LoadSettingError: ['invalid-request', {}],
  AI_InvalidPromptError: ['invalid-request', {}],
  AI_InvalidArgumentError: ['invalid-request', {}],
  AI_NoSuchModelError: ['invalid-request', {}],
  AI_UnsupportedFunctionalityError: ['unsupported', {}],
  AI_NoSuchProviderReferenceError: ['unsupported', {}],
  AI_TypeValidationError: ['invalid-response', { retryable: true }],
  AI_JSONParseError: ['invalid-response', { retryable: true }],
  AI_InvalidResponseDataError: ['invalid-response', { retryable: true }],
  AI_EmptyResponseBodyError: ['invalid-response', { retryable: true }],
  AI_NoContentGeneratedError: ['invalid-response', { retryable: true }],
  AbortError: ['network', { retryable: true }],
  TimeoutError: ['timeout', { retryable: true }],
};

/** What was thrown, or told as an `error` part, as an error of ours. Errors are known by their names, of any version. */
export function failureOf(error: unknown, place: FailurePlace): ChatError {
  if (error instanceof ChatError) return error;
  const { what, secrets } = place;
  if (!(error instanceof Error))
    return errorOf({ what, secrets, ...(isObject(error) ? { value: error } : { text: String(error) }) });
  if (error.name === 'AI_APICallError') return refused(error, place);
  // What a schema did not know may well be an error of the provider.
  const { value } = error as { readonly value?: unknown };
  if (isObject(value) && value['error'] !== undefined && value['error'] !== null)
    return errorOf({ what, secrets, value });
  if (endless.test(error.message)) {
    return new ChatError('incomplete-response', `${what}: ${told(error, place)}`, { retryable: true, cause: error });
  }
  const [code, details] = byName[error.name] ?? unnamed(error, place);
  return new ChatError(code, `${what}: ${told(error, place)}`, { ...details, cause: error });
}

/** How a package says that an answer was cut. */
const endless = /ended without a finish reason/i;

/** The members of an `APICallError` that are used. */
interface ApiCallError extends Error {
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly isRetryable?: boolean;
  readonly data?: unknown;
}

function refused(error: ApiCallError, place: FailurePlace): ChatError {
  const { what, secrets } = place;
  const { statusCode: status, responseHeaders = {}, responseBody, data } = error;
  const isEmpty = status === undefined && error.isRetryable && data === undefined;
  // A connection that breaks before the first event is told as an answer that cannot be read.
  const isUnread = status !== undefined && status < 300;
  if (isEmpty || isUnread) {
    const code = isEmpty || isBroken(error) ? 'network' : 'invalid-response';
    return new ChatError(code, `${what}: ${told(error, place)}`, { retryable: true, cause: error });
  }
  const headers = { get: (name: string) => responseHeaders[name.toLowerCase()] ?? null };
  const body = responseBody ? { text: responseBody } : { value: data ?? { message: error.message } };
  return errorOf({ what, secrets, headers, ...body, ...(status !== undefined && { status }) });
}

/** A connection fails with whatever its runtime throws; everything else is the package's own failure to read or to ask. */
function unnamed(error: Error, { inStream }: FailurePlace): readonly [ErrorCode, ErrorDetails] {
  if (isBroken(error)) return ['network', { retryable: true }];
  return inStream ? ['invalid-response', { retryable: true }] : ['provider', {}];
}

/** In the words of several runtimes. */
const connection = /fetch failed|load failed|terminated|network|input stream|socket|ECONN|EPIPE/i;

/** Whether an error, or one of its causes, speaks of a connection. */
function isBroken(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    const code = 'code' in cause ? String(cause.code) : '';
    if (connection.test(`${code} ${cause.message}`)) return true;
  }
  return false;
}

function told({ message }: Error, { secrets }: FailurePlace): string {
  let text = message.length > 500 ? `${message.slice(0, 500)}…` : message;
  for (const secret of secrets) text = text.replaceAll(secret, '[secret]');
  return text;
}

import { describe, expect, test } from 'vitest';
import { ChatError } from '../../conversation/error.ts';
import { failureOf } from './failure.ts';

const place = { what: 'Asking test/m', secrets: ['sk-secret'] };

function named(name: string, message = 'what happened', more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

const refused = (more: object, message = 'Bad'): Error => named('AI_APICallError', message, more);

describe('what a package throws has our codes', () => {
  test.each<[string, unknown, Partial<ChatError>]>([
    [
      'a rate limit',
      refused({
        statusCode: 429,
        responseHeaders: { 'retry-after': '2', 'x-request-id': 'r1' },
        responseBody: '{"error":{"message":"Slow down","code":"rate_limit_exceeded"}}',
        isRetryable: true,
      }),
      {
        code: 'rate-limit',
        status: 429,
        retryable: true,
        retryAfter: 2_000,
        requestId: 'r1',
        providerCode: 'rate_limit_exceeded',
        message: 'Asking test/m: Slow down (HTTP 429)',
      },
    ],
    [
      'a status without a body',
      refused({ statusCode: 503 }),
      { code: 'overloaded', status: 503, message: 'Asking test/m: Bad (HTTP 503)' },
    ],
    [
      'a status with parsed data',
      refused({ statusCode: 401, data: { error: { message: 'No key' } } }),
      { code: 'auth', message: 'Asking test/m: No key (HTTP 401)' },
    ],
    ['a server that is not there', refused({ isRetryable: true }), { code: 'network', retryable: true }],
    ['an answer that cannot be read', refused({ statusCode: 200 }), { code: 'invalid-response', retryable: true }],
    [
      'an answer that breaks at once',
      refused({ statusCode: 200, cause: new TypeError('terminated') }),
      { code: 'network', retryable: true },
    ],
    ['a missing key', named('AI_LoadAPIKeyError'), { code: 'auth', retryable: false }],
    [
      'what the provider cannot do',
      named('AI_UnsupportedFunctionalityError'),
      { code: 'unsupported', retryable: false },
    ],
    ['a prompt that is wrong', named('AI_InvalidPromptError'), { code: 'invalid-request', retryable: false }],
    [
      'an answer that is not as expected',
      named('AI_TypeValidationError'),
      { code: 'invalid-response', retryable: true },
    ],
    [
      'an error that a schema did not know',
      named('AI_TypeValidationError', 'Type validation failed', { value: { error: { message: 'Overloaded' } } }),
      { code: 'overloaded', message: 'Asking test/m: Overloaded' },
    ],
    [
      'an answer that was cut',
      named('AI_InvalidResponseDataError', 'Response stream ended without a finish reason.'),
      { code: 'incomplete-response', retryable: true },
    ],
    ['a time that is over', named('TimeoutError'), { code: 'timeout', retryable: true }],
    ['a connection', new TypeError('fetch failed'), { code: 'network', retryable: true }],
    ['a failure of its own', new TypeError('x is not a function'), { code: 'provider', retryable: false }],
    ['a word', 'Overloaded', { code: 'overloaded', message: 'Asking test/m: Overloaded' }],
    [
      'an object',
      { type: 'rate_limit_error', message: 'Slow' },
      { code: 'rate-limit', providerCode: 'rate_limit_error' },
    ],
    ['nothing', undefined, { code: 'provider' }],
  ])('%s', (_, thrown, expected) => {
    const error = failureOf(thrown, place);
    expect(error).toBeInstanceOf(ChatError);
    expect(error).toMatchObject(expected);
  });

  test('in the middle of an answer, what is no connection is an answer that cannot be read', () => {
    expect(failureOf(new TypeError('x is undefined'), { ...place, inStream: true })).toMatchObject({
      code: 'invalid-response',
      retryable: true,
    });
    const deep = new Error('broken', {
      cause: new Error('why', { cause: named('Error', '', { code: 'ECONNRESET' }) }),
    });
    expect(failureOf(deep, { ...place, inStream: true })).toMatchObject({ code: 'network' });
  });

  test('an error of ours stays as it is', () => {
    const error = new ChatError('timeout', 'late');
    expect(failureOf(error, place)).toBe(error);
  });
});

test('secrets stand in no error, and long messages are cut (X3)', () => {
  const said = `The key sk-secret is wrong. ${'x'.repeat(900)}`;
  for (const error of [refused({ isRetryable: true }, said), named('AI_InvalidArgumentError', said), said]) {
    const { message } = failureOf(error, place);
    expect(message).toContain('The key [secret] is wrong.');
    expect(message.length).toBeLessThan(1_100);
  }
});

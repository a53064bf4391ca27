import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { failureOf, isForgotten } from './failure.ts';

const http = (status: number): Error =>
  new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, `Error POSTing: ${status} by way of secret`, { status });
const broken = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) });

test.each<[string, unknown, object]>([
  [
    'an error of the protocol',
    new ProtocolError(-32602, 'no such order'),
    { name: 'ToolFailure', message: 'no such order', lost: false },
  ],
  ['a refusal', http(403), { name: 'ToolError', message: 'its server shop refused the request (HTTP 403)' }],
  ['nobody there', broken('ECONNREFUSED'), { name: 'ToolError', message: 'its server shop cannot be reached' }],
  ['an answer that broke off', broken('UND_ERR_SOCKET'), { name: 'ToolFailure', lost: true }],
  ['a line that was cut', new SdkError(SdkErrorCode.ConnectionClosed, 'closed'), { name: 'ToolFailure', lost: true }],
])('%s means what is certain of it (E1)', (_, error, failure) => {
  expect(failureOf(error, 'shop')).toMatchObject(failure);
});

test.each([500, 502])('HTTP %i says nothing of an effect, and no word of its text is told (E1, X3)', (status) => {
  const failure = failureOf(http(status), 'shop') as Error;
  expect(failure).toMatchObject({
    name: 'ToolFailure',
    message: `its server shop answered HTTP ${status}`,
    lost: false,
  });
  expect(failure.cause).toBeUndefined();
});

test.each([new SdkError(SdkErrorCode.InvalidResult, 'odd'), new TypeError('fetch failed'), 5])(
  "whatever else happened is nobody else's to know: %s (X3)",
  (error) => {
    expect(failureOf(error, 'shop')).toBe(error);
  },
);

test('a session is forgotten where its request was refused unread', () => {
  expect([http(404), http(400), http(500), new Error('x')].map(isForgotten)).toEqual([true, true, false, false]);
});

test('what a server says of its failure is not endless', () => {
  expect((failureOf(new ProtocolError(1, 'x'.repeat(20_000)), 'shop') as Error).message).toMatch(
    /^.{8192} … \(cut: too long\)$/,
  );
});

import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ChatError } from '../conversation/error.ts';
import { post } from './http.ts';
import type { Fetch, PostRequest } from './http.ts';

const secret = 'sk-very-secret-key';

function ask(fetch: Fetch, more: Partial<PostRequest> = {}): Promise<unknown> {
  const headers = { authorization: `Bearer ${secret}` };
  const { signal } = new AbortController();
  return post({ what: 'Asking test/model', url: 'http://test', headers, body: '{}', signal, fetch, ...more });
}

async function refused(status: number, body: unknown, headers: Record<string, string> = {}): Promise<ChatError> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const error: unknown = await ask(async () => new Response(text, { status, headers })).catch((thrown) => thrown);
  if (!(error instanceof ChatError)) throw new Error('no ChatError');
  return error;
}

describe('a refused request', () => {
  test.each([
    [400, {}, 'invalid-request', false],
    [400, { error: { message: "This model's maximum context length is 8 tokens." } }, 'context-length', false],
    [400, { error: { code: 'context_length_exceeded', message: 'no' } }, 'context-length', false],
    [400, { error: { code: 'content_filter', message: 'no' } }, 'content-filter', false],
    [400, [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }], 'auth', false],
    [
      400,
      { error: { message: 'input length and `max_tokens` exceed context limit: 9 + 2 > 10' } },
      'context-length',
      false,
    ],
    [400, { error: { message: 'Your credit balance is too low to access the API.' } }, 'rate-limit', false],
    [400, { error: { message: 'You have reached your specified API usage limits.' } }, 'rate-limit', false],
    [401, {}, 'auth', false],
    [402, {}, 'rate-limit', false],
    [403, {}, 'auth', false],
    [403, { error: { message: 'flagged by moderation' } }, 'content-filter', false],
    [404, {}, 'invalid-request', false],
    [408, {}, 'timeout', true],
    [409, {}, 'provider', true],
    [413, { message: 'prompt is too long' }, 'context-length', false],
    [429, {}, 'rate-limit', true],
    [429, { error: { code: 'insufficient_quota', message: 'no' } }, 'rate-limit', false],
    [500, {}, 'provider', true],
    [502, '<html>', 'provider', true],
    [503, {}, 'overloaded', true],
    [504, {}, 'timeout', true],
    [529, {}, 'overloaded', true],
  ])('%i %j is %s', async (status, body, code, retryable) => {
    expect(await refused(status, body)).toMatchObject({ code, retryable, status });
  });

  test('of any status has a code, and only what may pass by itself is retryable', async () => {
    const codes: Record<string, number[]> = {};
    for (let status = 400; status < 600; status += 1) {
      const { code, retryable } = await refused(status, { error: { message: 'why' } });
      (codes[`${code}${retryable ? ', retryable' : ''}`] ??= []).push(status);
    }
    expect(Object.keys(codes).toSorted()).toEqual([
      'auth',
      'invalid-request',
      'overloaded, retryable',
      'provider, retryable',
      'rate-limit',
      'rate-limit, retryable',
      'timeout, retryable',
      'unsupported',
    ]);
    expect(codes['auth']).toEqual([401, 403]);
    expect(codes['rate-limit']).toEqual([402]);
    expect(codes['rate-limit, retryable']).toEqual([429]);
    expect(codes['overloaded, retryable']).toEqual([425, 498, 503, 529]);
    expect(codes['timeout, retryable']).toEqual([408, 504, 524]);
    expect(codes['unsupported']).toEqual([501]);
    // Of the statuses below 500 only a conflict is on their side.
    expect(codes['provider, retryable']?.filter((status) => status < 500)).toEqual([409]);
    expect(codes['provider, retryable']).toContain(500);
  });

  test.each([
    ['You exceeded your current quota, please check your plan and billing details. Please retry in 48.9s.', true],
    ['Rate limit reached. Add a payment method at https://example.test/account/billing.', true],
    ['Your credit balance is too low to access the API.', false],
    ['Your team has used all available credits or reached its monthly spending limit.', false],
    ['Rate limit exceeded: free-models-per-day. Add 10 credits to unlock more.', false],
    ['Insufficient Balance', false],
  ])('for its rate says whether waiting helps: %s', async (message, retryable) => {
    expect(await refused(429, { error: { message } })).toMatchObject({ code: 'rate-limit', retryable });
  });

  test.each([
    ['Please try again in 6.25s.', 6250],
    ['Please try again in 450ms. Visit …', 450],
    ['Please try again in 2m59.5s.', 179_500],
    ['Please retry in 48.939935699s.', 48_940],
    ['Please retry after 26 seconds.', 26_000],
    ['Please try again in 1h2m3s.', 3_723_000],
    ['Please try again in 20m.', 1_200_000],
    ['Please try again in .s', undefined],
    ['Please try again later.', undefined],
    ['Please try again in 3 days.', undefined],
  ])('may say in words how long to wait: %s', async (message, retryAfter) => {
    expect((await refused(429, { error: { message } })).retryAfter).toBe(retryAfter);
    expect((await refused(429, { error: { message } }, { 'retry-after': '1' })).retryAfter).toBe(1000);
  });

  test('of Google names its reason, and how long to wait, in its details', async () => {
    const rpc = (...details: object[]) => ({
      error: { code: 429, message: 'no', status: 'RESOURCE_EXHAUSTED', details },
    });
    const wait = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' };
    const quota = (quotaId: string) => ({
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ quotaId }],
    });
    const minute = await refused(429, rpc(quota('GenerateRequestsPerMinutePerProject'), wait));
    expect(minute).toMatchObject({ retryAfter: 34_400, retryable: true, providerCode: 'RESOURCE_EXHAUSTED' });
    expect(await refused(429, [rpc(wait)])).toMatchObject({ code: 'rate-limit', retryAfter: 34_400 });
    expect(await refused(429, rpc(quota('GenerateRequestsPerDayPerProject'), wait))).toMatchObject({
      retryable: false,
    });
    const key = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' };
    expect(await refused(400, { error: { code: 400, message: 'no', details: [key] } })).toMatchObject({ code: 'auth' });
    const long = 'The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).';
    expect(await refused(400, { error: { code: 400, message: long } })).toMatchObject({ code: 'context-length' });
    expect(await refused(400, { error: { message: 'no', details: 'of no kind' } })).toMatchObject({
      code: 'invalid-request',
    });
  });

  test('whose body breaks off is told by its status', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) });
    const asked = ask(async () => new Response(broken, { status: 401 }));
    await expect(asked).rejects.toMatchObject({ code: 'auth', status: 401 });
  });

  test('that never ends, or says nothing for long, is told by what came', async () => {
    vi.useFakeTimers();
    let sent = 0;
    let left = 0;
    const piece = new TextEncoder().encode(`slow down ${'.'.repeat(10_000)}`);
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += piece.length;
        controller.enqueue(piece);
      },
      cancel: () => void (left += 1),
    });
    await expect(ask(async () => new Response(endless, { status: 429 }))).rejects.toMatchObject({
      code: 'rate-limit',
      message: expect.stringMatching(/^Asking test\/model: slow down \.+… \(HTTP 429\)$/),
    });
    expect(sent).toBeLessThan(200_000);
    const silent = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"error":"go away"}')),
      cancel: () => void (left += 1),
    });
    const asked = expect(ask(async () => new Response(silent, { status: 503 }))).rejects.toMatchObject({
      code: 'overloaded',
      message: 'Asking test/model: go away (HTTP 503)',
    });
    await vi.advanceTimersByTimeAsync(5000);
    await asked;
    expect([left, vi.getTimerCount()]).toEqual([2, 0]);
    vi.useRealTimers();
  });

  test('may be stopped while it is told', async () => {
    const controller = new AbortController();
    const silent = new ReadableStream({ pull: () => controller.abort('enough') });
    const fetch: Fetch = async (_url, { signal }) => {
      signal.addEventListener('abort', () => void silent.cancel().catch(() => {}));
      return new Response(silent, { status: 503 });
    };
    vi.useFakeTimers();
    const asked = expect(ask(fetch, { signal: controller.signal })).rejects.toBe('enough');
    await vi.advanceTimersByTimeAsync(5000);
    await asked;
    vi.useRealTimers();
  });

  test.each([
    [{ error: { message: 'why', type: 't', code: null } }, 'why', 't'],
    [{ error: 'why' }, 'why', undefined],
    [{ detail: 'why' }, 'why', undefined],
    [{ detail: [{ loc: ['body'], msg: 'why' }] }, 'why', undefined],
    [{ object: 'error', message: 'why', code: '1500' }, 'why', '1500'],
    [{ error: { message: 'why', metadata: { raw: 'really' } } }, 'why: really', undefined],
    ['why', 'why', undefined],
    ['<!DOCTYPE html><p>…', 'a web page instead of an answer', undefined],
    ['<!-- cached --><html>…', 'a web page instead of an answer', undefined],
  ])('%j says %s', async (body, words, providerCode) => {
    const error = await refused(400, body);
    expect(error.message).toBe(`Asking test/model: ${words} (HTTP 400)`);
    expect(error.providerCode).toBe(providerCode);
  });

  test('that is nested too deeply is told as the text it is', async () => {
    const error = await refused(400, `${'{"error":'.repeat(5000)}1${'}'.repeat(5000)}`);
    expect(error).toMatchObject({ code: 'invalid-request', status: 400 });
    expect(error.message.length).toBeLessThan(1100);
  });

  test('says how long to wait, and its id', async () => {
    const headers = { 'retry-after': '7', 'x-request-id': 'r1' };
    expect(await refused(429, {}, headers)).toMatchObject({ retryAfter: 7000, requestId: 'r1' });
    expect(await refused(500, { error: {}, request_id: 'r2' })).toMatchObject({ requestId: 'r2' });
    expect((await refused(429, {}, { 'retry-after-ms': '120', 'retry-after': '7' })).retryAfter).toBe(120);
    const date = new Date(Date.now() + 60_000).toUTCString();
    const { retryAfter } = await refused(429, {}, { 'retry-after': date });
    expect(retryAfter).toBeGreaterThan(55_000);
    expect(retryAfter).toBeLessThanOrEqual(60_000);
  });

  test.each([
    ['1e999', 31_536_000_000],
    ['99999999999999999999', 31_536_000_000],
    ['9999-01-01T00:00:00Z', 31_536_000_000],
    ['-5', 0],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['soon', undefined],
    ['120, 120', undefined],
  ])('is to wait for a time that there is: %s', async (value, retryAfter) => {
    const error = await refused(429, {}, { 'retry-after': value });
    expect(error).toMatchObject({ retryable: true });
    expect(error.retryAfter).toBe(retryAfter);
    const rpc = { error: { code: 429, message: 'no', details: [{ retryDelay: '1e999s' }] } };
    expect((await refused(429, rpc)).retryAfter).toBeUndefined();
  });

  test('may be advised to be made again, or not to be', async () => {
    expect((await refused(429, {}, { 'x-should-retry': 'false' })).retryable).toBe(false);
    expect((await refused(400, {}, { 'x-should-retry': 'true' })).retryable).toBe(true);
    expect((await refused(429, {}, { 'x-should-retry': 'perhaps' })).retryable).toBe(true);
  });

  test('never tells a key, be it half of one or as a code (rule X3)', async () => {
    const long = await refused(401, { error: { message: `${'a'.repeat(990)}${secret}`, code: secret } });
    expect(long.message).toContain('aaa[secret]');
    expect(JSON.stringify({ ...long, message: long.message })).not.toContain(secret.slice(0, 8));
    const id = await refused(500, { error: 'no', request_id: secret });
    expect(id.requestId).toBe('[secret]');
    const error = await refused(401, { error: { message: `Incorrect key ${secret}` } });
    expect(error.message).toBe('Asking test/model: Incorrect key [secret] (HTTP 401)');
    const invalid: unknown = await ask(globalThis.fetch, {
      headers: { authorization: `Bearer ${secret}\n\u{1}` },
    }).catch((thrown) => thrown);
    expect(invalid).toMatchObject({ code: 'auth' });
    expect(invalid).not.toHaveProperty('cause');
    expect(String(invalid)).not.toContain(secret);
  });
});

describe('an address', () => {
  const words = ['sk-one', 'sk two', 'sk-three', 'sk-four'];
  const query = '?key=sk-one&api_key=sk%20two&sig=sk-three&api-version=2024-10-21';

  test.each([
    `http://127.0.0.1:1/v1${query}`,
    `nonsense://x/v1${query}`,
    `no address/v1${query}`,
    'http://ann:sk-four@127.0.0.1:1/v1',
    'http://sk-four@127.0.0.1:1/v1',
  ])('with a key in it is not told: %s (rule X3)', async (url) => {
    const failed: unknown = await ask(globalThis.fetch, { url }).catch((thrown) => thrown);
    const echo: Fetch = async () =>
      Response.json({ error: `no route ${url} ${decodeURIComponent(url)}` }, { status: 404 });
    const refused: unknown = await ask(echo, { url }).catch((thrown) => thrown);
    for (const error of [failed, refused]) {
      expect(error).toBeInstanceOf(ChatError);
      const told = inspect(error, { depth: 9 });
      expect([...words, encodeURIComponent(words[1]!)].filter((word) => told.includes(word))).toEqual([]);
    }
    // What is no secret is told.
    if (url.includes('api-version')) expect(String(refused)).toContain('2024-10-21');
    else expect(failed).toMatchObject({ code: 'invalid-request', retryable: false });
  });

  test('that redirects elsewhere is told of and not followed: it would be shown the key (rule X3)', async () => {
    const shown: unknown[] = [];
    const elsewhere = await listening(({ headers }, answer) => {
      shown.push(headers);
      answer.end();
    });
    const first = await listening((_, answer) => {
      answer.writeHead(307, { location: `${elsewhere.url.replace('//', '//ann:pw@')}?key=sk-one` }).end();
    });
    const asked = ask(globalThis.fetch, { url: first.url, headers: { 'x-api-key': secret } });
    await expect(asked).rejects.toMatchObject({
      code: 'invalid-response',
      message: `Asking test/model: got a redirect to ${elsewhere.url}. Is the base URL right?`,
    });
    expect(shown).toEqual([]);
    const hidden: Fetch = async () => Response.error();
    await expect(ask(hidden)).rejects.toMatchObject({ code: 'invalid-response' });
    await first.close();
    await elsewhere.close();
  });
});

async function listening(listener: RequestListener): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('a request that fails', () => {
  afterEach(() => void vi.useRealTimers());

  test('for the network is retryable and tells the reasons', async () => {
    const refusedError = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const failing: Fetch = () => Promise.reject(new TypeError('fetch failed', { cause: refusedError }));
    await expect(ask(failing)).rejects.toMatchObject({
      code: 'network',
      retryable: true,
      message: 'Asking test/model: fetch failed: connect ECONNREFUSED 127.0.0.1:1.',
    });
  });

  test('for an abort throws its reason', async () => {
    const controller = new AbortController();
    const asked = ask(hanging, { signal: controller.signal });
    controller.abort('enough');
    await expect(asked).rejects.toBe('enough');
    await expect(ask(hanging, { signal: controller.signal })).rejects.toBe('enough');
  });

  test('for time says so', async () => {
    vi.useFakeTimers();
    const asked = expect(ask(hanging, { timeout: 3000 })).rejects.toMatchObject({
      code: 'timeout',
      retryable: true,
      message: 'Asking test/model: no answer within 3 s.',
    });
    await vi.advanceTimersByTimeAsync(3000);
    await asked;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('because it cannot be sent is not retryable', async () => {
    const unsendable: unknown = await ask(globalThis.fetch, { url: 'nonsense' }).catch((thrown) => thrown);
    expect(unsendable).toMatchObject({ code: 'invalid-request', retryable: false });
    // Quotation marks of a text, pasted along with the key.
    const pasted = ask(globalThis.fetch, { headers: { authorization: `Bearer “${secret}”` } });
    await expect(pasted).rejects.toMatchObject({ code: 'invalid-request', retryable: false });
  });

  test('because a web page answers asks for the base URL', async () => {
    for (const type of ['text/html', 'Text/HTML; charset=utf-8']) {
      const page: Fetch = async () => new Response('<html>', { headers: { 'content-type': type } });
      await expect(ask(page)).rejects.toMatchObject({ code: 'invalid-response' });
    }
  });
});

const hanging: Fetch = (_url, { signal }) =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));

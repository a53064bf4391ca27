import { expect, test } from 'vitest';
import { ChatError } from '../conversation/error.ts';
import type { Fetch } from '../wire/http.ts';
import { compatible } from './compatible/index.ts';
import { openai } from './openai/index.ts';

interface Asked {
  readonly url: string;
  readonly body: { readonly input: readonly string[] } & Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server whose vector of a text is its length, and which answers with what `answer` makes of a request. */
function server(answer: (asked: Asked, count: number) => Response = ({ body }) => vectorsOf(body.input)) {
  const asked: Asked[] = [];
  const fetch: Fetch = async (url, { body, headers, signal }) => {
    signal.throwIfAborted();
    const one = { url, body: JSON.parse(String(body)) as Asked['body'], headers };
    asked.push(one);
    return answer(one, asked.length);
  };
  return { asked, fetch };
}

function vectorsOf(input: readonly string[], usage: unknown = { prompt_tokens: input.length }): Response {
  const data = input.map((value, index) => ({ object: 'embedding', index, embedding: [value.length, 1] }));
  return Response.json({ object: 'list', data: data.toReversed(), usage });
}

test('each value gets its vector, in the order of the values', async () => {
  const { asked, fetch } = server();
  const model = openai.embedding('text-embedding-3-small', { apiKey: 'key', fetch });
  expect(await model.embed(['a', 'bbb', ''])).toEqual({
    vectors: [
      [1, 1],
      [3, 1],
      [0, 1],
    ],
    usage: { input: 3, unreported: 0 },
  });
  expect(asked).toMatchObject([
    {
      url: 'https://api.openai.com/v1/embeddings',
      body: { model: 'text-embedding-3-small', input: ['a', 'bbb', ''], encoding_format: 'base64' },
      headers: { authorization: 'Bearer key' },
    },
  ]);
});

test.each<[string, unknown]>([
  ['holds what is no number', [{ index: 0, embedding: [1, null] }]],
  ['holds a text', [{ index: 0, embedding: [1, '2'] }]],
  ['holds nothing', [{ index: 0, embedding: [] }]],
  ['holds what cannot be reckoned with', [{ index: 0, embedding: btoa('\0\0\xc0\x7f') }]],
  ['is no base64', [{ index: 0, embedding: '%%%' }]],
  ['is not there', [{ index: 0 }]],
])('a vector that %s is refused', async (_what, data) => {
  const { fetch } = server(() => Response.json({ data }));
  const model = openai.embedding('m', { apiKey: 'key', fetch, maxRetries: 0 });
  await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'invalid-response' });
});

test('vectors of several lengths are refused, and numbers of vectors are as the server counts or do not count', async () => {
  const answer = (...data: object[]) => server(() => Response.json({ data, usage: { prompt_tokens: -5 } })).fetch;
  const embed = (fetch: Fetch) => openai.embedding('m', { apiKey: 'key', fetch, maxRetries: 0 }).embed(['a', 'b']);
  const uneven = answer({ index: 0, embedding: [1, 2] }, { index: 1, embedding: [1] });
  await expect(embed(uneven)).rejects.toMatchObject({ code: 'invalid-response' });
  const fromOne = answer({ index: 2, embedding: [2] }, { index: 1, embedding: [1] });
  expect(await embed(fromOne)).toEqual({ vectors: [[1], [2]], usage: { input: 0, unreported: 0 } });
  const far = answer({ index: 4_294_967_294, embedding: [1] }, { index: -1, embedding: [2] });
  expect((await embed(far)).vectors).toEqual([[1], [2]]);
});

test('a value with half of a character is sent without it: the server would refuse them all (W2)', async () => {
  const { asked, fetch } = server();
  await openai.embedding('m', { apiKey: 'key', fetch }).embed(['cut \ud83d', '\ude00', '😀']);
  expect(asked[0]?.body.input).toEqual(['cut \ufffd', '\ufffd', '😀']);
});

test('vectors may come as base64, and answers in many lines', async () => {
  const bytes = new Uint8Array(new Float32Array([0.5, -2, 1024]).buffer);
  const embedding = btoa(String.fromCharCode(...bytes));
  const { fetch } = server(() => new Response(JSON.stringify({ data: [{ index: 0, embedding }] }, undefined, 1)));
  const model = openai.embedding('m', { apiKey: 'key', fetch });
  expect(await model.embed(['a'])).toEqual({ vectors: [[0.5, -2, 1024]], usage: { input: 0, unreported: 1 } });
});

test('what one request does not take is sent in several, and their usage is summed', async () => {
  const { asked, fetch } = server();
  const model = compatible.embedding({
    provider: 'mine',
    model: 'm',
    baseURL: 'http://mine/v1?v=1',
    batchSize: 2,
    fetch,
  });
  const { vectors, usage } = await model.embed(['a', 'bb', 'ccc']);
  expect(vectors).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  expect(usage).toEqual({ input: 3, unreported: 0 });
  expect(asked.map(({ url, body }) => [url, body])).toEqual([
    ['http://mine/v1/embeddings?v=1', { model: 'm', input: ['a', 'bb'] }],
    ['http://mine/v1/embeddings?v=1', { model: 'm', input: ['ccc'] }],
  ]);
});

test('long values part the requests too, and one that is too long is sent alone', async () => {
  const { asked, fetch } = server();
  const lengths = [200_000, 100_000, 1, 400_000, 2];
  const model = compatible.embedding({ provider: 'ollama', model: 'm', fetch });
  await model.embed(lengths.map((length) => 'x'.repeat(length)));
  expect(asked.map(({ body }) => body.input.map(({ length }) => length))).toEqual([
    [200_000, 100_000],
    [1],
    [400_000],
    [2],
  ]);
});

test('no values are no request', async () => {
  const { asked, fetch } = server();
  const model = openai.embedding('m', { apiKey: 'key', fetch });
  expect(await model.embed([])).toEqual({ vectors: [], usage: { input: 0, unreported: 0 } });
  expect(asked).toEqual([]);
});

test('options stand in the body and in the headers', async () => {
  const { asked, fetch } = server();
  const model = openai.embedding('m', { apiKey: 'key', fetch, headers: { 'x-one': '1' } });
  await model.embed(['a'], {
    dimensions: 8,
    providerOptions: { openai: { user: 'ada' }, other: { no: 1 } },
    headers: { 'x-two': '2' },
  });
  expect(asked[0]?.body).toEqual({ model: 'm', input: ['a'], encoding_format: 'base64', dimensions: 8, user: 'ada' });
  expect(asked[0]?.headers).toMatchObject({ 'x-one': '1', 'x-two': '2' });
});

test('a request that may succeed later is made again, as the provider asks, and no other', async () => {
  const busy = (): Response =>
    Response.json({ error: { message: 'busy' } }, { status: 503, headers: { 'retry-after-ms': '1' } });
  const { asked, fetch } = server(({ body }, count) => (count < 3 ? busy() : vectorsOf(body.input)));
  const model = openai.embedding('m', { apiKey: 'key', fetch });
  expect((await model.embed(['a'])).vectors).toEqual([[1, 1]]);
  expect(asked.length).toBe(3);

  const always = server(busy);
  const patient = openai.embedding('m', { apiKey: 'key', fetch: always.fetch, maxRetries: 1 });
  await expect(patient.embed(['a'])).rejects.toMatchObject({ code: 'overloaded', retryable: true });
  expect(always.asked.length).toBe(2);

  const wrong = server(() => Response.json({ error: { message: 'no such model' } }, { status: 404 }));
  const refused = openai.embedding('m', { apiKey: 'key', fetch: wrong.fetch });
  await expect(refused.embed(['a'])).rejects.toMatchObject({ code: 'invalid-request', status: 404 });
  expect(wrong.asked.length).toBe(1);
});

test('an abort stops it wherever it stands, also while it waits to ask again', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const { asked, fetch } = server(() => {
    setTimeout(() => controller.abort(reason));
    return Response.json({ error: 'busy' }, { status: 503, headers: { 'retry-after': '50' } });
  });
  const model = openai.embedding('m', { apiKey: 'key', fetch });
  await expect(model.embed(['a'], { signal: controller.signal })).rejects.toBe(reason);
  await expect(model.embed(['a'], { signal: controller.signal })).rejects.toBe(reason);
  expect(asked.length).toBe(1);
});

test('a body that does not come is a timeout', async () => {
  const { fetch } = server(() => new Response(new ReadableStream()));
  const model = openai.embedding('m', { apiKey: 'key', fetch, idleTimeout: 10, maxRetries: 0 });
  await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'timeout' });
});

test.each([
  ['<nothing>', '', 'the answer is not JSON'],
  ['half an answer', '{"data": [', 'the answer is not JSON'],
  ['no vectors', '{}', '0 vectors for 1 values'],
  ['too many', '{"data": [{"embedding": [1]}, {"embedding": [1]}]}', '2 vectors for 1 values'],
  ['an error', '{"error": {"message": "boom sk-secret"}}', 'Embedding by openai/m: boom [secret]'],
])('an answer with %s is an error', async (_, body, message) => {
  const { fetch } = server(() => new Response(body));
  const error = await openai
    .embedding('m', { apiKey: 'sk-secret', fetch, maxRetries: 0 })
    .embed(['a'])
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ChatError);
  expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
});

test('a missing key is told before anything is asked', async () => {
  const { asked, fetch } = server();
  const model = openai.embedding('m', { apiKey: () => undefined, fetch });
  await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'auth' });
  expect(asked).toEqual([]);
});

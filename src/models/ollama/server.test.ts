import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createNodeFetch } from '../../node/fetch.ts';
import { ollama } from './index.ts';
import type { PullProgress } from './index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
  vi.unstubAllEnvs();
});

/** A server on this machine; gives its address. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function drained(reports: AsyncIterable<PullProgress>): Promise<readonly PullProgress[]> {
  const list: PullProgress[] = [];
  for await (const report of reports) list.push(report);
  return list;
}

describe.each([
  ['fetch', undefined],
  ['node:http', createNodeFetch()],
])('over %s', (_, fetch) => {
  test('installed models are listed', async () => {
    const asked: unknown[] = [];
    const models = [
      {
        name: 'qwen3:4b',
        size: 5,
        modified_at: '2026-01-02T03:04:05Z',
        digest: 'abc',
        details: { family: 'qwen3', parameter_size: '4.0B', quantization_level: 'Q4_K_M' },
      },
      { name: 'gpt-oss:120b-cloud' },
      { size: 1 },
      null,
    ];
    const baseURL = await serve(({ url, method, headers }, response) => {
      asked.push([method, url, headers['x-a'], headers.authorization]);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ models }, undefined, 2));
    });
    expect(await ollama.list({ baseURL, fetch, apiKey: 'k', headers: { 'x-a': '1' } })).toEqual([
      {
        name: 'qwen3:4b',
        size: 5,
        modifiedAt: '2026-01-02T03:04:05Z',
        digest: 'abc',
        family: 'qwen3',
        parameters: '4.0B',
        quantization: 'Q4_K_M',
      },
      { name: 'gpt-oss:120b-cloud', size: 0 },
    ]);
    expect(asked).toEqual([['GET', '/api/tags', '1', 'Bearer k']]);
  });

  test('a model is loaded, and how far it is comes line by line', async () => {
    let body = '';
    const lines = [
      { status: 'pulling manifest' },
      { status: 'pulling 1a2b', digest: 'sha256:1a2b', total: 9 },
      { status: 'pulling 1a2b', digest: 'sha256:1a2b', total: 9, completed: 9 },
      { status: 'success' },
    ];
    const baseURL = await serve((request, response) => {
      request.on('data', (piece) => (body += piece));
      request.on('end', () => response.end(`rubbish\n{}\n${lines.map((line) => JSON.stringify(line)).join('\n')}`));
    });
    expect(await drained(ollama.pull('qwen3', { baseURL, fetch }))).toEqual(lines);
    expect(JSON.parse(body)).toEqual({ model: 'qwen3', stream: true });
  });

  test('a pull is stopped by its signal, and left by a break', async () => {
    const closed: Promise<unknown>[] = [];
    const baseURL = await serve((_request, response) => {
      closed.push(new Promise((resolve) => response.on('close', resolve)));
      response.write('{"status":"pulling manifest"}\n');
    });
    const stop = new AbortController();
    const reason = new Error('enough');
    const reports = ollama.pull('qwen3', { baseURL, fetch, signal: stop.signal });
    expect(await reports.next()).toMatchObject({ value: { status: 'pulling manifest' } });
    setTimeout(() => stop.abort(reason), 5);
    await expect(reports.next()).rejects.toBe(reason);
    for await (const _report of ollama.pull('qwen3', { baseURL, fetch })) break;
    expect(closed).toHaveLength(2);
    await Promise.all(closed);
  });

  test('a list is stopped by its signal, or by its timeout, also in the middle', async () => {
    const baseURL = await serve((_request, response) => void response.write('{"models":'));
    const reason = new Error('enough');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 30);
    await expect(ollama.list({ baseURL, fetch, signal: stop.signal })).rejects.toBe(reason);
    await expect(ollama.list({ baseURL, fetch, timeout: 30 })).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('what goes wrong is a ChatError', () => {
  test.each([
    ['{"error":"pull model manifest: file does not exist"}', { code: 'provider' }],
    ['{"status":"pulling manifest"}', { code: 'incomplete-response', retryable: true }],
    ['', { code: 'incomplete-response' }],
  ])('in a pull: %s', async (text, error) => {
    const pull = ollama.pull('x', { fetch: async () => new Response(text) });
    await expect(drained(pull)).rejects.toMatchObject({ name: 'ChatError', ...error });
  });

  test.each([
    ['{"object":"list"}', 'no list of models'],
    ['rubbish', 'not JSON'],
    ['', 'not JSON'],
  ])('in a list: %s', async (text, words) => {
    const list = ollama.list({ fetch: async () => new Response(text) });
    await expect(list).rejects.toMatchObject({ code: 'invalid-response', message: expect.stringContaining(words) });
  });

  test('with the status and the words of the server', async () => {
    const fetch = async (): Promise<Response> => Response.json({ error: 'model "x" not found' }, { status: 404 });
    const error = {
      code: 'invalid-request',
      status: 404,
      message: 'Pulling x by ollama: model "x" not found (HTTP 404)',
    };
    await expect(drained(ollama.pull('x', { fetch }))).rejects.toMatchObject(error);
  });
});

describe('vectors', () => {
  test('come for each value, in their order, with what they cost', async () => {
    let asked: unknown;
    const fetch = async (url: string, { body }: { body?: unknown }): Promise<Response> => {
      asked = { url, body: JSON.parse(String(body)) as unknown };
      return Response.json({
        model: 'm',
        embeddings: [
          [1, 0],
          [0.5, -1],
        ],
        prompt_eval_count: 7,
      });
    };
    const model = ollama.embedding('nomic-embed-text', { baseURL: 'http://gpu:11434/v1/', fetch });
    const providerOptions = { ollama: { truncate: false } };
    expect(await model.embed(['a', 'b'], { dimensions: 2, providerOptions })).toEqual({
      vectors: [
        [1, 0],
        [0.5, -1],
      ],
      usage: { input: 7, unreported: 0 },
    });
    expect(asked).toEqual({
      url: 'http://gpu:11434/api/embed',
      body: { model: 'nomic-embed-text', input: ['a', 'b'], dimensions: 2, truncate: false },
    });
  });

  test('that are missing are an error', async () => {
    const fetch = async (): Promise<Response> => Response.json({ embeddings: 'none' });
    await expect(ollama.embedding('m', { fetch }).embed(['a'])).rejects.toMatchObject({ code: 'invalid-response' });
    const refused = async (): Promise<Response> =>
      Response.json({ error: 'this model does not support embeddings' }, { status: 501 });
    await expect(ollama.embedding('m', { fetch: refused }).embed(['a'])).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('the key of the cloud', () => {
  async function keyAt(baseURL?: string, apiKey?: string): Promise<string | undefined> {
    let sent: string | undefined;
    const fetch = async (_url: string, { headers }: { headers: Record<string, string> }): Promise<Response> => {
      sent = headers['authorization'];
      return Response.json({ models: [] });
    };
    await ollama.list({ fetch, ...(baseURL && { baseURL }), ...(apiKey && { apiKey }) });
    return sent;
  }

  test('is found in the environment, and sent nowhere else', async () => {
    vi.stubEnv('OLLAMA_API_KEY', 'secret');
    expect(await keyAt('https://ollama.com')).toBe('Bearer secret');
    expect(await keyAt('https://ollama.com/api')).toBe('Bearer secret');
    for (const other of [undefined, 'http://ollama.com', 'https://ollama.com.evil.example', 'https://my-ollama.com']) {
      expect([other, await keyAt(other)]).toEqual([other, undefined]);
    }
    expect(await keyAt('http://10.0.0.1:11434', 'own')).toBe('Bearer own');
  });

  test('is asked for where it is missing', async () => {
    vi.stubEnv('OLLAMA_API_KEY', undefined);
    await expect(keyAt('https://ollama.com')).rejects.toMatchObject({
      code: 'auth',
      message: 'Listing the models of ollama: there is no API key. Set OLLAMA_API_KEY, or give apiKey.',
    });
  });
});

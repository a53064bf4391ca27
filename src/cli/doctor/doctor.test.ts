import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { providers } from '../../models/default/index.ts';
import type { Checkup } from './checkup.ts';
import { doctor } from './doctor.ts';

const secret = 'sk-very-secret-key';

/** What stands at each host of the world; the rest is not there. */
type World = Readonly<
  Record<string, (path: string, headers: IncomingHttpHeaders) => readonly [number, string] | 'silence'>
>;

let world: World = {};
let asked: string[] = [];
let base = '';
const printed: string[] = [];

/** All hosts live on one server of this machine, each under its name. */
const server = createServer((request, response) => {
  const [, host = '', ...path] = (request.url ?? '').split('/');
  const answer = world[host]?.(`/${path.join('/')}`, request.headers);
  if (answer === undefined) return request.destroy();
  if (answer === 'silence') return;
  const [status, body] = answer;
  response.writeHead(status, { 'content-type': body.startsWith('<') ? 'text/html' : 'application/json' }).end(body);
});

const overLoopback: typeof fetch = (url, init) => {
  const { host, pathname, search } = new URL(String(url));
  asked.push(`${host}${pathname}${search}`);
  return fetch(`${base}/${host}${pathname}${search}`, init);
};

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  world = {};
  asked = [];
  printed.length = 0;
  environment({});
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function environment(values: Readonly<Record<string, string>>): void {
  const names = Object.values(providers).flatMap(({ keyVariable, otherKeyVariables = [], baseURL }) => [
    ...otherKeyVariables,
    ...(keyVariable === undefined ? [] : [keyVariable]),
    ...[...baseURL.matchAll(/\{([A-Z_]+)/g)].map(([, name]) => name!),
  ]);
  for (const name of names) vi.stubEnv(name, values[name]);
}

interface Report {
  readonly status: number;
  readonly of: (provider: string) => Checkup;
  readonly usual: { readonly model?: string; readonly because: string };
}

async function report(...more: readonly string[]): Promise<Report> {
  const status = await doctor(['--json', ...more], overLoopback);
  const { providers: all, usual } = JSON.parse(printed.join('\n')) as {
    readonly providers: readonly Checkup[];
    readonly usual: Report['usual'];
  };
  return { status, usual, of: (name) => all.find(({ provider }) => provider === name)! };
}

const list = (...ids: readonly string[]): readonly [number, string] => [
  200,
  JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) }),
];

describe('yourcall doctor', () => {
  test('asks with each key that is set, and with no other', async () => {
    environment({ GROQ_API_KEY: secret, OPENROUTER_API_KEY: secret, HF_TOKEN: secret });
    let sent: unknown;
    world = {
      'api.groq.com': (_path, headers) => ((sent = headers['authorization']), list('a', 'b')),
      'openrouter.ai': (path) => (path === '/api/v1/key' ? [200, '{"data":{"label":"mine"}}'] : [404, '{}']),
      'huggingface.co': () => [200, '{"name":"me"}'],
    };
    const { status, of, usual } = await report();
    expect(status).toBe(0);
    expect(of('groq')).toMatchObject({
      key: 'set',
      keyVariable: 'GROQ_API_KEY',
      address: 'https://api.groq.com/openai/v1',
      answer: { state: 'answers', models: ['a', 'b'] },
    });
    expect(sent).toBe(`Bearer ${secret}`);
    expect(of('openrouter').answer).toMatchObject({ state: 'answers' });
    expect(of('huggingface').answer).toMatchObject({ state: 'answers' });
    expect(of('openai')).toMatchObject({ key: 'missing', answer: { state: 'not asked', why: 'there is no key' } });
    expect(asked.filter((url) => !/^(localhost|127\.0\.0\.1):/.test(url)).toSorted()).toEqual([
      'api.groq.com/openai/v1/models',
      'huggingface.co/api/whoami-v2',
      'openrouter.ai/api/v1/key',
    ]);
    expect(usual).toEqual({ model: 'openrouter/openai/gpt-5-mini', because: 'OPENROUTER_API_KEY is set' });
  });

  test('never tells a key, whatever the provider says of it, and ends with 1 when one is refused', async () => {
    environment({ OPENAI_API_KEY: secret, MISTRAL_API_KEY: secret });
    const words = `Incorrect API key provided: ${secret.slice(0, 5)}***${secret.slice(-4)}, ${secret}.`;
    world = {
      'api.openai.com': () => [401, JSON.stringify({ error: { message: words } })],
      'api.mistral.ai': () => [500, JSON.stringify({ message: words })],
    };
    const { status, of } = await report();
    expect([status, of('openai').answer, of('mistral').answer]).toEqual([
      1,
      { state: 'key refused', why: 'the key is refused (HTTP 401)' },
      { state: 'something else', why: 'it answers something else (HTTP 500)' },
    ]);
    expect(await doctor([], overLoopback)).toBe(1);
    expect(printed.join('\n')).not.toMatch(/secret|-key\b|sk-ve/);
    expect(printed.join('\n')).toContain('the key is refused (HTTP 401)');
  });

  test('finds the model servers of this machine, and what only stands at their ports', async () => {
    world = {
      'localhost:11434': (path) => (path === '/api/tags' ? [200, '{"models":[{"name":"qwen3:4b"}]}'] : [404, '{}']),
      '127.0.0.1:11434': (path) =>
        path === '/v1/models'
          ? list('qwen3:4b')
          : path === '/api/show'
            ? [200, '{"capabilities":["tools"]}']
            : [404, '{}'],
      'localhost:8080': () => [200, '<html>Welcome</html>'],
      'localhost:8000': () => [200, '{"hello":"world"}'],
      'localhost:1234': () => 'silence',
    };
    const { status, of, usual } = await report();
    expect(status).toBe(0);
    expect(of('ollama')).toMatchObject({ key: 'not needed', isLocal: true, answer: { models: ['qwen3:4b'] } });
    expect(of('llamacpp').answer).toMatchObject({ state: 'something else' });
    expect(of('vllm').answer).toEqual({ state: 'something else', why: 'what answers lists no models' });
    expect(of('lmstudio').answer).toEqual({ state: 'absent', why: 'nothing came within 1.5 s' });
    expect(of('litellm').answer).toEqual({ state: 'absent', why: 'nobody answers there' });
    expect(usual.model).toBe('ollama/qwen3:4b');
  });

  test('sends the key of a server to it, but that of the cloud not to this machine', async () => {
    environment({ VLLM_API_KEY: 'own-key', OLLAMA_API_KEY: 'cloud-key' });
    const sent: Record<string, string | undefined> = {};
    const answer = (name: string) => (_: string, headers: IncomingHttpHeaders) => {
      sent[name] = headers['authorization'];
      return list('m');
    };
    world = { 'localhost:8000': answer('vllm'), 'localhost:11434': answer('ollama') };
    await report();
    expect(sent).toEqual({ vllm: 'Bearer own-key', ollama: undefined });
  });

  test('asks each wire as it wants to be asked', async () => {
    environment({ ANTHROPIC_API_KEY: secret });
    let sent: IncomingHttpHeaders = {};
    world = { 'api.anthropic.com': (_path, headers) => ((sent = headers), list('claude')) };
    expect((await report()).of('anthropic').answer).toMatchObject({ state: 'answers', models: ['claude'] });
    expect(asked).toContain('api.anthropic.com/v1/models');
    expect(sent).toMatchObject({ 'x-api-key': secret, 'anthropic-version': '2023-06-01' });
    expect(sent).not.toHaveProperty('authorization');
  });

  test('says what else has to be set', async () => {
    environment({ AZURE_OPENAI_API_KEY: secret, PERPLEXITY_API_KEY: secret });
    const before = await report();
    expect(before.of('azure').answer).toEqual({ state: 'not asked', why: 'AZURE_OPENAI_ENDPOINT is not set' });
    expect(before.of('perplexity').answer).toEqual({ state: 'not asked', why: 'nothing there is cheap to ask' });
    vi.stubEnv('AZURE_OPENAI_ENDPOINT', 'https://mine.openai.azure.com/');
    let sent: IncomingHttpHeaders = {};
    world = { 'mine.openai.azure.com': (_path, headers) => ((sent = headers), list('gpt')) };
    printed.length = 0;
    expect((await report()).of('azure').answer).toMatchObject({ state: 'answers', models: ['gpt'] });
    expect(asked).toContain('mine.openai.azure.com/openai/models?api-version=2024-10-21');
    expect([sent['api-key'], sent['authorization']]).toEqual([secret, undefined]);
  });

  test('offline asks nobody', async () => {
    environment({ GROQ_API_KEY: secret });
    const { of, usual } = await report('--offline');
    expect(of('groq')).toMatchObject({ key: 'set', answer: { state: 'not asked', why: 'offline' } });
    expect(usual.model).toBe('groq/openai/gpt-oss-120b');
    expect(asked).toEqual([]);
    environment({});
    printed.length = 0;
    expect((await report('--offline')).usual).toEqual({
      because: 'a server on this machine if one answers, else the built-in demo',
    });
  });

  test('in words has a line for each key and for each server', async () => {
    environment({ GROQ_API_KEY: secret, VLLM_API_KEY: secret });
    world = { 'api.groq.com': () => list('a', 'b', 'c', 'd', 'e'), 'localhost:8000': () => list('\u001b[31mred') };
    expect(await doctor([], overLoopback)).toBe(0);
    const text = printed.join('\n').replace(/\d+ ms/g, 'N ms');
    expect(text).toMatch(/^Keys in the environment\n/);
    expect(text).toMatch(/\n {2}not set {2}AZURE_OPENAI_API_KEY {2}azure\n/);
    expect(text).toMatch(/\n {2}set {6}GROQ_API_KEY +groq +answers in N ms, 5 models\n/);
    expect(text).toMatch(/\n {2}set {6}VLLM_API_KEY +vllm +see below\n/);
    expect(text).toMatch(
      /\nModel servers on this machine\n {2}litellm +http:\/\/localhost:4000 +nobody answers there\n/,
    );
    // What would move the terminal is shown as an escape.
    expect(text).toMatch(/vllm +http:\/\/localhost:8000\/v1 +answers in N ms, 1 model: \\u001b\[31mred/);
    expect(text).toMatch(/\nWithout --model: groq\/openai\/gpt-oss-120b; GROQ_API_KEY is set\.$/);
  });

  test('says how it is used', async () => {
    expect(await doctor(['--help'])).toBe(0);
    expect(printed[0]).toMatch(/^Usage: yourcall doctor/);
    expect(await doctor(['--loud'])).toBe(1);
    expect(printed[1]).toMatch(/^yourcall doctor: Unknown option '--loud'/);
  });
});

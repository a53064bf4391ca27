import { afterEach, expect, test, vi } from 'vitest';
import { ChatError } from '../../conversation/error.ts';
import { addressOf, defaultModel, modelFromName, providers } from './index.ts';

/** A machine on which no model server answers. */
const nobody: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
const variables = Object.values(providers).flatMap(({ keyVariable, otherKeyVariables = [], baseURL }) => [
  ...otherKeyVariables,
  ...(keyVariable === undefined ? [] : [keyVariable]),
  ...[...baseURL.matchAll(/\{([A-Z_]+)/g)].map(([, name]) => name!),
]);

function environment(values: Record<string, string> = {}): void {
  for (const name of variables) vi.stubEnv(name, undefined);
  vi.stubEnv('NODE_ENV', 'test');
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
}

afterEach(() => vi.unstubAllEnvs());

test('a key in the environment comes first, and the choice says why and where words go', async () => {
  environment({ MISTRAL_API_KEY: 'k', XAI_API_KEY: 'k' });
  const { model, because, where } = await defaultModel({ fetch: nobody });
  expect([model.provider, because, where]).toEqual(['mistral', 'MISTRAL_API_KEY is set', 'https://api.mistral.ai/v1']);
});

test('a key may stand in several variables', async () => {
  environment({ GOOGLE_GENERATIVE_AI_API_KEY: 'k' });
  const { model, because } = await defaultModel({ fetch: nobody });
  expect([model.provider, because]).toEqual(['google', 'GOOGLE_GENERATIVE_AI_API_KEY is set']);
  expect(modelFromName('google/gemini-3.5-flash').id).toBe('gemini-3.5-flash');
});

test('without a key a verified local server is taken', async () => {
  environment();
  const ollama: typeof fetch = async (url) => {
    if (!String(url).startsWith('http://127.0.0.1:11434')) throw new TypeError('fetch failed');
    return Response.json(
      String(url).endsWith('/api/show') ? { capabilities: ['tools'] } : { object: 'list', data: [{ id: 'qwen3' }] },
    );
  };
  const { model, where } = await defaultModel({ fetch: ollama });
  expect([model.provider, model.id, where]).toEqual(['ollama', 'qwen3', 'nothing leaves this machine']);
});

test('without either the demo answers, and says that it is rules', async () => {
  environment();
  const { model, because } = await defaultModel({ fetch: nobody });
  expect(`${model.provider}/${model.id}`).toBe('demo/rules-1');
  expect(because).toContain('not an AI');
});

test('in production there is no demo', async () => {
  environment({ NODE_ENV: 'production' });
  await expect(defaultModel({ fetch: nobody })).rejects.toMatchObject({ code: 'auth' });
});

test('a named model without its key is an error that names the variable', () => {
  environment();
  expect(() => modelFromName('openai/gpt-5')).toThrow('The model openai/gpt-5 needs an API key: set OPENAI_API_KEY.');
  expect(() => modelFromName('groq/llama')).toThrow('GROQ_API_KEY');
});

test.each(['gpt-5', 'openai/', '/gpt-5', 'nobody/gpt-5', 'demo/rules-9', 'toString/x'])(
  'a name that nobody knows is refused: %s',
  (name) => {
    environment();
    expect(() => modelFromName(name)).toThrow(ChatError);
    expect(() => modelFromName(name)).toThrow(/provider\/model|no model/);
  },
);

test('with an address any provider will do', () => {
  environment();
  const model = modelFromName('mine/qwen3', { baseURL: 'http://localhost:9000/v1' });
  expect([model.provider, model.id]).toEqual(['mine', 'qwen3']);
});

test('every provider is reached by its name, with its key where one is needed', () => {
  for (const [name, { keyVariable, keyIsOptional }] of Object.entries(providers)) {
    environment(name === 'azure' ? { AZURE_OPENAI_ENDPOINT: 'https://a' } : {});
    const make = () => modelFromName(`${name}/some/model`);
    if (keyVariable !== undefined && !keyIsOptional) {
      expect(make).toThrow(`The model ${name}/some/model needs an API key: set ${keyVariable}.`);
      vi.stubEnv(keyVariable, 'key');
    }
    const model = make();
    expect([model.provider, model.id]).toEqual([name, 'some/model']);
    expect([name, URL.canParse(addressOf(model)!)]).toEqual([name, true]);
  }
});

test('a name may be asked at another address, over the same wire', async () => {
  environment({ GROQ_API_KEY: 'key' });
  const urls: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    urls.push(url);
    return new Response('');
  });
  for (const [name, baseURL] of [
    ['ollama/qwen3', 'http://gpu:11434'],
    ['ollama/qwen3', 'http://gpu:11434/v1'],
    ['groq/llama', 'http://proxy/openai/v1'],
    ['openai/qwen3', 'http://mine/v1'],
    ['mine/qwen3', 'http://mine/v1'],
  ] as const) {
    const model = modelFromName(name, { baseURL });
    const { signal } = new AbortController();
    for await (const _ of model.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() }));
  }
  vi.unstubAllGlobals();
  expect(urls).toEqual([
    'http://gpu:11434/api/chat',
    'http://gpu:11434/api/chat',
    'http://proxy/openai/v1/chat/completions',
    'http://mine/v1/chat/completions',
    'http://mine/v1/chat/completions',
  ]);
});

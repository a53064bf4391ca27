import { afterEach, expect, test, vi } from 'vitest';
import { ChatError } from '../../conversation/error.ts';
import { defaultModel, modelFromName } from './index.ts';

/** A machine on which no model server answers. */
const nobody: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
const keys = ['OPENAI', 'OPENROUTER', 'GROQ', 'CEREBRAS', 'MISTRAL', 'DEEPSEEK', 'XAI'];

function environment(values: Record<string, string> = {}): void {
  for (const key of keys) vi.stubEnv(`${key}_API_KEY`, undefined);
  vi.stubEnv('NODE_ENV', 'test');
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
}

afterEach(() => vi.unstubAllEnvs());

test('a key in the environment comes first, and the choice says why and where words go', async () => {
  environment({ MISTRAL_API_KEY: 'k', XAI_API_KEY: 'k' });
  const { model, because, where } = await defaultModel({ fetch: nobody });
  expect([model.provider, because, where]).toEqual(['mistral', 'MISTRAL_API_KEY is set', 'https://api.mistral.ai/v1']);
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

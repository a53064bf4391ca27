import { afterEach, expect, test, vi } from 'vitest';
import type { Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import { compatible, presets } from './index.ts';
import type { CompatibleOptions, PresetName } from './index.ts';

const variables = [
  ...Object.values(presets).flatMap(({ keyVariable }) => keyVariable ?? []),
  'AZURE_OPENAI_ENDPOINT',
  'OPENAI_API_VERSION',
  'LITELLM_PROXY_API_BASE',
];

function environment(values: Readonly<Record<string, string>> = {}): void {
  for (const name of variables) vi.stubEnv(name, values[name]);
}

afterEach(() => vi.unstubAllEnvs());

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly unknown[];
}

async function ask(options: CompatibleOptions, request: Partial<ModelRequest> = {}): Promise<Asked> {
  let asked: Omit<Asked, 'warnings'> | undefined;
  const model: Model = compatible({
    ...options,
    fetch: async (url, { headers, body }) => {
      asked = { url, headers, body: JSON.parse(String(body)) as Asked['body'] };
      return new Response('data: [DONE]\n\n');
    },
  });
  const { signal } = new AbortController();
  const events: ModelEvent[] = [];
  const whole = { messages: [], tools: [], settings: {}, signal, kept: new Map(), ...request };
  for await (const batch of model.stream(whole)) events.push(...('type' in batch ? [batch] : batch));
  if (!asked) throw new Error('nothing was asked');
  return { ...asked, warnings: events.filter(({ type }) => type === 'warning') };
}

test('every preset has an address, and asks there with its key', async () => {
  environment({ AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com' });
  for (const provider of Object.keys(presets) as PresetName[]) {
    const { url, headers } = await ask({ provider, model: 'm', apiKey: 'key' });
    expect([provider, URL.canParse(url), new URL(url).pathname.endsWith('/chat/completions')]).toEqual([
      provider,
      true,
      true,
    ]);
    const sent = provider === 'azure' ? headers['api-key'] : headers['authorization'];
    expect([provider, sent]).toEqual([provider, provider === 'azure' ? 'key' : 'Bearer key']);
  }
});

test('Azure is asked by deployment and version of its API, with the key as it is', async () => {
  environment({ AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/', AZURE_OPENAI_API_KEY: 'key' });
  const usual = await ask({ provider: 'azure', model: 'my gpt/5' }, { settings: { maxOutputTokens: 9 } });
  expect(usual).toMatchObject({
    url: 'https://mine.openai.azure.com/openai/deployments/my%20gpt%2F5/chat/completions?api-version=2024-10-21',
    body: { max_completion_tokens: 9 },
  });
  expect(usual.headers).toMatchObject({ 'api-key': 'key' });
  expect(usual.headers).not.toHaveProperty('authorization');
  vi.stubEnv('OPENAI_API_VERSION', '2025-04-01-preview');
  expect((await ask({ provider: 'azure', model: 'm' })).url).toContain('?api-version=2025-04-01-preview');
  const urls: string[] = [];
  const responses = compatible.responses({
    provider: 'azure',
    model: 'm',
    baseURL: 'https://mine.openai.azure.com/openai/v1',
    fetch: async (url, { headers }) => {
      urls.push(url, headers['api-key']!);
      return new Response('');
    },
  });
  const { signal } = new AbortController();
  for await (const _ of responses.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() }));
  expect(urls).toEqual(['https://mine.openai.azure.com/openai/v1/responses', 'key']);
  const own = 'https://mine.services.ai.azure.com/models?api-version=2024-05-01-preview';
  expect((await ask({ provider: 'azure', model: 'm', baseURL: own })).url).toBe(
    'https://mine.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview',
  );
});

test('Azure without an address says what to set', () => {
  environment();
  expect(() => compatible({ provider: 'azure', model: 'm' })).toThrow(
    'The address of azure/m is not known: set AZURE_OPENAI_ENDPOINT, or give baseURL.',
  );
});

test('servers that may run without a key are asked without one, and with it where there is one', async () => {
  environment({ LITELLM_PROXY_API_BASE: 'https://proxy.example/', VLLM_API_KEY: 'own' });
  const proxy = await ask({ provider: 'litellm', model: 'm' });
  expect(proxy.url).toBe('https://proxy.example/chat/completions');
  expect(proxy.headers).not.toHaveProperty('authorization');
  expect((await ask({ provider: 'vllm', model: 'm' })).headers).toMatchObject({ authorization: 'Bearer own' });
  await expect(ask({ provider: 'groq', model: 'm' })).rejects.toMatchObject({ code: 'auth' });
  await expect(ask({ provider: 'vllm', model: 'm', keyVariable: 'NOT_SET' })).rejects.toThrow('Set NOT_SET');
});

test('Perplexity is not sent tools, and a warning says so', async () => {
  const tools = [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }];
  const settings = { toolChoice: 'required', parallelToolCalls: false } as const;
  const { body, warnings } = await ask({ provider: 'perplexity', model: 'sonar', apiKey: 'k' }, { tools, settings });
  expect(body).not.toHaveProperty('tools');
  expect(warnings).toEqual([
    { type: 'warning', setting: 'toolChoice', reason: 'perplexity/sonar does not take the setting toolChoice.' },
    {
      type: 'warning',
      setting: 'parallelToolCalls',
      reason: 'perplexity/sonar does not take the setting parallelToolCalls.',
    },
    { type: 'warning', reason: 'perplexity/sonar has no tools: those of the chat are left out.' },
  ]);
});

test('Perplexity is sent no call and no message of a tool (rule W2)', async () => {
  const call = { id: 'c', name: 'add', arguments: '{"x":1}', revision: 1, state: 'completed', output: 5 } as const;
  const answer: Message = { id: 'm', role: 'assistant', at: 0, parts: [{ type: 'tool', call }] };
  const { body, warnings } = await ask({ provider: 'perplexity', model: 'sonar', apiKey: 'k' }, { messages: [answer] });
  const text = '[The tool add was called with {"x":1}. Result: 5]';
  expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text }] }]);
  expect(warnings).toMatchObject([{ reason: expect.stringContaining('told in words') }]);
});

test('Moonshot may be told to call no tool, and cannot be made to call one', async () => {
  const tools = [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }];
  const of = (toolChoice: 'none' | 'required') =>
    ask({ provider: 'moonshot', model: 'm', apiKey: 'k' }, { tools, settings: { toolChoice } });
  expect(await of('none')).toMatchObject({ body: { tool_choice: 'none' }, warnings: [] });
  const required = await of('required');
  expect(required.body).not.toHaveProperty('tool_choice');
  expect(required.warnings).toMatchObject([{ setting: 'toolChoice', reason: expect.stringContaining('auto or none') }]);
});

test('where reasoning must stand before a call, a space stands for that of another provider (rule W2)', async () => {
  const call = { id: 'c', name: 'add', arguments: '{}', revision: 1, state: 'completed', output: 5 } as const;
  const answer: Message = {
    id: 'm',
    role: 'assistant',
    at: 0,
    model: { provider: 'other', id: 'm' },
    parts: [
      { type: 'reasoning', text: 'secret' },
      { type: 'tool', call },
    ],
  };
  const asked: Message = { id: 'u', role: 'user', at: 0, parts: [{ type: 'text', text: 'Hi' }] };
  for (const provider of ['deepseek', 'moonshot'] as const) {
    const { body } = await ask({ provider, model: 'm', apiKey: 'k' }, { messages: [asked, answer] });
    expect(body['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', reasoning_content: ' ' },
      { role: 'tool' },
    ]);
  }
  const { body } = await ask({ provider: 'groq', model: 'm', apiKey: 'k' }, { messages: [asked, answer] });
  expect(JSON.stringify(body)).not.toContain('reasoning_content');
});

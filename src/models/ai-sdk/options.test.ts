import { describe, expect, test } from 'vitest';
import type { ModelRequest, Settings } from '../../chat/model.ts';
import { bridgeTo } from './bridge.ts';
import { callOptions } from './options.ts';
import { providerTool } from './provider-tool.ts';

interface To {
  readonly provider?: string;
  readonly version?: 'v3' | 'v4';
}

interface Asked {
  readonly options: Readonly<Record<string, unknown>>;
  readonly warned: readonly (string | undefined)[];
}

const tools = [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }];

function ask(parts: Partial<ModelRequest> = {}, { provider = 'test.chat', version = 'v4' }: To = {}): Asked {
  const { signal } = new AbortController();
  const request: ModelRequest = { messages: [], tools, settings: {}, signal, kept: new Map(), ...parts };
  const bridge = bridgeTo({ specificationVersion: version, provider, modelId: 'm' });
  const { options, warnings } = callOptions(request, bridge, signal);
  return { options, warned: warnings.map((event) => (event.type === 'warning' ? event.setting : undefined)) };
}

const settingsOf = (settings: Settings, to?: To): Asked => ask({ settings }, to);

/** What each setting may say; a new setting does not compile until it stands here. */
const values: { readonly [Name in keyof Required<Settings>]: readonly Settings[Name][] } = {
  temperature: [0.5],
  maxOutputTokens: [9],
  topP: [0.9],
  topK: [3],
  stop: [['x']],
  seed: [7],
  presencePenalty: [0.1],
  frequencyPenalty: [0.2],
  reasoning: ['off', 'low', 'medium', 'high', { budget: 1024 }],
  toolChoice: ['auto', 'none', 'required', { tool: 'add' }],
  parallelToolCalls: [false, true],
  cache: [true, false],
  providerOptions: [{ test: { a: 1 } }],
  headers: [{ 'x-own': '1' }],
};

describe('each setting is found in the options or as a warning, never neither (P1)', () => {
  const providers = ['test.chat', 'openai.responses', 'openai.chat', 'azure.responses', 'anthropic.messages'];
  const more = ['google.generative-ai', 'mistral.chat', 'groq.chat', 'amazon-bedrock'];
  for (const version of ['v3', 'v4'] as const) {
    test.each([...providers, ...more])(`of %s, version ${version}`, (provider) => {
      const without = settingsOf({}, { provider, version });
      expect(without.warned).toEqual([]);
      for (const [name, all] of Object.entries(values)) {
        for (const value of all) {
          const { options, warned } = settingsOf({ [name]: value }, { provider, version });
          const isChanged = JSON.stringify(options) !== JSON.stringify(without.options);
          const isToldOnce = isChanged ? warned.length === 0 : warned.length === 1 && warned[0] === name;
          expect([name, value, options, warned, isToldOnce]).toEqual([name, value, options, warned, true]);
        }
      }
    });
  }
});

test('settings have the names of the specification', () => {
  const { options } = settingsOf({
    temperature: 0.5,
    maxOutputTokens: 9,
    topP: 0.9,
    topK: 3,
    stop: ['x'],
    seed: 7,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    reasoning: 'high',
    toolChoice: { tool: 'add' },
    headers: { 'x-own': '1' },
    providerOptions: { test: { a: 1 } },
  });
  expect(options).toEqual({
    prompt: [],
    abortSignal: expect.any(AbortSignal),
    includeRawChunks: false,
    temperature: 0.5,
    maxOutputTokens: 9,
    topP: 0.9,
    topK: 3,
    stopSequences: ['x'],
    seed: 7,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    reasoning: 'high',
    toolChoice: { type: 'tool', toolName: 'add' },
    tools: [{ type: 'function', name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }],
    headers: { 'x-own': '1' },
    providerOptions: { test: { a: 1 } },
  });
});

test('instructions are the first message', () => {
  expect(ask({ instructions: 'Be brief.' }).options['prompt']).toEqual([{ role: 'system', content: 'Be brief.' }]);
});

test('an output is a response format', () => {
  const schema = { type: 'object' };
  expect(ask({ output: { name: 'invoice', schema } }).options['responseFormat']).toEqual({
    type: 'json',
    schema,
    name: 'invoice',
  });
});

test('a choice among no tools is warned of only where a call was demanded', () => {
  const without = (toolChoice: Settings['toolChoice'] & {}): Asked => ask({ tools: [], settings: { toolChoice } });
  expect(without('required')).toMatchObject({ warned: ['toolChoice'] });
  expect(without({ tool: 'add' })).toMatchObject({ warned: ['toolChoice'] });
  expect(without('none').warned).toEqual([]);
  expect(without('none').options).not.toHaveProperty('toolChoice');
  expect(ask({ tools: [], settings: { parallelToolCalls: false } }, { provider: 'openai.chat' }).warned).toEqual([]);
});

describe('what the specification does not know becomes an option of the provider', () => {
  test.each<[string, Settings, object]>([
    ['openai.chat', { parallelToolCalls: false }, { openai: { parallelToolCalls: false } }],
    ['mistral.chat', { parallelToolCalls: true }, { mistral: { parallelToolCalls: true } }],
    ['anthropic.messages', { parallelToolCalls: false }, { anthropic: { disableParallelToolUse: true } }],
    [
      'anthropic.messages',
      { reasoning: { budget: 2048 } },
      { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } },
    ],
    ['anthropic.messages', { cache: true }, { anthropic: { cacheControl: { type: 'ephemeral' } } }],
    ['google.generative-ai', { reasoning: { budget: 9 } }, { google: { thinkingConfig: { thinkingBudget: 9 } } }],
  ])('%s: %j', (provider, settings, options) => {
    expect(settingsOf(settings, { provider }).options['providerOptions']).toEqual(options);
  });

  test('under the options of the user', () => {
    const providerOptions = { anthropic: { disableParallelToolUse: false }, other: { a: 1 } };
    const { options } = settingsOf({ parallelToolCalls: false, providerOptions }, { provider: 'anthropic.messages' });
    expect(options['providerOptions']).toEqual(providerOptions);
  });
});

describe('stored answers of a provider are not used, unless the user says so', () => {
  const options = (provider: string, providerOptions: Settings['providerOptions'] = {}): unknown =>
    settingsOf({ providerOptions }, { provider }).options['providerOptions'];

  test('by the name under which the package looks', () => {
    expect(options('openai.responses')).toEqual({ openai: { store: false } });
    expect(options('openai.responses', { openai: { user: 'u' } })).toEqual({ openai: { store: false, user: 'u' } });
    expect(options('openai.responses', { openai: { store: true } })).toEqual({ openai: { store: true } });
    expect(options('azure.responses')).toEqual({ azure: { store: false } });
    // Azure's package takes these as a whole, and then no others.
    expect(options('azure.responses', { openai: { user: 'u' } })).toEqual({ openai: { store: false, user: 'u' } });
    expect(options('openai.chat')).toBeUndefined();
  });
});

describe('tools of a provider', () => {
  const search = { id: 'openai.web_search', args: { searchContextSize: 'low' } };

  test('are those that its package made', () => {
    expect(ask({ tools: [], providerTools: [providerTool(search)] }).options['tools']).toEqual([
      { type: 'provider', id: 'openai.web_search', name: 'web_search', args: { searchContextSize: 'low' } },
    ]);
    expect(providerTool(search, 'look')).toEqual({
      name: 'look',
      provider: 'ai-sdk',
      kind: 'openai.web_search',
      options: { searchContextSize: 'low' },
    });
  });

  test('of another provider are warned of', () => {
    const other = { name: 'search', provider: 'openai', kind: 'web_search', options: {} };
    const { options, warned } = ask({ tools: [], providerTools: [other] });
    expect(options).not.toHaveProperty('tools');
    expect(warned).toEqual([undefined]);
  });
});

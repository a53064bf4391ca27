import { describe, expect, test } from 'vitest';
import type { ModelRequest, OutputDeclaration, Settings, ToolDeclaration } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import { familyOf } from './family.ts';
import { anthropic } from './index.ts';
import { messagesRequest } from './request.ts';

const add: ToolDeclaration = { name: 'add', description: 'Adds.', inputSchema: { type: 'object' } };

interface Asked {
  readonly body: Readonly<Record<string, unknown>>;
  readonly warned: readonly (string | undefined)[];
  readonly reasons: readonly string[];
  readonly beta: string | undefined;
}

function ask(model: string, settings: Settings, more: Partial<ModelRequest> = {}): Asked {
  const wire = { provider: 'anthropic', model, family: familyOf(model), betas: [], citations: false };
  const { signal } = new AbortController();
  const request = { messages: [], tools: [add], settings, signal, kept: new Map(), ...more };
  const { body, warnings, headers } = messagesRequest(request, wire);
  const told = warnings.filter((event) => event.type === 'warning');
  return {
    body: JSON.parse(String(body)) as Asked['body'],
    warned: told.map(({ setting }) => setting),
    reasons: told.map(({ reason }) => reason),
    beta: headers?.['anthropic-beta'],
  };
}

const dropping = { prefix_mismatch_behavior: 'drop_block' };
const adaptive = { type: 'adaptive', display: 'summarized' };

describe('thinking is asked for as the family takes it', () => {
  test.each<[string, NonNullable<Settings['reasoning']>, unknown, unknown, number]>([
    ['claude-opus-4-1-20250805', 'low', { type: 'enabled', budget_tokens: 4096 }, undefined, 0],
    ['claude-sonnet-4-5', 'medium', { type: 'enabled', budget_tokens: 16_000 }, undefined, 0],
    ['claude-haiku-4-5', 'high', { type: 'enabled', budget_tokens: 32_000 }, undefined, 0],
    ['claude-haiku-4-5', { budget: 2000 }, { type: 'enabled', budget_tokens: 2000 }, undefined, 0],
    ['claude-haiku-4-5', { budget: 10 }, { type: 'enabled', budget_tokens: 1024 }, undefined, 1],
    ['claude-haiku-4-5', { budget: 90_000 }, { type: 'enabled', budget_tokens: 62_976 }, undefined, 1],
    ['claude-haiku-4-5', 'off', { type: 'disabled' }, undefined, 0],
    ['claude-sonnet-4-6', 'low', adaptive, { effort: 'low' }, 0],
    ['claude-sonnet-4-6', { budget: 2000 }, { type: 'enabled', budget_tokens: 2000 }, undefined, 0],
    ['claude-opus-4-8', 'high', adaptive, { effort: 'high' }, 0],
    ['claude-opus-4-7', { budget: 2000 }, adaptive, { effort: 'low' }, 1],
    ['claude-opus-5', { budget: 10_000 }, adaptive, { effort: 'medium' }, 1],
    ['claude-sonnet-5', { budget: 50_000 }, adaptive, { effort: 'high' }, 1],
    ['claude-opus-5', 'off', { type: 'disabled' }, undefined, 0],
    ['claude-fable-5', 'off', undefined, { effort: 'low' }, 1],
    ['claude-fable-5-1', 'low', { ...adaptive, block_binding: dropping }, { effort: 'low' }, 0],
    ['claude-opus-5-5', 'off', { type: 'adaptive', block_binding: dropping }, { effort: 'low' }, 1],
    ['claude-sonnet-5-5', 'off', { type: 'between_tools' }, undefined, 1],
    ['claude-haiku-5-5', 'off', { type: 'disabled' }, undefined, 0],
    ['claude-nova-7', 'medium', { ...adaptive, block_binding: dropping }, { effort: 'medium' }, 0],
    ['claude-3-5-haiku-20241022', 'high', undefined, undefined, 1],
    ['claude-3-5-haiku-20241022', 'off', undefined, undefined, 0],
    ['claude-opus-5', { budget: 0 }, { type: 'disabled' }, undefined, 0],
    ['another-model', 'low', { type: 'enabled', budget_tokens: 4096 }, undefined, 0],
  ])('%s, %j', (model, reasoning, thinking, config, warnings) => {
    const { body, warned } = ask(model, { reasoning });
    expect([body['thinking'], body['output_config']]).toEqual([thinking, config]);
    expect(warned).toEqual(Array.from({ length: warnings }, () => 'reasoning'));
  });

  test('and where nobody asks, as the provider does; what is bound to earlier words may be dropped', () => {
    for (const model of ['claude-haiku-4-5', 'claude-opus-4-8', 'claude-opus-5', 'claude-haiku-5-5']) {
      expect(ask(model, {}).body).not.toHaveProperty('thinking');
    }
    const { body, beta } = ask('claude-fable-5-2', {});
    expect(body['thinking']).toEqual({ type: 'adaptive', block_binding: dropping });
    expect(beta).toBe('thinking-binding-controls-2026-08-01');
  });

  test('a budget fits into the tokens of the answer, or there is none', () => {
    const asked = (reasoning: Settings['reasoning'], maxOutputTokens: number) => {
      const { body, warned } = ask('claude-haiku-4-5', { reasoning: reasoning!, maxOutputTokens });
      const { budget_tokens: budget } = (body['thinking'] ?? {}) as { budget_tokens?: number };
      return [body['max_tokens'], budget, warned.length];
    };
    expect(asked('high', 4096)).toEqual([4096, 3072, 0]);
    expect(asked({ budget: 4000 }, 4096)).toEqual([4096, 3072, 1]);
    expect(asked('low', 1500)).toEqual([1500, 1024, 0]);
    expect(asked('low', 1024)).toEqual([1024, undefined, 1]);
    expect(asked('low', 9)).toEqual([9, undefined, 1]);
  });

  test('by a budget never where a tool call is demanded', () => {
    const { body, warned } = ask('claude-haiku-4-5', { reasoning: 'low', toolChoice: 'required' });
    expect(body).not.toHaveProperty('thinking');
    expect(body['tool_choice']).toEqual({ type: 'any' });
    expect(warned).toEqual(['reasoning']);
    expect(ask('claude-opus-4-8', { reasoning: 'low', toolChoice: 'required' }).warned).toEqual([]);
  });
});

describe('in a tool loop', () => {
  const call = {
    type: 'tool',
    call: { id: 'c', name: 'add', arguments: '{}', revision: 1, state: 'completed' },
  } as never;
  const origin = { provider: 'anthropic', model: 'm', data: { signature: 's' } };
  const redacted = { provider: 'anthropic', model: 'm', data: { block: { type: 'redacted_thinking', data: 'x' } } };
  const turn = (role: Message['role'], ...parts: Part[]): Message => ({ id: role, role, parts, at: 0 });
  const word = turn('user', { type: 'text', text: 'Hi' });
  const asked = (...messages: Message[]) => ask('claude-haiku-4-5', { reasoning: 'low' }, { messages });

  test('that began without thinking, or whose thinking was cut, thinking is off, with a warning (rule W2)', () => {
    for (const first of [
      turn('assistant', call),
      turn('assistant', { type: 'reasoning', text: 'cut' }, call),
      turn('assistant', { type: 'reasoning', text: 'x', origin: { ...origin, provider: 'elsewhere' } }, call),
    ]) {
      const { body, reasons } = asked(word, first, turn('assistant', call));
      expect(body).not.toHaveProperty('thinking');
      expect(reasons).toEqual([expect.stringContaining('without thinking that can be sent back')]);
    }
  });

  test('that began with it, or after a new word, it stays on', () => {
    const signed = turn('assistant', { type: 'reasoning', text: '', origin }, call);
    const encrypted = turn('assistant', { type: 'reasoning', text: '', origin: redacted }, call);
    for (const messages of [
      [word, signed],
      [word, encrypted],
      [word, signed, turn('assistant', call)],
      [word, turn('assistant', call), word],
      [word, turn('assistant', { type: 'text', text: 'cut' })],
    ]) {
      expect(asked(...messages)).toMatchObject({ body: { thinking: { type: 'enabled' } }, warned: [] });
    }
  });

  test('of a model that thinks by effort nothing has to be first', () => {
    const { body } = ask('claude-opus-4-8', { reasoning: 'low' }, { messages: [word, turn('assistant', call)] });
    expect(body['thinking']).toEqual(adaptive);
  });
});

describe('what would be refused is not sent, and warned of', () => {
  test.each<[string, Settings, Record<string, unknown>, readonly string[]]>([
    ['claude-haiku-4-5', { temperature: 0.5, topK: 3 }, { temperature: 0.5, top_k: 3 }, []],
    ['claude-haiku-4-5', { temperature: 1.5 }, { temperature: 1 }, ['temperature']],
    ['claude-haiku-4-5', { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, ['topP']],
    ['claude-haiku-4-5', { topP: 0.9 }, { top_p: 0.9 }, []],
    ['claude-haiku-4-5', { reasoning: 'low', temperature: 0.5, topK: 3 }, {}, ['temperature', 'topK']],
    ['claude-haiku-4-5', { reasoning: 'low', topP: 0.9 }, {}, ['topP']],
    ['claude-haiku-4-5', { reasoning: 'low', topP: 0.96 }, { top_p: 0.96 }, []],
    ['claude-sonnet-4-6', { reasoning: 'low', temperature: 0.5 }, {}, ['temperature']],
    ['claude-sonnet-4-6', { reasoning: 'off', temperature: 0.5 }, { temperature: 0.5 }, []],
    ['claude-opus-4-8', { temperature: 0.5, topP: 0.99, topK: 1 }, {}, ['temperature', 'topK', 'topP']],
    ['another-model', { temperature: 1.5, topP: 0.9 }, { temperature: 1.5, top_p: 0.9 }, []],
  ])('%s, %j', (model, settings, sent, warned) => {
    const told = ask(model, settings);
    const { temperature, top_p, top_k } = told.body;
    expect({ temperature, top_p, top_k }).toEqual({
      temperature: undefined,
      top_p: undefined,
      top_k: undefined,
      ...sent,
    });
    expect(told.warned).toEqual(warned);
  });

  test('more tokens than the model gives', () => {
    expect(ask('claude-haiku-4-5', { maxOutputTokens: 100_000 })).toMatchObject({
      body: { max_tokens: 64_000 },
      warned: ['maxOutputTokens'],
    });
    expect(ask('another-model', { maxOutputTokens: 100_000 })).toMatchObject({
      body: { max_tokens: 100_000 },
      warned: [],
    });
  });

  test.each([
    ['claude-3-haiku-20240307', 4096],
    ['claude-3-5-sonnet-20241022', 8192],
    ['claude-3-7-sonnet-20250219', 32_000],
    ['claude-sonnet-4-20250514', 32_000],
    ['claude-opus-4-5-20251101', 64_000],
    ['anthropic.claude-opus-4-6-v1', 128_000],
    ['claude-opus-5-20260701', 128_000],
    ['another-model', 8192],
  ])('where nobody sets a limit, %s may say %i tokens', (model, tokens) => {
    expect(ask(model, {}).body['max_tokens']).toBe(tokens);
  });

  test('a demand for a call, where the model cannot be forced', () => {
    for (const model of ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-fable-5-1', 'claude-nova-7']) {
      const { body, warned } = ask(model, { toolChoice: { tool: 'add' } });
      expect([body['tool_choice'], warned]).toEqual([{ type: 'auto' }, ['toolChoice']]);
    }
  });
});

describe('tools', () => {
  test.each<[Settings, unknown]>([
    [{ toolChoice: 'auto' }, { type: 'auto' }],
    [{ toolChoice: 'none', parallelToolCalls: false }, { type: 'none' }],
    [{ toolChoice: 'required' }, { type: 'any' }],
    [{ toolChoice: { tool: 'add' } }, { type: 'tool', name: 'add' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { parallelToolCalls: true, toolChoice: 'required' },
      { type: 'any', disable_parallel_tool_use: false },
    ],
    [{}, undefined],
  ])('%j', (settings, choice) => {
    expect(ask('claude-opus-4-8', settings).body['tool_choice']).toEqual(choice);
  });

  test('of the provider are chosen by the names that they were declared by', () => {
    const providerTools = [anthropic.webSearch({ name: 'look' })];
    const { body } = ask('claude-opus-4-8', { toolChoice: { tool: 'look' } }, { providerTools });
    expect(body['tool_choice']).toEqual({ type: 'tool', name: 'web_search' });
  });

  test('of the provider are declared with their versions; those of others are warned of, once', () => {
    const kept = new Map<unknown, unknown>();
    const providerTools = [
      anthropic.webSearch({
        maxUses: 3,
        allowedDomains: ['a.test'],
        user_location: { type: 'approximate', city: 'Ulm' },
      }),
      anthropic.webFetch({ type: 'web_fetch_20260318', citations: { enabled: true } }),
      anthropic.codeExecution(),
      anthropic.mcp({ name: 'mine', url: 'https://mcp', authorizationToken: 't', allowedTools: ['echo'] }),
      { name: 'theirs', provider: 'elsewhere', kind: 'x', options: {} },
    ];
    const settings = { providerOptions: { anthropic: { tools: [{ type: 'memory_20250818', name: 'memory' }] } } };
    const { body, reasons, beta } = ask('claude-opus-4-8', settings, { providerTools, kept });
    expect(body['tools']).toEqual([
      { name: 'add', description: 'Adds.', input_schema: { type: 'object' } },
      {
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: 3,
        allowed_domains: ['a.test'],
        user_location: { type: 'approximate', city: 'Ulm' },
      },
      { type: 'web_fetch_20260318', name: 'web_fetch', citations: { enabled: true } },
      { type: 'code_execution_20250825', name: 'code_execution' },
      {
        type: 'mcp_toolset',
        mcp_server_name: 'mine',
        default_config: { enabled: false },
        configs: { echo: { enabled: true } },
      },
      { type: 'memory_20250818', name: 'memory' },
    ]);
    expect(body['mcp_servers']).toEqual([{ type: 'url', url: 'https://mcp', name: 'mine', authorization_token: 't' }]);
    expect(beta).toBe('mcp-client-2025-11-20');
    expect(reasons).toEqual(["anthropic/claude-opus-4-8 does not run the tool theirs: it is another provider's."]);
  });
});

describe('what only the provider knows', () => {
  test('are sent as they are, beside what we say', () => {
    const options = { output_config: { effort: 'max' }, metadata: { user_id: 'u' }, mcp_servers: [{ name: 'theirs' }] };
    const providerTools = [anthropic.mcp({ name: 'mine', url: 'https://mcp' })];
    const { body } = ask(
      'claude-opus-4-8',
      { reasoning: 'low', providerOptions: { anthropic: options } },
      { providerTools },
    );
    expect(body).toMatchObject({
      thinking: adaptive,
      output_config: { effort: 'max' },
      metadata: { user_id: 'u' },
      mcp_servers: [{ name: 'mine' }, { name: 'theirs' }],
    });
  });

  test('do not make it another request', () => {
    const options = { model: 'x', system: 'y', messages: [], stream: false, service_tier: 'auto' };
    const { body, warned } = ask('claude-opus-4-8', { providerOptions: { anthropic: options } });
    expect(warned).toEqual(Array.from({ length: 4 }, () => 'providerOptions'));
    expect(body).toMatchObject({ model: 'claude-opus-4-8', stream: true, service_tier: 'auto' });
  });
});

describe('a structured output', () => {
  const asked = (schema: OutputDeclaration['schema'], settings: Settings = {}) =>
    ask('claude-opus-4-8', settings, { output: { name: 'answer', schema } });

  test('is asked for as the provider takes it: closed, and bounds in words', () => {
    const schema = {
      type: 'object',
      properties: {
        age: { type: 'integer', minimum: 0, description: 'In years.' },
        mail: { type: 'string', format: 'email' },
        code: { type: 'string', format: 'odd', minLength: 3 },
        tags: { type: 'array', items: { oneOf: [{ const: 'a' }, { $ref: '#/$defs/tag' }] }, maxItems: 3 },
      },
      required: ['age'],
      additionalProperties: false,
      $defs: { tag: { type: 'object', properties: { name: { type: 'string' } } } },
    };
    const { body, warned } = asked(schema, { reasoning: 'low' });
    expect(warned).toEqual([]);
    expect(body['output_config']).toEqual({
      effort: 'low',
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            age: { type: 'integer', description: 'In years. (minimum: 0)' },
            mail: { type: 'string', format: 'email' },
            code: { type: 'string', description: '(format: "odd", minLength: 3)' },
            tags: {
              type: 'array',
              items: { anyOf: [{ const: 'a' }, { $ref: '#/$defs/tag' }] },
              description: '(maxItems: 3)',
            },
          },
          required: ['age'],
          additionalProperties: false,
          $defs: { tag: { type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false } },
        },
      },
    });
  });

  test.each([
    ['any object', { type: 'object' }],
    ['a record', { type: 'object', properties: {}, additionalProperties: { type: 'number' } }],
    ['anything inside', { type: 'object', properties: { a: {} } }],
    ['any list', { type: 'object', properties: { a: { type: 'array' } } }],
    ['itself', { type: 'object', properties: { a: { $ref: '#' } } }],
    [
      'a circle',
      { $ref: '#/$defs/a', $defs: { a: { type: 'object', properties: { b: { anyOf: [{ $ref: '#/$defs/a' }] } } } } },
    ],
    ['what is elsewhere', { type: 'object', properties: { a: { $ref: 'https://s' } } }],
  ])('of %s is asked for in words, with a warning', (_what, schema) => {
    const { body, reasons } = asked(schema);
    expect(body).not.toHaveProperty('output_config');
    expect(JSON.stringify(body['system'])).toContain('Your last answer is JSON and nothing else');
    expect(reasons).toEqual([expect.stringContaining('cannot be held to the schema of the output')]);
  });
});

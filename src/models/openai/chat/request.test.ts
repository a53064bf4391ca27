import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelRequest, Settings, ToolDeclaration } from '../../../chat/model.ts';
import type { Message } from '../../../conversation/message.ts';
import type { Part } from '../../../conversation/part.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { compatible } from '../../compatible/index.ts';
import { presets } from '../../compatible/presets.ts';
import type { Preset } from '../../compatible/presets.ts';
import { openai } from '../index.ts';
import { chatCompletions } from './index.ts';
import type { ChatWire, Quirks } from './quirks.ts';
import { chatRequest } from './request.ts';

let count = 0;

function message(role: Message['role'], ...parts: (Part | string)[]): Message {
  count += 1;
  const model = { provider: 'test', id: 'model' };
  return {
    id: `m${count}`,
    role,
    parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
    at: 0,
    ...(role === 'assistant' && { model }),
  };
}

function call(more: Partial<ToolCall> = {}): Part {
  count += 1;
  const facts = { id: `own-${count}`, name: 'add', arguments: '{"x": 1}', revision: 3 };
  return { type: 'tool', call: { ...facts, state: 'completed', output: 'done', ...more } as ToolCall };
}

const add: ToolDeclaration = { name: 'add', description: 'Adds.', inputSchema: { type: 'object' } };

function wireOf(quirks: Quirks = {}): ChatWire {
  return { provider: 'test', model: 'model', quirks };
}

interface Asked extends Partial<ModelRequest> {
  readonly quirks?: Quirks;
}

interface Body extends Record<string, unknown> {
  readonly messages: readonly Record<string, unknown>[];
}

function ask({ quirks, ...request }: Asked, wire = wireOf(quirks)) {
  const signal = new AbortController().signal;
  const { body, warnings } = chatRequest(
    { messages: [], tools: [], settings: {}, signal, kept: new Map(), ...request },
    wire,
  );
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return { body: JSON.parse(text) as Body, text, warnings, isText: typeof body === 'string' };
}

function messagesOf(messages: readonly Message[], quirks: Quirks = {}): Body['messages'] {
  return ask({ messages, quirks }).body.messages;
}

describe('messages', () => {
  test('begin with the instructions', () => {
    const asked = ask({ instructions: 'Be kind.', messages: [message('user', 'Hi'), message('assistant', 'Hello')] });
    expect(asked.body).toEqual({
      model: 'model',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('that are empty are not sent, and reasoning and sources are not', () => {
    const reasoning: Part = { type: 'reasoning', text: 'hm' };
    const source: Part = { type: 'source', url: 'u' };
    const messages = [
      message('user'),
      message('user', ''),
      message('assistant', reasoning, source),
      message('user', 'a', '', 'b'),
    ];
    const content = ['a', 'b'].map((text) => ({ type: 'text', text }));
    expect(messagesOf(messages)).toEqual([{ role: 'user', content }]);
  });

  test('of a refusal hold what was said instead', () => {
    expect(messagesOf([message('assistant', { type: 'data', name: 'refusal', data: 'No.' })])).toEqual([
      { role: 'assistant', content: 'No.' },
    ]);
  });

  test('may hold files', () => {
    const file = (mediaType: string, source: Extract<Part, { type: 'file' }>['source'], name?: string): Part => ({
      type: 'file',
      mediaType,
      source,
      ...(name !== undefined && { name }),
    });
    const base64 = { type: 'base64', data: 'AAAA' } as const;
    const user = message(
      'user',
      file('image/png', { type: 'url', url: 'http://i' }),
      file('image/png', base64),
      file('audio/wav', base64),
      file('application/pdf', base64, 'a.pdf'),
      file('application/pdf', { type: 'provider', provider: 'test', id: 'f1' }),
    );
    expect(messagesOf([user])[0]?.['content']).toEqual([
      { type: 'image_url', image_url: { url: 'http://i' } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
      { type: 'file', file: { file_id: 'f1' } },
    ]);
    const elsewhere = message('user', file('application/pdf', { type: 'url', url: 'http://x' }));
    expect(() => messagesOf([elsewhere])).toThrow('it cannot be sent a file of type application/pdf');
  });
});

describe('a tool call', () => {
  test('goes back as it came, with its result right behind it (rule W1)', () => {
    const origin = { provider: 'test', model: 'model', data: { extra_content: { signature: 's' } } };
    const first = { ...call({ providerId: 'c1', arguments: '{ "x" : 1 }' }), origin };
    const failed = call({ providerId: 'c2', state: 'rejected', reason: 'no' });
    expect(messagesOf([message('assistant', 'Well.', first, failed), message('user', 'Go on')])).toEqual([
      {
        role: 'assistant',
        content: 'Well.',
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'add', arguments: '{ "x" : 1 }' },
            extra_content: { signature: 's' },
          },
          { id: 'c2', type: 'function', function: { name: 'add', arguments: '{"x": 1}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
      { role: 'tool', tool_call_id: 'c2', content: 'Not executed: a person rejected it: no' },
      { role: 'user', content: 'Go on' },
    ]);
  });

  test('gets an id when its own is absent or was used before (rule W2)', () => {
    const messages = [
      message('assistant', call({ providerId: 'same' }), call({ id: 'mine' })),
      message(
        'assistant',
        call({ id: 'again', providerId: 'same' }),
        call({ id: 'other', providerId: 'x'.repeat(90) }),
      ),
    ];
    const sent = messagesOf(messages);
    expect(sent.flatMap((one) => one['tool_call_id'] ?? [])).toEqual(['same', 'mine', 'again', 'other']);
    const short = messagesOf(messages, { callIds: 'nine' }).flatMap((one) => one['tool_call_id'] ?? []);
    expect(new Set(short).size).toBe(4);
    for (const id of short) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
  });

  test('that the provider ran itself is not sent', () => {
    expect(messagesOf([message('assistant', 'a', call({ providerExecuted: true }))])).toEqual([
      { role: 'assistant', content: 'a' },
    ]);
  });

  test('of which only half came is sent as the server bears it (rule W2)', () => {
    const broken = message(
      'assistant',
      call({ arguments: '{"x', incomplete: true, state: 'failed', reason: 'cut', outcome: 'none' }),
    );
    const sent = (quirks: Quirks) => JSON.stringify(messagesOf([broken], quirks)[0]?.['tool_calls']);
    expect(sent({})).toContain('"arguments":"{}"');
    expect(sent({ brokenArguments: 'verbatim' })).toContain(String.raw`"arguments":"{\"x"`);
  });

  test('may show images: in its result, or behind all results with a warning (rule W2)', () => {
    const image: Part = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' } };
    const content = [{ type: 'text', text: 'see' } as const, image];
    const shown = message('assistant', call({ providerId: 'c1', state: 'completed', content }), call({ id: 'mine' }));
    const sent = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const kept = new Map<unknown, unknown>();
    const wire = wireOf();
    const { body, warnings } = ask({ messages: [shown], kept }, wire);
    expect(body.messages.slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'see' },
      { role: 'tool', tool_call_id: 'mine', content: 'done' },
      { role: 'user', content: [{ type: 'text', text: 'From the result of add (c1):' }, sent] },
    ]);
    expect(warnings).toEqual([
      {
        type: 'warning',
        reason: 'test/model takes only text in the result of a tool: the files of add follow in a message of the user.',
      },
    ]);
    // Said once in a conversation.
    expect(ask({ messages: [shown, message('user', 'and?')], kept }, wire).warnings).toEqual([]);

    const whole = ask({ messages: [shown], quirks: { imagesInResults: true } });
    expect(whole.body.messages[1]).toEqual({
      role: 'tool',
      tool_call_id: 'c1',
      content: [{ type: 'text', text: 'see' }, sent],
    });
    expect(whole.warnings).toEqual([]);
  });

  test('whose file cannot be sent says so to the model, and in a warning', () => {
    const video: Part = { type: 'file', mediaType: 'video/mp4', source: { type: 'url', url: 'http://v' } };
    const shown = message('assistant', call({ providerId: 'c1', state: 'completed', content: [video] }));
    const { body, warnings } = ask({ messages: [shown], quirks: { imagesInResults: true } });
    expect(body.messages[1]?.['content']).toEqual([
      { type: 'text', text: '(A file of type video/mp4 that cannot be shown here.)' },
    ]);
    expect(warnings).toMatchObject([
      { reason: 'test/model cannot be sent the file of type video/mp4 in the result of add.' },
    ]);
  });

  test('of every settled state has a result, and an edit is told in it (rules W1, W2)', () => {
    const facts = { outcome: 'none', reason: 'why' } as const;
    const settled = [
      call({ state: 'completed' }),
      call({ state: 'failed', ...facts }),
      call({ state: 'denied', by: 'policy' }),
      call({ state: 'rejected' }),
      call({ state: 'cancelled', by: 'stop', outcome: 'unknown' }),
      call({
        input: { x: 2 },
        decisions: [{ decision: { type: 'approve', input: { x: 2 } }, by: 'ada', at: 1, revision: 1 }] as never,
      }),
    ];
    const sent = messagesOf([message('assistant', ...settled)]);
    expect(sent.map(({ role }) => role)).toEqual(['assistant', ...settled.map(() => 'tool')]);
    for (const { content } of sent.slice(1)) expect(content).toMatch(/\w/);
    // The call goes back as the model wrote it, its edit stands in the result.
    expect(JSON.stringify(sent[0]?.['tool_calls'])).not.toContain(String.raw`{\"x\":2}`);
    expect(sent.at(-1)?.['content']).toMatch(/^A person changed the arguments .* from \{"x": 1\} to \{"x":2\}/);
  });

  test('is not followed by a user where the server forbids it', () => {
    const image: Part = { type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'http://i' } };
    const roles = (turn: Message) =>
      messagesOf([turn, message('user', 'Stop')], { noUserAfterTool: true }).map(({ role }) => role);
    expect(roles(message('assistant', call()))).toEqual(['assistant', 'tool', 'assistant', 'user']);
    expect(roles(message('assistant', call({ state: 'completed', content: [image] }))).slice(0, 4)).toEqual([
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
    expect(roles(message('assistant', 'a'))).toEqual(['assistant', 'user']);
  });

  test('that stands first or last has a user beside it where the server takes it in no other way (W2)', () => {
    const kept = new Map<unknown, unknown>();
    const wire = { provider: 'test', model: 'model', quirks: { userAtEnds: true } } as const;
    const half = message('assistant', 'Once upon');
    const asked = (...messages: readonly Message[]) =>
      ask({ messages, kept }, wire).body.messages.map(({ role, content }) => [role, content]);
    const goOn = ['user', 'Please go on.'];
    expect(asked(message('user', 'Hi'), half)).toEqual([['user', 'Hi'], ['assistant', 'Once upon'], goOn]);
    // What was put behind it is no part of the conversation, and what is not sent says nothing.
    expect(asked(message('user', 'Hi'), half, message('user', ''))).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Once upon'],
      goOn,
    ]);
    expect(asked(message('user', 'Hi'), half, message('user', 'And?')).at(-1)).toEqual(['user', 'And?']);
    expect(asked(message('user', 'Hi'), message('assistant', 'a', call())).at(-1)?.[0]).toBe('tool');
    expect(asked(message('user', 'Hi')).at(-1)).toEqual(['user', 'Hi']);
    expect(messagesOf([message('user', 'Hi'), half]).at(-1)?.['role']).toBe('assistant');
    const aside = message('system', 'Be brief.');
    expect(asked(message('user', 'Hi'), half, aside).at(-1)).toEqual(goOn);
    const begins = ['user', '(The conversation begins.)'];
    expect(asked(aside, message('assistant', 'Hello'), aside, message('user', 'Hi')).map(([role]) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'system',
      'user',
    ]);
    expect(asked(message('assistant', 'Hello'), message('user', 'Hi'))[0]).toEqual(begins);
    expect(asked(message('user', 'Hi'), aside, message('assistant', 'Hello'), message('user', 'Hi'))).toHaveLength(4);
    expect(messagesOf([message('assistant', 'Hello')])[0]?.['role']).toBe('assistant');
  });

  test('takes its reasoning along where the server wants it', () => {
    const turn = message('assistant', { type: 'reasoning', text: 'hm' }, call());
    expect(messagesOf([turn], { reasoningBack: 'reasoning_content' })[0]).toMatchObject({ reasoning_content: 'hm' });
    expect(messagesOf([turn])[0]).not.toHaveProperty('reasoning_content');
  });

  test('of another provider is sent without what only that one understands (rule W2)', () => {
    const origin = { provider: 'elsewhere', model: 'm', data: { extra_content: { signature: 'secret' } } };
    const foreign = { ...call({ providerId: 'c1' }), origin } as Part;
    const spoken = message('assistant', { type: 'reasoning', text: 'secret' }, foreign);
    const turn = { ...spoken, model: { provider: 'elsewhere', id: 'm' } };
    expect(JSON.stringify(messagesOf([turn], { reasoningBack: 'reasoning_content' }))).not.toContain('secret');
  });
});

describe('tools and settings', () => {
  const all: Settings = {
    temperature: 0.5,
    maxOutputTokens: 9,
    topP: 0.9,
    stop: ['x'],
    seed: 7,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    reasoning: 'low',
    toolChoice: { tool: 'add' },
    parallelToolCalls: false,
    providerOptions: { test: { store: false, tools: [{ type: 'web_search' }], stream: false }, other: { no: 1 } },
  };

  test('stand in the body', () => {
    expect(ask({ tools: [add], settings: all }).body).toEqual({
      model: 'model',
      messages: [],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
      max_tokens: 9,
      top_p: 0.9,
      stop: ['x'],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      reasoning_effort: 'low',
      tools: [
        { type: 'function', function: { name: 'add', description: 'Adds.', parameters: { type: 'object' } } },
        { type: 'web_search' },
      ],
      tool_choice: { type: 'function', function: { name: 'add' } },
      parallel_tool_calls: false,
      store: false,
    });
  });

  test('have other names on some servers', () => {
    const quirks: Quirks = {
      maxTokens: 'max_completion_tokens',
      seed: 'random_seed',
      streamOptions: false,
      topK: true,
    };
    const { body } = ask({ settings: { maxOutputTokens: 9, seed: 7, topK: 3, toolChoice: 'required' }, quirks });
    expect(body).toEqual({
      model: 'model',
      messages: [],
      stream: true,
      max_completion_tokens: 9,
      random_seed: 7,
      top_k: 3,
    });
  });

  test.each([
    ['effort', 'off', { reasoning_effort: 'none' }],
    ['object', 'high', { reasoning: { effort: 'high' } }],
    ['object', { budget: 5 }, { reasoning: { max_tokens: 5 } }],
    ['switch', 'off', { thinking: { type: 'disabled' } }],
  ] as const)('ask for thinking by %s: %j', (reasoning, asked, members) => {
    const { body, warnings } = ask({ settings: { reasoning: asked }, quirks: { reasoning } });
    expect(body).toMatchObject(members);
    expect(warnings).toEqual([]);
  });

  test('ask for a structured output by its schema, strictly where that can be held to', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    const strictly = { ...schema, required: ['a'] };
    const format = (asked: Record<string, unknown>): unknown =>
      ask({ output: { name: 'answer', schema: asked } }).body['response_format'];
    expect(format(schema)).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema, strict: false } });
    expect(format(strictly)).toMatchObject({ json_schema: { schema: strictly, strict: true } });
  });

  test('and tools that run at a provider are left out with a warning', () => {
    const { body, warnings } = ask({ providerTools: [openai.webSearch()] });
    expect(body).not.toHaveProperty('tools');
    expect(warnings).toEqual([
      { type: 'warning', reason: 'test/model does without the tool web_search, which runs at openai.' },
    ]);
  });

  test('that the wire cannot do are warned of', () => {
    const { warnings } = ask({ settings: { topK: 3, reasoning: { budget: 5 } } });
    expect(warnings).toEqual([
      { type: 'warning', setting: 'topK', reason: 'test/model does not take the setting topK.' },
      { type: 'warning', setting: 'reasoning', reason: expect.stringContaining('test/model') as string },
    ]);
  });
});

describe('reasoning', () => {
  test('is sent by no preset but those whose server wants it back before a call', () => {
    const turns = [message('assistant', { type: 'reasoning', text: 'secret' }, 'Yes.'), message('user', 'Go on')];
    const before = message('assistant', { type: 'reasoning', text: 'secret' }, call());
    for (const [provider, { quirks }] of Object.entries(presets as Record<string, Preset>)) {
      const wire = { provider: 'test', model: 'model', quirks: quirks ?? {} };
      expect(ask({ messages: turns }, wire).text).not.toContain('secret');
      expect([provider, ask({ messages: [before] }, wire).text.includes('secret')]).toEqual([
        provider,
        ['deepseek', 'moonshot'].includes(provider),
      ]);
    }
  });
});

describe('what is kept', () => {
  const long = 'é😀'.repeat(6000);

  test('never changes what is sent', () => {
    const texts = fc.constantFrom('a', 'é', '', long);
    const step = fc.record({
      keep: fc.nat(4),
      add: fc.array(texts, { maxLength: 4 }),
      instructions: fc.constantFrom('x', undefined),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 8 }),
        fc.constantFrom<Quirks>({}, turns, { userAtEnds: true }),
        (steps, quirks) => {
          const wire = wireOf(quirks);
          const kept = new Map<unknown, unknown>();
          let messages: readonly Message[] = [];
          for (const { keep, add: added, instructions } of steps) {
            const more = added.map((text, i) =>
              i % 2 ? message('assistant', text, call({ providerId: 'same' })) : message('user', text),
            );
            messages = [...messages.slice(0, keep), ...more];
            const request = { messages, settings: {}, ...(instructions !== undefined && { instructions }) };
            expect(ask({ ...request, kept }, wire).text).toBe(ask(request, wire).text);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is not rendered again', () => {
    const wire = wireOf();
    const kept = new Map<unknown, unknown>();
    let rendered = 0;
    const old = message('user', long);
    const counted = {
      ...old,
      get parts() {
        rendered += 1;
        return old.parts;
      },
    };
    for (let i = 0; i < 3; i += 1) ask({ kept, messages: [counted, message('user', 'b')] }, wire);
    expect(rendered).toBe(1);
    expect(ask({ kept, messages: [counted] }, wire).isText).toBe(false);
    expect(ask({ messages: [message('user', 'short')] }, wire).isText).toBe(true);
  });
});

/** A server without tools, whose users and assistants take turns. */
const turns: Quirks = { noTools: true, alternates: true };

describe('users and assistants that have to take turns', () => {
  const texts = (...list: string[]) => list.map((text) => ({ type: 'text', text }));

  test('are joined with their neighbours, and a user speaks first and last (rule W2)', () => {
    const messages = [
      message('system', 'Be brief.'),
      message('assistant', 'Hello'),
      message('user', 'Add'),
      message('system', 'Be kind.'),
      message('user', 'please', { type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'http://i' } }),
      message('assistant', 'It is "5"'),
      message('assistant'),
      message('assistant', 'or\n6'),
    ];
    expect(ask({ messages, instructions: 'Help.', quirks: turns }).body.messages).toEqual([
      { role: 'system', content: 'Help.' },
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: texts('(The conversation begins.)') },
      { role: 'assistant', content: 'Hello' },
      {
        role: 'user',
        content: [...texts('Add', 'Be kind.', 'please'), { type: 'image_url', image_url: { url: 'http://i' } }],
      },
      { role: 'assistant', content: 'It is "5"\n\nor\n6' },
      { role: 'user', content: 'Please go on.' },
    ]);
    expect(messagesOf([], turns)).toEqual([]);
  });

  test('tell in words of calls that the server does not know, once with a warning (rule W2)', () => {
    const rejected = call({ state: 'rejected', reason: 'no', by: 'ada' } as Partial<ToolCall>);
    const asked = [message('user', 'Add'), message('assistant', call(), rejected)];
    const wire = wireOf(turns);
    const kept = new Map<unknown, unknown>();
    const first = ask({ messages: asked, kept }, wire);
    const told = [
      '[The tool add was called with {"x": 1}. Result: done]',
      '[The tool add was called with {"x": 1}. Result: Not executed: a person rejected it: no]',
    ];
    expect(first.body.messages).toEqual([{ role: 'user', content: texts('Add', ...told) }]);
    expect(first.warnings).toEqual([
      {
        type: 'warning',
        reason: 'test/model knows no calls: those of the conversation, and what came of them, are told in words.',
      },
    ]);
    const later = ask({ messages: [...asked, message('assistant', 'Five.'), message('user', 'Thanks')], kept }, wire);
    expect(later.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(later.warnings).toEqual([]);
  });
});

describe('a model', () => {
  async function sent(model: ReturnType<typeof chatCompletions>, settings: Settings = {}): Promise<void> {
    const { signal } = new AbortController();
    for await (const _ of model.stream({
      messages: [message('user', 'Hi')],
      tools: [],
      settings,
      signal,
      kept: new Map(),
    }));
  }

  function recorder() {
    const requests: { url: string; headers: Record<string, string>; body: Body }[] = [];
    const fetch = async (url: string, { headers, body }: RequestInit): Promise<Response> => {
      requests.push({ url, headers: headers as Record<string, string>, body: JSON.parse(body as string) as Body });
      return new Response('data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n');
    };
    return { requests, fetch };
  }

  test('asks its server with its key and headers', async () => {
    const { requests, fetch } = recorder();
    await sent(openai.chat('gpt', { apiKey: async () => ' key\n', fetch }), {
      headers: { 'x-a': '1' },
      maxOutputTokens: 5,
    });
    await sent(compatible({ provider: 'mine', baseURL: 'http://mine/v1/?v=2', model: 'm', fetch }));
    await sent(compatible({ provider: 'groq', model: 'm', apiKey: 'k', fetch }));
    expect(requests).toMatchObject([
      {
        url: 'https://api.openai.com/v1/chat/completions',
        headers: { authorization: 'Bearer key', 'content-type': 'application/json', 'x-a': '1' },
        body: { model: 'gpt', max_completion_tokens: 5 },
      },
      { url: 'http://mine/v1/chat/completions?v=2' },
      { url: 'https://api.groq.com/openai/v1/chat/completions', headers: { authorization: 'Bearer k' } },
    ]);
    expect(requests[1]?.headers).not.toHaveProperty('authorization');
  });

  test('without a key says which variable to set', async () => {
    const { fetch } = recorder();
    const model = openai.chat('gpt', { apiKey: () => undefined, fetch });
    await expect(sent(model)).rejects.toMatchObject({
      code: 'auth',
      message: 'Asking openai/gpt: there is no API key. Set OPENAI_API_KEY, or give apiKey.',
    });
  });

  test('says where it gives a structured output', () => {
    const output = (provider: keyof typeof presets) => compatible({ provider, model: 'm' }).capabilities?.output;
    expect([output('ollama'), output('mistral'), output('deepseek')]).toEqual([
      'without-tools',
      'without-tools',
      undefined,
    ]);
    expect(openai.chat('gpt-5').capabilities).toEqual({ output: 'always' });
  });
});

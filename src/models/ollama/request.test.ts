import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelRequest, Settings, ToolDeclaration } from '../../chat/model.ts';
import type { FilePart } from '../../conversation/content.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { ollamaRequest } from './request.ts';

let count = 0;

function message(role: Message['role'], ...parts: (Part | string)[]): Message {
  count += 1;
  const model = { provider: 'ollama', id: 'm' };
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

function image(source: FilePart['source'] = { type: 'base64', data: 'AAAA' }, mediaType = 'image/png'): FilePart {
  return { type: 'file', mediaType, source };
}

const add: ToolDeclaration = { name: 'add', description: 'Adds.', inputSchema: { type: 'object' } };
const model = { provider: 'ollama', model: 'm' };

interface Body extends Record<string, unknown> {
  readonly messages: readonly Record<string, unknown>[];
}

function ask(request: Partial<ModelRequest>, render = ollamaRequest(model)) {
  const { signal } = new AbortController();
  const { body, warnings } = render({
    messages: [],
    tools: [],
    settings: {},
    signal,
    kept: new Map(),
    ...request,
  });
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return { body: JSON.parse(text) as Body, text, warnings };
}

function messagesOf(...messages: readonly Message[]): Body['messages'] {
  return ask({ messages }).body.messages;
}

describe('messages', () => {
  test('begin with the instructions', () => {
    const messages = [message('user', 'Hi'), message('assistant', 'Hello'), message('system', 'Be brief.')];
    expect(ask({ instructions: 'Be kind.', messages }).body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
        { role: 'system', content: 'Be brief.' },
      ],
      stream: true,
    });
  });

  test('that are empty are not sent (rule L8)', () => {
    const thought = message('assistant', { type: 'reasoning', text: 'hm' }, { type: 'source', url: 'u' });
    expect(messagesOf(message('user'), message('user', ''), thought, message('user', 'a', '', 'b'))).toEqual([
      { role: 'user', content: 'a\n\nb' },
    ]);
  });

  test('take thinking back, but not of another provider and not what was cut off (rule L8)', () => {
    const turn = message('assistant', { type: 'reasoning', text: 'hm' }, 'Yes.', { type: 'reasoning', text: ' ha' });
    expect(messagesOf(turn)).toEqual([{ role: 'assistant', content: 'Yes.', thinking: 'hm ha' }]);
    const plain = [{ role: 'assistant', content: 'Yes.' }];
    expect(messagesOf({ ...turn, interrupted: true })).toEqual(plain);
    expect(messagesOf({ ...turn, model: { provider: 'other', id: 'm' } })).toEqual(plain);
    const { model: _, ...unnamed } = turn;
    expect(messagesOf(unnamed)).toEqual(plain);
  });

  test('of a refusal hold what was said instead', () => {
    expect(messagesOf(message('assistant', { type: 'data', name: 'refusal', data: 'No.' }))).toEqual([
      { role: 'assistant', content: 'No.' },
    ]);
  });

  test('may hold images in base64, and no other file', () => {
    expect(messagesOf(message('user', 'See', image()), message('user', image()))).toEqual([
      { role: 'user', content: 'See', images: ['AAAA'] },
      { role: 'user', content: '', images: ['AAAA'] },
    ]);
    const refused = [
      image({ type: 'url', url: 'http://i' }),
      image({ type: 'base64', data: 'AAAA' }, 'application/pdf'),
      image({ type: 'provider', provider: 'ollama', id: 'f' }),
    ];
    for (const file of refused) {
      expect(() => messagesOf(message('user', file))).toThrow(
        expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('images in base64') }),
      );
    }
  });
});

describe('a tool call', () => {
  test('goes back as it came, to the letter, with its result behind it (rule W1)', () => {
    const first = call({ providerId: 'c1', arguments: '{ "b" : 1.0, "1": 12345678901234567890 }' });
    const failed = call({ name: 'pay', state: 'rejected', reason: 'no' });
    const asked = ask({ messages: [message('assistant', 'Well.', first, failed), message('user', 'Go on')] });
    expect(asked.body.messages).toMatchObject([
      {
        role: 'assistant',
        content: 'Well.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { index: 0, name: 'add' } },
          { type: 'function', function: { index: 1, name: 'pay', arguments: { x: 1 } } },
        ],
      },
      { role: 'tool', tool_name: 'add', tool_call_id: 'c1', content: 'done' },
      { role: 'tool', tool_name: 'pay', content: 'Not executed: a person rejected it: no' },
      { role: 'user', content: 'Go on' },
    ]);
    expect(asked.text).toContain('"arguments":{ "b" : 1.0, "1": 12345678901234567890 }');
    expect(asked.body.messages[2]).not.toHaveProperty('tool_call_id');
  });

  test('gets another id only where its own was used before (rule W2)', () => {
    const turns = [
      message('assistant', call({ providerId: 'same' }), call()),
      message('assistant', call({ id: 'again', providerId: 'same' })),
    ];
    expect(messagesOf(...turns).flatMap((one) => (one['role'] === 'tool' ? [one['tool_call_id']] : []))).toEqual([
      'same',
      undefined,
      'again',
    ]);
  });

  test.each(['{"x', '', 'null', '[1]', '"text"'])('whose arguments are no object is sent with none: %s', (text) => {
    const broken = call({ arguments: text, incomplete: true, state: 'failed', reason: 'cut', outcome: 'none' });
    const [turn, result] = messagesOf(message('assistant', broken));
    expect(turn?.['tool_calls']).toMatchObject([{ function: { arguments: {} } }]);
    expect(result?.['content']).toContain('The tool failed: cut');
  });

  test('that a provider ran itself is not sent', () => {
    expect(messagesOf(message('assistant', 'a', call({ providerExecuted: true })))).toEqual([
      { role: 'assistant', content: 'a' },
    ]);
  });

  test('may show images; other files are told of in words, and in a warning', () => {
    const content = [{ type: 'text', text: 'see' } as const, image(), image({ type: 'url', url: 'http://i' })];
    const messages = [
      message('assistant', call({ state: 'completed', content }), call({ state: 'completed', content: [image()] })),
    ];
    const kept = new Map<unknown, unknown>();
    const render = ollamaRequest(model);
    const { body, warnings } = ask({ messages, kept }, render);
    expect(body.messages.slice(1)).toEqual([
      {
        role: 'tool',
        tool_name: 'add',
        content: 'see\n\n(A file of type image/png that cannot be shown here.)',
        images: ['AAAA'],
      },
      { role: 'tool', tool_name: 'add', content: '', images: ['AAAA'] },
    ]);
    expect(warnings).toEqual([
      { type: 'warning', reason: 'ollama/m cannot be sent the file of type image/png in the result of add.' },
    ]);
    // Said once in a conversation.
    expect(ask({ messages, kept }, render).warnings).toEqual([]);
  });

  test('of every settled state has a result, and an edit is told in it (rules W1, W2)', () => {
    const facts = { outcome: 'none', reason: 'why' } as const;
    const settled = [
      call({ state: 'completed' }),
      call({ state: 'completed', content: [] }),
      call({ state: 'failed', ...facts }),
      call({ state: 'denied', by: 'policy' }),
      call({ state: 'rejected' }),
      call({ state: 'cancelled', by: 'stop', outcome: 'unknown' }),
      call({
        input: { x: 2 },
        decisions: [{ decision: { type: 'approve', input: { x: 2 } }, by: 'ada', at: 1, revision: 1 }] as never,
      }),
    ];
    const sent = messagesOf(message('assistant', ...settled));
    expect(sent.map(({ role }) => role)).toEqual(['assistant', ...settled.map(() => 'tool')]);
    for (const { content } of sent.slice(1)) expect(content).toMatch(/\w/);
    expect(JSON.stringify(sent[0])).not.toContain('"x":2');
    expect(sent.at(-1)?.['content']).toMatch(/^A person changed the arguments .* from \{"x": 1\} to \{"x":2\}/);
  });

  test('that is not settled is refused', () => {
    expect(() => messagesOf(message('assistant', call({ state: 'awaiting-approval' })))).toThrow('no result yet');
  });
});

describe('tools and settings', () => {
  const tool = { type: 'function', function: { name: 'add', description: 'Adds.', parameters: { type: 'object' } } };

  test('stand in the body', () => {
    const settings: Settings = {
      temperature: 0,
      maxOutputTokens: 9,
      topP: 0.9,
      topK: 3,
      stop: ['x'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      reasoning: 'high',
      providerOptions: {
        ollama: { keep_alive: '10m', options: { num_ctx: 8192, seed: 8 }, tools: [{ own: true }] },
        openai: { no: 1 },
      },
    };
    const output = { name: 'answer', schema: { type: 'object', properties: {} } };
    expect(ask({ tools: [add], settings, output }).body).toEqual({
      model: 'm',
      messages: [],
      tools: [tool, { own: true }],
      stream: true,
      think: 'high',
      format: output.schema,
      options: {
        temperature: 0,
        num_predict: 9,
        top_p: 0.9,
        top_k: 3,
        stop: ['x'],
        seed: 8,
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
        num_ctx: 8192,
      },
      keep_alive: '10m',
    });
  });

  test('are left out where none may be called', () => {
    expect(ask({ tools: [add], settings: { toolChoice: 'none' } }).body).not.toHaveProperty('tools');
    expect(ask({ tools: [add], settings: { toolChoice: 'auto' } }).body).toHaveProperty('tools', [tool]);
  });

  test.each<[Settings, string, string]>([
    [{ toolChoice: 'required' }, 'toolChoice', 'nothing makes it call a tool'],
    [{ toolChoice: { tool: 'add' } }, 'toolChoice', 'nothing makes it call a tool'],
    [{ parallelToolCalls: false }, 'parallelToolCalls', 'as many calls'],
    [{ cache: true }, 'cache', 'its own rules'],
    [{ reasoning: { budget: 5 } }, 'reasoning', 'no budget'],
    [{ providerOptions: { ollama: { stream: false } } }, 'providerOptions', 'stream is not up to them'],
  ])('that the wire cannot do are warned of: %j', (settings, setting, why) => {
    const { warnings, body } = ask({ tools: [add], settings });
    expect(warnings).toMatchObject([{ type: 'warning', setting, reason: expect.stringContaining(why) as string }]);
    expect(body).toMatchObject({ stream: true, tools: [tool] });
  });

  test('that ask for what is usual are not', () => {
    expect(ask({ settings: { parallelToolCalls: true, reasoning: 'off' } })).toMatchObject({
      warnings: [],
      body: { think: false },
    });
  });

  test('of a provider that runs its own are left out, with a warning', () => {
    const providerTools = [{ name: 'web_search', provider: 'openai', kind: 'web_search', options: {} }];
    const { warnings, text } = ask({ providerTools });
    expect(warnings).toEqual([
      { type: 'warning', reason: 'ollama/m does without the tool web_search, which runs at openai.' },
    ]);
    expect(text).not.toContain('web_search');
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
      tools: fc.constantFrom([], [add]),
      toolChoice: fc.constantFrom('auto', 'none'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const render = ollamaRequest({ ...model });
        const kept = new Map<unknown, unknown>();
        let messages: readonly Message[] = [];
        for (const { keep, add: added, instructions, tools, toolChoice } of steps) {
          const turns = added.map((text, i) =>
            i % 2 ? message('assistant', text, call({ providerId: 'same' })) : message('user', text),
          );
          messages = [...messages.slice(0, keep), ...turns];
          const settings: Settings = { toolChoice: toolChoice as 'auto' };
          const request = { messages, settings, tools, ...(instructions !== undefined && { instructions }) };
          expect(ask({ ...request, kept }, render).text).toBe(ask(request).text);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is not rendered again, also where tools or settings change', () => {
    const kept = new Map<unknown, unknown>();
    const render = ollamaRequest(model);
    let rendered = 0;
    const old = message('user', long);
    const counted = {
      ...old,
      get parts() {
        rendered += 1;
        return old.parts;
      },
    };
    for (const toolChoice of ['auto', 'none', 'auto'] as const) {
      ask({ kept, tools: [add], settings: { toolChoice }, messages: [counted, message('user', 'b')] }, render);
    }
    expect(rendered).toBe(1);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelRequest, ToolDeclaration } from '../../chat/model.ts';
import type { Origin } from '../../conversation/content.ts';
import type { Json } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part, ToolPart } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { familyOf } from './family.ts';
import type { MessagesWire } from './family.ts';
import { anthropic, anthropicMessages } from './index.ts';
import { messagesRequest } from './request.ts';

let count = 0;

function message(role: Message['role'], ...parts: (Part | string)[]): Message {
  count += 1;
  return {
    id: `m${count}`,
    role,
    parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
    at: 0,
    ...(role === 'assistant' && { model: { provider: 'test', id: 'model' } }),
  };
}

function call(more: Partial<ToolCall> = {}, data?: Json): ToolPart {
  count += 1;
  const facts = { id: `own-${count}`, name: 'add', arguments: '{"x":1}', revision: 3 };
  const part = { type: 'tool', call: { ...facts, state: 'completed', output: 'done', ...more } as ToolCall } as const;
  return data === undefined ? part : { ...part, origin: originOf(data) };
}

function originOf(data: Json, provider = 'test'): Origin {
  return { provider, model: 'earlier', data };
}

function thought(text: string, data?: Json, provider?: string): Part {
  return { type: 'reasoning', text, ...(data !== undefined && { origin: originOf(data, provider) }) };
}

function paused(answer: Message): Message {
  return { ...answer, finish: 'pause-turn' };
}

const add: ToolDeclaration = { name: 'add', description: 'Adds.', inputSchema: { type: 'object' } };

function wireOf(more: Partial<MessagesWire> = {}): MessagesWire {
  return { provider: 'test', model: 'model', family: familyOf('model'), betas: [], citations: false, ...more };
}

interface Turn {
  readonly role: string;
  readonly content: readonly Record<string, unknown>[];
}

interface Body extends Record<string, unknown> {
  readonly messages: readonly Turn[];
}

function ask(request: Partial<ModelRequest>, wire = wireOf()) {
  const { signal } = new AbortController();
  const whole = { messages: [], tools: [], settings: {}, signal, kept: new Map<unknown, unknown>(), ...request };
  const { body, warnings, headers } = messagesRequest(whole, wire);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return { body: JSON.parse(text) as Body, text, warnings, headers, isText: typeof body === 'string' };
}

function turnsOf(messages: readonly Message[], wire?: MessagesWire): readonly Turn[] {
  return ask({ messages }, wire).body.messages;
}

function blocksOf(...parts: (Part | string)[]): readonly Record<string, unknown>[] {
  const turns = turnsOf([message('user', 'Hi'), message('assistant', ...parts), message('user', 'And?')]);
  return turns.find(({ role }) => role === 'assistant')?.content ?? [];
}

const said = (text: string) => ({ type: 'text', text });

describe('messages', () => {
  test('stand behind the model, the tools and the instructions, and before the settings', () => {
    const messages = [message('user', 'Hi'), message('assistant', 'Hello'), message('user', 'And?')];
    const { body, text, headers } = ask({ instructions: 'Be kind.', tools: [add], messages });
    expect(body).toEqual({
      model: 'model',
      tools: [{ name: 'add', description: 'Adds.', input_schema: { type: 'object' } }],
      system: [said('Be kind.')],
      messages: [
        { role: 'user', content: [said('Hi')] },
        { role: 'assistant', content: [said('Hello')] },
        { role: 'user', content: [said('And?')] },
      ],
      stream: true,
      max_tokens: 8192,
    });
    expect(text).toMatch(/^\{"model":"model","tools":\[.*\],"system":\[.*\],"messages":\[.*\],"stream":true,/);
    expect(headers).toEqual({ 'anthropic-version': '2023-06-01' });
  });

  test('of the user are joined with their neighbours, and with the results before them (rule W2)', () => {
    const image: Part = { type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'https://i' } };
    const turns = turnsOf([
      message('user', 'a', 'b'),
      message('user', image),
      message('assistant', 'c', call({ providerId: 'c1' }), call({ providerId: 'c2' })),
      message('user', 'd'),
      message('user', 'e'),
    ]);
    expect(turns).toEqual([
      { role: 'user', content: [said('a'), said('b'), { type: 'image', source: { type: 'url', url: 'https://i' } }] },
      {
        role: 'assistant',
        content: [
          said('c'),
          { type: 'tool_use', name: 'add', id: 'c1', input: { x: 1 } },
          { type: 'tool_use', name: 'add', id: 'c2', input: { x: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'done' },
          { type: 'tool_result', tool_use_id: 'c2', content: 'done' },
          said('d'),
          said('e'),
        ],
      },
    ]);
  });

  test('without content, blank texts and sources are not sent (rule L8)', () => {
    const source: Part = { type: 'source', url: 'u' };
    const messages = [
      message('user', 'a'),
      message('user'),
      message('user', ' \n'),
      message('assistant', '', '\n\n', source, thought('unsigned')),
      message('user', 'b', ''),
    ];
    expect(turnsOf(messages)).toEqual([{ role: 'user', content: [said('a'), said('b')] }]);
  });

  test('of the system at the beginning belong to the instructions; later ones are words of the user', () => {
    const messages = [
      message('system', 'One.'),
      message('system', 'Two.'),
      message('user', 'Hi'),
      message('system', 'Three.'),
    ];
    const { body, warnings } = ask({ instructions: 'Zero.', messages });
    expect(body['system']).toEqual(['Zero.', 'One.\n\nTwo.'].map(said));
    expect(body.messages).toEqual([{ role: 'user', content: [said('Hi'), said('<system>\nThree.\n</system>')] }]);
    expect(warnings).toMatchObject([{ reason: expect.stringContaining('knows the system only at the beginning') }]);
  });

  test('alternate where the assistant speaks first, twice in a row, or last (rule W2)', () => {
    const roles = (...messages: Message[]) =>
      turnsOf(messages).map(({ role, content }) => [role, content[0]?.['text']]);
    expect(roles(message('assistant', 'Hello'), message('user', 'Hi'))).toEqual([
      ['user', '(The conversation begins.)'],
      ['assistant', 'Hello'],
      ['user', 'Hi'],
    ]);
    const cut = message('assistant', 'Well,');
    const asked = [message('user', 'Hi'), cut];
    expect(roles(...asked)).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Well,'],
      ['user', 'Please go on.'],
    ]);
    // What was sent stays as it was sent.
    expect(roles(...asked, message('assistant', 'yes'), message('user', 'Good'))).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Well,'],
      ['user', 'Please go on.'],
      ['assistant', 'yes'],
      ['user', 'Good'],
    ]);
  });

  test('may hold files', () => {
    const file = (mediaType: string, source: Extract<Part, { type: 'file' }>['source'], name?: string): Part => ({
      type: 'file',
      mediaType,
      source,
      ...(name !== undefined && { name }),
    });
    const base64 = { type: 'base64', data: 'w7w=' } as const;
    const url = { type: 'url', url: 'https://f' } as const;
    const own = { type: 'provider', provider: 'test', id: 'f1' } as const;
    const user = message(
      'user',
      file('image/jpg', base64),
      file('image/*', url),
      file('image/png', own),
      file('application/pdf', base64, 'a.pdf'),
      file('application/pdf', url),
      file('text/csv', base64),
      file('text/plain', own),
      file('application/zip', own),
    );
    const ownFile = { type: 'file', file_id: 'f1' };
    expect(turnsOf([user])[0]?.content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'w7w=' } },
      { type: 'image', source: url },
      { type: 'image', source: ownFile },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'w7w=' }, title: 'a.pdf' },
      { type: 'document', source: url },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ü' } },
      { type: 'document', source: ownFile },
      { type: 'container_upload', file_id: 'f1' },
    ]);
    const cited = turnsOf([message('user', file('application/pdf', url))], wireOf({ citations: true }));
    expect(cited[0]?.content).toEqual([{ type: 'document', source: url, citations: { enabled: true } }]);
    for (const other of [
      file('text/plain', url),
      file('image/tiff', base64),
      file('audio/wav', base64),
      file('text/plain', { type: 'base64', data: '*' }),
      file('image/png', { ...own, provider: 'elsewhere' }),
      file('image/png', { type: 'blob', digest: 'd', size: 1 }),
    ]) {
      expect(() => turnsOf([message('user', other)])).toThrow(
        expect.objectContaining({ code: 'unsupported' }) as Error,
      );
    }
  });
});

describe('an answer', () => {
  test('goes back as it came, thinking in its place, whichever model of the provider thought (rule W1)', () => {
    const redacted = { type: 'redacted_thinking', data: 'xyz' };
    const citations = [{ type: 'char_location', cited_text: 'd' }];
    const caller = { type: 'direct' };
    const sent = blocksOf(
      thought('Hm', { signature: 's1' }),
      { type: 'text', text: 'So.', origin: originOf({ citations }) },
      thought('', { signature: 's2' }),
      thought('', { block: redacted }),
      call({ providerId: 'c1', arguments: '{ "x" : 1.0 }' }, { rest: { caller } }),
    );
    expect(sent).toEqual([
      { type: 'thinking', thinking: 'Hm', signature: 's1' },
      { type: 'text', text: 'So.', citations },
      { type: 'thinking', thinking: '', signature: 's2' },
      redacted,
      { type: 'tool_use', name: 'add', id: 'c1', input: { x: 1 }, caller },
    ]);
    const { text } = ask({
      messages: [message('user', 'a'), message('assistant', call({ arguments: '{ "x" : 1.0 }' }))],
    });
    expect(text).toContain('"input":{ "x" : 1.0 }}');
  });

  test('of another provider goes without what only that one understands (rule W2)', () => {
    const foreign = message(
      'assistant',
      thought('secret', { signature: 'secret' }, 'elsewhere'),
      thought('secret'),
      { type: 'text', text: 'So.', origin: originOf({ citations: ['secret'] }, 'elsewhere') },
      call({ providerExecuted: true, providerId: 'ws_1', arguments: '"secret"' }),
      { ...call({ providerId: 'call.1|fc' }), origin: originOf({ rest: { secret: 1 } }, 'elsewhere') },
      { type: 'data', name: 'refusal', data: 'No.' },
      { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'secret' } },
    );
    const turn = { ...foreign, model: { provider: 'elsewhere', id: 'm' }, finish: 'pause-turn' as const };
    const { text, body } = ask({ messages: [message('user', 'a'), turn, message('user', 'b')] });
    expect(text).not.toContain('secret');
    expect(body.messages[1]?.content.map(({ type }) => type)).toEqual(['text', 'tool_use', 'text']);
    expect(body.messages[1]?.content[1]?.['id']).toMatch(/^[\w-]+$/);
  });

  test('with calls is not sent without tools: those that there were are declared, and not to be called', () => {
    const asked = [message('user', 'a'), message('assistant', call(), call(), call({ name: 'now' }))];
    expect(ask({ messages: asked }).body).toMatchObject({
      tools: [
        { name: 'add', input_schema: { type: 'object' } },
        { name: 'now', input_schema: { type: 'object' } },
      ],
      tool_choice: { type: 'none' },
    });
    const { body } = ask({ messages: asked, tools: [add] });
    expect(body['tools']).toHaveLength(1);
    expect(body).not.toHaveProperty('tool_choice');
  });

  test.each([
    ['', '{}'],
    [' ', '{}'],
    ['{"x', '{"INVALID_JSON":"{\\"x"}'],
    ['[1]', '{"INVALID_JSON":"[1]"}'],
    ['null', '{"INVALID_JSON":"null"}'],
  ])('with the arguments %j has the input %s', (written, sent) => {
    const { text } = ask({ messages: [message('user', 'a'), message('assistant', call({ arguments: written }))] });
    expect(text).toContain(`"input":${sent}}`);
  });

  test('has ids that the wire takes, none of them twice (rule W2)', () => {
    const messages = [
      message('user', 'a'),
      message('assistant', call({ providerId: 'same' }), call({ id: 'mine' })),
      message('assistant', call({ id: 'again', providerId: 'same' }), call({ id: 'a.b', providerId: 'a:b' })),
    ];
    const results = turnsOf(messages).flatMap(({ content }) => content.map((one) => one['tool_use_id'] ?? []).flat());
    expect(results).toEqual(['same', 'mine', 'again', expect.stringMatching(/^\w{9}$/)]);
  });

  test('of every settled call has a result, and an edit is told in it (rules W1, W2)', () => {
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
    const [, answer, results] = turnsOf([message('user', 'a'), message('assistant', ...settled)]);
    expect(results?.content.map(({ type }) => type)).toEqual(settled.map(() => 'tool_result'));
    expect(results?.content.map((one) => one['is_error'] ?? false)).toEqual([false, true, true, true, true, false]);
    // The call goes back as the model wrote it, its edit stands in the result.
    expect(answer?.content.at(-1)?.['input']).toEqual({ x: 1 });
    expect(results?.content.at(-1)?.['content']).toEqual([
      said(expect.stringMatching(/^A person changed the arguments .* from \{"x":1\} to \{"x":2\}/) as string),
      said('done'),
    ]);
    expect(() => turnsOf([message('assistant', call({ state: 'proposed' }))])).toThrow('has no result yet');
  });

  test('may show files in its results; those that the wire does not take are told of, and warned of once', () => {
    const image: Part = { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' } };
    const video: Part = { type: 'file', mediaType: 'video/mp4', source: { type: 'url', url: 'https://v' } };
    const content = [{ type: 'text', text: 'see' } as const, { type: 'text', text: '' } as const, image, video];
    const messages = [
      message('user', 'a'),
      message('assistant', call({ providerId: 'c1', state: 'completed', content }), call({ content: [] })),
    ];
    const kept = new Map<unknown, unknown>();
    const wire = wireOf();
    const { body, warnings } = ask({ messages, kept }, wire);
    expect(body.messages[2]?.content).toEqual([
      {
        type: 'tool_result',
        tool_use_id: 'c1',
        content: [
          said('see'),
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          said('(A file of type video/mp4 that cannot be shown here.)'),
        ],
      },
      { type: 'tool_result', tool_use_id: expect.any(String) as string },
    ]);
    const reason = 'test/model cannot be sent the file of type video/mp4 in the result of add.';
    expect(warnings).toEqual([{ type: 'warning', reason }]);
    expect(ask({ messages: [...messages, message('user', 'b')], kept }, wire).warnings).toEqual([]);
  });
});

describe('a call that ran at the provider', () => {
  const rest = { type: 'server_tool_use', name: 'web_search' };
  const resultFor = (id: string) => ({ type: 'web_search_tool_result', tool_use_id: id, content: [{ url: id }] });
  const server = (id: string, more: Record<string, Json> = {}) =>
    call({ providerExecuted: true, providerId: id, name: 'look', arguments: '{"q":1}' }, { rest, ...more });
  const used = (id: string) => ({ ...rest, id, input: { q: 1 } });

  test('goes back with its result, under its own name, verbatim (rule W3)', () => {
    expect(blocksOf('a', server('s1', { result: resultFor('s1') }), 'b')).toEqual([
      said('a'),
      used('s1'),
      resultFor('s1'),
      said('b'),
    ]);
  });

  test('has its result where that stood', () => {
    const outer = server('s1', { result: resultFor('s1'), place: { parts: 2, order: 2 } });
    const inner = server('s2', { result: resultFor('s2'), place: { parts: 0, order: 1 } });
    const other = server('s3', { result: resultFor('s3'), place: { parts: 1, order: 0 } });
    expect(blocksOf(other, outer, inner, 'a').map((block) => block['id'] ?? block['tool_use_id'] ?? 'a')).toEqual([
      's3',
      's1',
      's3',
      's2',
      's2',
      'a',
      's1',
    ]);
  });

  test('is not sent without a result, or half written', () => {
    const half = call({ providerExecuted: true, providerId: 's1', arguments: '{"q', incomplete: true }, { rest });
    expect(blocksOf('a', server('s1'), half, 'b')).toEqual([said('a'), said('b')]);
  });

  test('that the provider paused in stands at the end, until its result came in the next answer', () => {
    const asked = message('user', 'Hi');
    const open = paused(message('assistant', 'a', server('s1')));
    expect(turnsOf([asked, open])).toEqual([
      { role: 'user', content: [said('Hi')] },
      { role: 'assistant', content: [said('a'), used('s1')] },
    ]);
    const alone = paused(message('assistant', server('s1')));
    expect(turnsOf([asked, alone])[1]).toEqual({ role: 'assistant', content: [used('s1')] });
    const done = { ...open, parts: [open.parts[0]!, server('s1', { result: resultFor('s1'), place: 'later' })] };
    expect(turnsOf([asked, done, message('assistant', 'b'), message('user', 'Go')])).toEqual([
      { role: 'user', content: [said('Hi')] },
      { role: 'assistant', content: [said('a'), used('s1'), resultFor('s1'), said('b')] },
      { role: 'user', content: [said('Go')] },
    ]);
    // Without an open call it goes on all the same.
    expect(turnsOf([asked, paused(message('assistant', 'a'))]).at(-1)?.role).toBe('assistant');
  });

  test('and waits for one of ours is sent without a result, in the machine it waits in', () => {
    const caller = { type: 'code_execution_20260120', tool_id: 's1' };
    const messages = [
      message('user', 'Hi'),
      message(
        'assistant',
        server('s1'),
        call({ providerId: 'c1' }, { rest: { caller } }),
        thought('', { container: 'k1' }),
      ),
    ];
    const { body } = ask({ messages });
    expect(body['container']).toBe('k1');
    expect(body.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [used('s1'), { type: 'tool_use', name: 'add', id: 'c1', input: { x: 1 }, caller }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'done' }] },
    ]);
    const [first, second] = messages;
    const [waiting, ...others] = second!.parts as [ToolPart, ...Part[]];
    const settled = { ...waiting, origin: originOf({ rest, result: resultFor('s1'), place: 'later' }) };
    const later = ask({
      messages: [first!, { ...second!, parts: [settled, ...others] }, message('assistant', 'b')],
    }).body;
    expect(later.messages[3]).toEqual({ role: 'assistant', content: [resultFor('s1'), said('b')] });
    expect(later['container']).toBeUndefined();
  });
});

describe('what is kept', () => {
  const long = 'é😀'.repeat(6000);

  test('never changes what is sent', () => {
    const texts = fc.constantFrom('a', 'é', '', long);
    const step = fc.record({
      keep: fc.nat(4),
      add: fc.array(fc.tuple(texts, fc.nat(3)), { maxLength: 4 }),
      instructions: fc.constantFrom('x', undefined),
      cache: fc.constantFrom(true, false, undefined),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const wire = wireOf();
        const kept = new Map<unknown, unknown>();
        let messages: readonly Message[] = [];
        for (const { keep, add: added, instructions, cache } of steps) {
          const turns = added.map(([text, kind]) => {
            if (kind === 0) return message('assistant', text, call({ providerId: 'same' }));
            if (kind === 1) return paused(message('assistant', text));
            return message(kind === 2 ? 'user' : 'system', text);
          });
          messages = [...messages.slice(0, keep), ...turns];
          const settings = cache === undefined ? {} : { cache };
          const request = { messages, settings, ...(instructions !== undefined && { instructions }) };
          expect(ask({ ...request, kept }, wire).text).toBe(ask(request, wire).text);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is not rendered again, and the bytes before what is new stay the same', () => {
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
    const settings = { cache: true };
    const first = ask({ kept, messages: [counted, message('user', 'b')], settings }, wire);
    rendered = 0;
    const second = ask({ kept, messages: [counted, message('user', 'c')], settings: { ...settings, seed: 1 } }, wire);
    expect(rendered).toBe(0);
    const end = first.text.indexOf(',{"type":"text","text":"b"}');
    expect(end).toBeGreaterThan(long.length);
    expect(second.text.slice(0, end)).toBe(first.text.slice(0, end));
    expect(first.isText).toBe(false);
    expect(ask({ messages: [message('user', 'short')] }, wire).isText).toBe(true);
  });
});

describe('what the provider may keep', () => {
  const marker = { type: 'ephemeral' };

  test('is marked behind the instructions, and at the end of the request: no message changes for it', () => {
    const messages = [message('user', 'Hi')];
    const { body, text } = ask({ instructions: 'Be kind.', tools: [add], messages, settings: { cache: true } });
    expect(body['system']).toEqual([{ ...said('Be kind.'), cache_control: marker }]);
    expect(body['cache_control']).toEqual(marker);
    expect(JSON.stringify(body.messages)).not.toContain('cache_control');
    expect(text.split('cache_control')).toHaveLength(3);
    const [tool] = ask({ tools: [add], messages, settings: { cache: true } }).body['tools'] as object[];
    expect(tool).toMatchObject({ cache_control: marker });
  });

  test('is nothing unless somebody asks', () => {
    const messages = [message('user', 'Hi')];
    expect(ask({ instructions: 'x', messages }).text).not.toContain('cache_control');
    const { body } = ask({ instructions: 'x', messages, settings: { cache: false } });
    expect(body['cache_control']).toBeNull();
    expect(JSON.stringify(body['system'])).not.toContain('cache_control');
  });

  test('may be kept for longer', () => {
    const hour = { type: 'ephemeral', ttl: '1h' };
    const settings = { providerOptions: { test: { cache_control: hour } } };
    const { body } = ask({ instructions: 'x', messages: [message('user', 'Hi')], settings });
    expect(body).toMatchObject({ system: [{ cache_control: hour }], cache_control: hour });
  });
});

describe('a model', () => {
  async function sent(model: ReturnType<typeof anthropic>, more: Partial<ModelRequest> = {}): Promise<void> {
    const { signal } = new AbortController();
    const request = { messages: [message('user', 'Hi')], tools: [], settings: {}, signal, kept: new Map(), ...more };
    for await (const _ of model.stream(request));
  }

  function recorder() {
    const requests: { url: string; headers: Record<string, string>; body: Body }[] = [];
    const fetch = async (url: string, { headers, body }: RequestInit): Promise<Response> => {
      requests.push({ url, headers: headers as Record<string, string>, body: JSON.parse(body as string) as Body });
      return new Response('data: {"type":"message_stop"}\n\n');
    };
    return { requests, fetch };
  }

  test('asks its server with its key, the version and the features in trial', async () => {
    const { requests, fetch } = recorder();
    const mcp = anthropic.mcp({ name: 'mine', url: 'https://mcp', authorizationToken: 't' });
    await sent(anthropic('claude-haiku-4-5', { apiKey: async () => ' key\n', fetch, betas: ['a-1', 'a-1'] }), {
      settings: { headers: { 'x-a': '1' } },
      providerTools: [mcp],
    });
    await sent(anthropic('claude-haiku-4-5', { apiKey: 'k', fetch, baseURL: 'https://proxy/anthropic/?v=2' }));
    await sent(anthropicMessages({ provider: 'mine', baseURL: 'http://mine/v1', model: 'm', fetch }));
    expect(requests).toMatchObject([
      {
        url: 'https://api.anthropic.com/v1/messages',
        headers: {
          'x-api-key': 'key',
          'anthropic-version': '2023-06-01',
          'anthropic-beta': 'a-1,mcp-client-2025-11-20',
          'content-type': 'application/json',
          'x-a': '1',
        },
        body: { model: 'claude-haiku-4-5', max_tokens: 64_000 },
      },
      { url: 'https://proxy/anthropic/v1/messages?v=2', headers: { 'x-api-key': 'k' } },
      { url: 'http://mine/v1/messages' },
    ]);
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
    expect(requests[1]?.headers).not.toHaveProperty('anthropic-beta');
    expect(requests[2]?.headers).not.toHaveProperty('x-api-key');
  });

  test('without a key says which variable to set', async () => {
    const { fetch } = recorder();
    await expect(sent(anthropic('claude', { apiKey: () => undefined, fetch }))).rejects.toMatchObject({
      code: 'auth',
      message: 'Asking anthropic/claude: there is no API key. Set ANTHROPIC_API_KEY, or give apiKey.',
    });
  });

  test('says what it can do', () => {
    expect(anthropic('claude-sonnet-4-5').capabilities).toMatchObject({ reasoning: true, output: 'always' });
    expect(anthropic('claude-opus-4-20250514').capabilities).not.toHaveProperty('output');
    expect(anthropic('claude-3-haiku-20240307').capabilities).toMatchObject({ tools: true, reasoning: false });
  });
});

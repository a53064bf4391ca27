// What one answer, one tool or one person puts into a conversation, and a server then refuses in every later request.
import { describe, expect, test } from 'vitest';
import type { Model, ModelRequest } from '../../src/chat/model.ts';
import type { FileSource } from '../../src/conversation/content.ts';
import { isObject } from '../../src/conversation/json.ts';
import type { Message } from '../../src/conversation/message.ts';
import type { Part } from '../../src/conversation/part.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import type { AiSdkModel } from '../../src/models/ai-sdk/index.ts';
import { fromAiSdk } from '../../src/models/ai-sdk/index.ts';
import type { Fetch } from '../../src/wire/http.ts';
import { wires } from '../recordings/wires.ts';

/** What a model is sent, parsed. */
async function sent(make: (fetch: Fetch) => Model, request: Partial<ModelRequest>): Promise<unknown> {
  let body = '';
  const model = make(async (_url, init) => {
    body = typeof init.body === 'string' ? init.body : new TextDecoder().decode(init.body as Uint8Array);
    return Response.json({ error: 'enough' }, { status: 400 });
  });
  await asked(model, request);
  return JSON.parse(body);
}

async function asked(model: Model, request: Partial<ModelRequest>): Promise<void> {
  const { signal } = new AbortController();
  const whole: ModelRequest = { messages: [], tools: [], settings: {}, kept: new Map(), ...request, signal };
  const reading = async (): Promise<void> => {
    for await (const _ of model.stream(whole));
  };
  await expect(reading()).rejects.toThrow('enough');
}

/** What a model of the AI SDK is asked. */
async function prompted(request: Partial<ModelRequest>): Promise<unknown> {
  let options: unknown;
  const model = {
    specificationVersion: 'v4',
    provider: 'test',
    modelId: 'm',
    doStream: (given: unknown) => {
      options = given;
      return Promise.reject(new Error('enough'));
    },
  };
  await asked(fromAiSdk(model as unknown as AiSdkModel), request);
  const { abortSignal: _, ...known } = options as Readonly<Record<string, unknown>>;
  return known;
}

function message(role: Message['role'], ...parts: readonly Part[]): Message {
  return { id: `${role} ${parts.length}`, role, parts, at: 0 };
}

function called(id: string, name: string, more: object = {}): Part {
  const call = { id, name, arguments: '{}', revision: 1, state: 'failed', reason: 'no such tool', ...more };
  // It has what a call of this state has.
  return { type: 'tool', call: call as unknown as ToolCall };
}

/** Everything that stands under one of these names, wherever. */
function under(names: readonly string[], value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => under(names, one));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => [...(names.includes(name) ? [one] : []), ...under(names, one)]);
}

const all = ['ai-sdk', ...Object.keys(wires)];

function sentBy(wire: string, request: Partial<ModelRequest>): Promise<unknown> {
  return wire === 'ai-sdk' ? prompted(request) : sent(wires[wire]!, request);
}

describe.each(all.filter((wire) => wire !== 'ollama-native'))('to %s a call goes back', (wire) => {
  const odd = ['multi_tool_use.parallel', '$find', '', 'über uns', '7up', '-', 'a'.repeat(200), 'functions:add{}'];
  const shape = wire === 'gemini' ? /^[a-zA-Z_][\w.:-]{0,63}$/ : /^[\w-]{1,64}$/;

  test('under a name that the server takes, be it no tool’s (W2)', async () => {
    const calls = odd.map((name, place) => called(`c${place}`, name));
    const messages = [message('user', { type: 'text', text: 'Hi' }), message('assistant', ...calls)];
    const names = under(['name', 'toolName'], await sentBy(wire, { messages }));
    expect(names.length).toBeGreaterThanOrEqual(odd.length);
    expect(names.filter((name) => !shape.test(String(name)))).toEqual([]);
  });

  test('as it came, when a tool has the name, or any may have it (W1)', async () => {
    const messages = [
      message('user', { type: 'text', text: 'Hi' }),
      message('assistant', called('c1', 'shop.find'), called('c2', 'Find_it-2')),
    ];
    const tools = [{ name: 'shop.find', description: 'Finds.', inputSchema: { type: 'object' } }];
    const names = new Set(under(['name', 'toolName'], await sentBy(wire, { messages, tools })));
    expect(names).toEqual(new Set(['shop.find', 'Find_it-2']));
  });
});

describe.each(all)('to %s a file', (wire) => {
  const data = 'iVBORw0KGgo+/w==';
  const inAddress = `data:image/png;base64,${data}`;
  const sentAs = async (mediaType: string, source: FileSource): Promise<unknown> => {
    const file = { type: 'file', mediaType, source } as const;
    const shown = called('c1', 'look', { state: 'completed', output: '', content: [file] });
    const messages = [message('user', { type: 'text', text: 'Look.' }, file), message('assistant', shown)];
    return sentBy(wire, { messages });
  };

  test.each<[string, FileSource]>([
    ['image/png', { type: 'url', url: inAddress }],
    [
      'image/*',
      {
        type: 'url',
        url: inAddress.replace('png', 'png;charset=binary').replaceAll('=', '%3D').replace('charset%3D', 'charset='),
      },
    ],
    ['IMAGE/PNG; charset=binary', { type: 'base64', data }],
    ['image/png', { type: 'base64', data: inAddress }],
    ['image/png', { type: 'base64', data: data.replace('+/', '-_') }],
    ['image/png', { type: 'base64', data: `${data.slice(0, 4)}\r\n${data.slice(4)}\n` }],
  ])('of kind %s goes as its bytes, given as %j (W2)', async (mediaType, source) => {
    expect(await sentAs(mediaType, source)).toEqual(await sentAs('image/png', { type: 'base64', data }));
  });
});

test.each(all.filter((wire) => wire !== 'gemini'))(
  'to %s a tool goes whose arguments are one of several (W2)',
  async (wire) => {
    const either = ['n', 'm'].map((name) => ({ type: 'object', properties: { [name]: { type: 'string' } } }));
    const tools = [
      { name: 'either', description: 'One of two.', inputSchema: { anyOf: either } },
      { name: 'there', description: 'Elsewhere.', inputSchema: { $ref: '#/$defs/x', $defs: { x: either[0] } } },
    ];
    const messages = [message('user', { type: 'text', text: 'Hi' })];
    const schemas = under(['parameters', 'input_schema', 'inputSchema'], await sentBy(wire, { messages, tools }));
    expect(schemas).toMatchObject([
      { type: 'object', properties: { n: { type: 'string' }, m: { type: 'string' } } },
      { type: 'object', properties: { n: { type: 'string' } } },
    ]);
    for (const schema of schemas) expect(Object.keys(schema as object)).not.toContain('anyOf');
  },
);

test.each(all)('to %s an empty list of stops is none', async (wire) => {
  const messages = [message('user', { type: 'text', text: 'Hi' })];
  expect(await sentBy(wire, { messages, settings: { stop: [] } })).toEqual(await sentBy(wire, { messages }));
});

test('to anthropic-messages a conversation in which nothing was said is one all the same (W2)', async () => {
  const messages = [message('user', { type: 'text', text: ' ' })];
  expect(await sentBy('anthropic-messages', { messages })).toMatchObject({ messages: [{ role: 'user' }] });
});

describe.each(all)('to %s text', (wire) => {
  const half = 'cut \ud83d';
  const lower = '\ude00 cut';
  const whole = 'a 😀, a \\ud83d and a \u001b';

  test('goes without half of a character (W2)', async () => {
    const words = [half, lower, `${half}${lower}`, `${half}${half}`].map((text) => ({ type: 'text', text }) as const);
    const written = JSON.stringify({ text: whole }).replace('😀', String.raw`\ud83d\ude00`);
    const messages = [
      message('system', { type: 'text', text: half }),
      message('user', ...words, { type: 'text', text: whole }),
      message(
        'assistant',
        ...words,
        called('c1', 'find', { arguments: String.raw`{"text":"cut \uD83D","\uDE00":"\\\ud83d"}` }),
        called('c2', 'find', { arguments: written, state: 'completed', output: [half, lower, whole] }),
        called('c3', 'find', { state: 'completed', output: half, content: words }),
        called('c4', 'find', { reason: lower }),
      ),
      message('user', { type: 'text', text: half.repeat(9000) }),
    ];
    const tools = [{ name: 'find', description: 'Finds.', inputSchema: { type: 'object', title: half } }];
    const told = JSON.stringify(
      await sentBy(wire, { messages, tools, instructions: half, settings: { stop: [half] } }),
    );
    // Only halves are written as escapes.
    expect(told.match(/(?<!\\)(?:\\\\)*\\ud[89a-f]../gi)).toBeNull();
    expect(told).toContain('cut \ufffd');
    expect(told).toContain('a 😀, a ');
    expect(told).toContain('\ufffd cut');
  });
});

import { describe, expect, test } from 'vitest';
import type { ModelRequest } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { FilePart } from '../../conversation/content.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part, ToolPart } from '../../conversation/part.ts';
import type { CallFacts, CallStanding } from '../../conversation/tool-call.ts';
import { bridgeTo } from './bridge.ts';
import type { OriginData } from './bridge.ts';
import type { PromptObject } from './file.ts';
import { promptOf } from './prompt.ts';

interface To {
  readonly provider?: string;
  readonly version?: 'v3' | 'v4';
}

interface Prompted {
  readonly prompt: readonly PromptObject[];
  readonly warnings: readonly string[];
}

function prompted(messages: readonly Message[], { provider = 'test.chat', version = 'v4' }: To = {}): Prompted {
  const warnings: string[] = [];
  const bridge = bridgeTo({ specificationVersion: version, provider, modelId: 'm' });
  const request: ModelRequest = {
    messages,
    tools: [],
    settings: {},
    signal: new AbortController().signal,
    kept: new Map(),
  };
  return { prompt: promptOf(request, bridge, (reason) => warnings.push(reason)), warnings };
}

const user = (...parts: Part[]): Message => ({ id: 'u', role: 'user', at: 1, parts });
const text = (words: string): Part => ({ type: 'text', text: words });

function assistant(parts: readonly Part[], provider = 'test.chat'): Message {
  return { id: 'a', role: 'assistant', at: 2, parts, model: { provider, id: 'm' } };
}

const origin = (data: OriginData, { provider = 'test.chat', model = 'm' } = {}) =>
  // It is made of JSON.
  ({ provider, model, data: data as never });

function call(standing: CallStanding, facts: Partial<CallFacts> = {}, data?: OriginData): ToolPart {
  const known = { id: 'id1', providerId: 'p1', name: 'add', arguments: '{"a":1}', revision: 2, ...facts };
  return { type: 'tool', call: { ...known, ...standing }, ...(data && { origin: origin(data) }) };
}

const signed = { test: { signature: 's' } };
const completed: CallStanding = { state: 'completed', output: 5 };

/** The content of the first message of a role. */
function contentOf({ prompt }: Prompted, role: Message['role'] | 'tool'): readonly PromptObject[] {
  const message = prompt.find((one) => one['role'] === role);
  if (!message) throw new Error(`there is no message of the ${role}`);
  return message['content'] as readonly PromptObject[];
}

/** What the model is told of one call. */
function outputOf(part: ToolPart, to: To = {}): unknown {
  return contentOf(prompted([assistant([part], to.provider)], to), 'tool')[0]?.['output'];
}

describe('words', () => {
  test('of the system, a user and a model', () => {
    const { prompt } = prompted([
      { id: 's', role: 'system', at: 0, parts: [text('Be brief.')] },
      user(text('Hello'), text('')),
      assistant([text('Hi.'), { type: 'source', url: 'https://example.com' }]),
      user(text('')),
      assistant([text('')]),
    ]);
    expect(prompt).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] },
    ]);
  });

  test('of a refusal', () => {
    expect(prompted([assistant([{ type: 'data', name: 'refusal', data: 'I will not.' }])]).prompt).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'I will not.' }] },
    ]);
  });

  test('go back with what their model gave with them, and to that model alone (W1)', () => {
    const parts: readonly Part[] = [
      { type: 'text', text: 'Hi.', origin: origin({ providerMetadata: signed }) },
      { type: 'text', text: '', origin: origin({ providerMetadata: signed }) },
      { type: 'text', text: 'Ho.', origin: origin({ providerMetadata: signed }, { model: 'other' }) },
      { type: 'text', text: 'Hu.', origin: origin({ providerMetadata: signed }, { provider: 'test.responses' }) },
    ];
    expect(prompted([assistant(parts)]).prompt[0]?.['content']).toEqual([
      { type: 'text', text: 'Hi.', providerOptions: signed },
      { type: 'text', text: '', providerOptions: signed },
      { type: 'text', text: 'Ho.' },
      { type: 'text', text: 'Hu.' },
    ]);
  });
});

describe('reasoning', () => {
  const sent = (part: Part, to: To, spoke?: string): unknown =>
    prompted([assistant([part, text('Hi.')], spoke ?? to.provider)], to).prompt[0]?.['content'];
  const bare: Part = { type: 'reasoning', text: 'Hm.' };
  const hi = { type: 'text', text: 'Hi.' };

  test('goes back as it came', () => {
    const own: Part = { ...bare, origin: origin({ providerMetadata: signed }, { provider: 'anthropic.messages' }) };
    const back = { type: 'reasoning', text: 'Hm.', providerOptions: signed };
    expect(sent(own, { provider: 'anthropic.messages' })).toEqual([back, hi]);
    expect(sent({ ...own, text: '' }, { provider: 'anthropic.messages' })).toEqual([{ ...back, text: '' }, hi]);
  });

  test('without a signature goes back only where none is wanted (L8)', () => {
    expect(sent(bare, { provider: 'deepseek.chat' })).toEqual([{ type: 'reasoning', text: 'Hm.' }, hi]);
    for (const provider of ['anthropic.messages', 'openai.responses', 'google.generative-ai', 'amazon-bedrock']) {
      expect(sent(bare, { provider })).toEqual([hi]);
    }
  });

  test('of another provider is not sent', () => {
    expect(sent(bare, { provider: 'deepseek.chat' }, 'openai')).toEqual([hi]);
    const other: Part = { ...bare, origin: origin({ providerMetadata: signed }, { provider: 'openai' }) };
    expect(sent(other, { provider: 'anthropic.messages' }, 'openai')).toEqual([hi]);
  });
});

describe('files', () => {
  const png = (source: FilePart['source'], name?: string): FilePart => ({
    type: 'file',
    mediaType: 'image/png',
    source,
    ...(name !== undefined && { name }),
  });
  const data = (part: FilePart, to?: To): unknown => contentOf(prompted([user(part)], to), 'user')[0]?.['data'];

  test('of a user, by their bytes, an address, or an id of the provider', () => {
    const url = 'https://example.com/a.png';
    expect(data(png({ type: 'base64', data: 'QUJD' }))).toEqual({ type: 'data', data: 'QUJD' });
    expect(data(png({ type: 'base64', data: 'QUJD' }), { version: 'v3' })).toBe('QUJD');
    expect(data(png({ type: 'url', url }))).toEqual({ type: 'url', url: new URL(url), originalUrl: url });
    expect(data(png({ type: 'url', url }), { version: 'v3' })).toEqual(new URL(url));
    const own = png({ type: 'provider', provider: 'test', id: 'f1' });
    expect(data(own)).toEqual({ type: 'reference', reference: { test: 'f1' } });
    expect(prompted([user(png({ type: 'base64', data: 'QUJD' }, 'a.png'))]).prompt[0]?.['content']).toEqual([
      { type: 'file', mediaType: 'image/png', filename: 'a.png', data: { type: 'data', data: 'QUJD' } },
    ]);
  });

  test.each<[string, FilePart['source'], To]>([
    ['a file of another provider', { type: 'provider', provider: 'other', id: 'f1' }, {}],
    ['a file of the provider, in version 3', { type: 'provider', provider: 'test', id: 'f1' }, { version: 'v3' }],
    ['a blob', { type: 'blob', digest: 'd', size: 1 }, {}],
    ['an address that is none', { type: 'url', url: 'nowhere' }, {}],
  ])('%s cannot be sent, and the question is not asked without it', (_, source, to) => {
    expect(() => prompted([user(png(source))], to)).toThrow(ChatError);
    expect(() => prompted([user(png(source))], to)).toThrow('it cannot be sent a file of type image/png');
  });

  test('that the model made go back to it, where they carry something for it', () => {
    const made = png({ type: 'base64', data: 'QUJD' });
    const parts: readonly Part[] = [
      made,
      { ...made, origin: origin({ providerMetadata: signed }) },
      { ...made, origin: origin({ providerMetadata: signed, reasoning: true }) },
    ];
    const file = {
      type: 'file',
      mediaType: 'image/png',
      data: { type: 'data', data: 'QUJD' },
      providerOptions: signed,
    };
    expect(prompted([assistant(parts)]).prompt).toEqual([
      { role: 'assistant', content: [file, { ...file, type: 'reasoning-file' }] },
    ]);
  });

  test('content of a provider goes back to its model', () => {
    const own = { provider: 'test.chat', model: 'm', providerMetadata: signed };
    const part: Part = { type: 'data', name: 'test.compaction', data: own };
    expect(prompted([assistant([part])]).prompt[0]?.['content']).toEqual([
      { type: 'custom', kind: 'test.compaction', providerOptions: signed },
    ]);
    expect(prompted([assistant([part])], { version: 'v3' }).prompt).toEqual([]);
    expect(prompted([assistant([{ ...part, data: { ...own, model: 'other' } }])]).prompt).toEqual([]);
  });
});

describe('calls and their results', () => {
  test('stand right behind each other, whatever was said since (W2)', () => {
    const { prompt } = prompted([
      assistant([text('I add.'), call(completed, {}, { providerMetadata: signed })]),
      user(text('Quick!')),
    ]);
    expect(prompt).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I add.' },
          { type: 'tool-call', toolCallId: 'p1', toolName: 'add', input: { a: 1 }, providerOptions: signed },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'p1',
            toolName: 'add',
            output: { type: 'text', value: '5' },
            providerOptions: signed,
          },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'Quick!' }] },
    ]);
  });

  test('have ids that differ, of a shape that the provider takes (W2)', () => {
    const ids = (to: To): unknown[] =>
      contentOf(prompted([assistant([call(completed), call(completed, { id: 'id2' })])], to), 'assistant').map(
        (part) => part['toolCallId'],
      );
    expect(ids({})).toEqual(['p1', 'id2']);
    for (const id of ids({ provider: 'mistral.chat' })) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
  });

  test.each<[string, string, unknown]>([
    ['half a JSON', '{"a":', {}],
    ['nothing', '', {}],
    ['null', 'null', {}],
    ['a list', '[1]', {}],
    ['an object', '{"a":[1]}', { a: [1] }],
  ])('arguments that are %s', (_, written, input) => {
    const { prompt } = prompted([assistant([call(completed, { arguments: written })])]);
    expect(prompt[0]?.['content']).toMatchObject([{ input }]);
  });

  test.each<[string, CallStanding, unknown]>([
    ['a text', { state: 'completed', output: 'five' }, { type: 'text', value: 'five' }],
    ['a number', completed, { type: 'text', value: '5' }],
    ['nothing', { state: 'completed', output: undefined }, { type: 'text', value: 'Done.' }],
    ['an empty text', { state: 'completed', output: '' }, { type: 'text', value: '(no output)' }],
    ['an object', { state: 'completed', output: { sum: 5 } }, { type: 'json', value: { sum: 5 } }],
    [
      'what is shown instead',
      { state: 'completed', output: { sum: 5 }, content: [{ type: 'text', text: 'Five.' }] },
      { type: 'text', value: 'Five.' },
    ],
    [
      'a failure',
      { state: 'failed', reason: 'no numbers', outcome: 'none' },
      { type: 'error-text', value: 'The tool failed: no numbers' },
    ],
    [
      'a denial',
      { state: 'denied', by: 'policy', reason: 'not on Sundays' },
      { type: 'error-text', value: 'Not executed: a policy denied it: not on Sundays' },
    ],
    [
      'a rejection',
      { state: 'rejected', reason: 'not now' },
      { type: 'error-text', value: 'Not executed: a person rejected it: not now' },
    ],
    [
      'a cancelled call',
      { state: 'cancelled', by: 'stop', outcome: 'none' },
      { type: 'error-text', value: 'Not executed: it was cancelled.' },
    ],
  ])('%s is told as it is', (_, standing, output) => {
    expect(outputOf(call(standing))).toEqual(output);
  });

  test('an edit stands in the result, the call goes back as it came (W1)', () => {
    const decision = { type: 'approve', input: { a: 2 } } as const;
    const decisions = [{ decision, revision: 1, at: 1, by: 'ann' }] as never;
    const attempt = { number: 1, startedAt: 1, deadline: 2 };
    const edited = call({ state: 'completed', output: { sum: 5 } }, { input: { a: 2 }, decisions, attempt });
    const value = expect.stringMatching(/^A person changed the arguments[^]*\n\n\{"sum":5\}$/);
    expect(outputOf(edited)).toEqual({ type: 'text', value });
    expect(prompted([assistant([edited])]).prompt[0]?.['content']).toMatchObject([{ input: { a: 1 } }]);
  });

  test('a call that is not settled is refused', () => {
    expect(() => prompted([assistant([call({ state: 'awaiting-approval' })])])).toThrow('has no result yet');
  });
});

describe('files in results', () => {
  const file = (source: FilePart['source'], mediaType = 'image/png'): FilePart => ({ type: 'file', mediaType, source });
  const shows = (...content: FilePart[]): ToolPart =>
    call({ state: 'completed', output: 1, content: [{ type: 'text', text: 'Look:' }, ...content] });
  const base64 = { type: 'base64', data: 'QUJD' } as const;
  const url = { type: 'url', url: 'https://example.com/a' } as const;

  test('stand in the result where the provider takes them', () => {
    expect(outputOf(shows(file(base64)), { provider: 'anthropic.messages' })).toEqual({
      type: 'content',
      value: [
        { type: 'text', text: 'Look:' },
        { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'QUJD' } },
      ],
    });
  });

  test('have types of their own in version 3', () => {
    const pdf = 'application/pdf';
    const own = { type: 'provider', provider: 'openai', id: 'f1' } as const;
    const part = shows(file(base64), file(base64, pdf), file(url), file(url, pdf), file(own), file(own, pdf));
    expect(outputOf(part, { provider: 'openai.responses', version: 'v3' })).toMatchObject({
      value: [
        { type: 'text' },
        { type: 'image-data', data: 'QUJD', mediaType: 'image/png' },
        { type: 'file-data', data: 'QUJD', mediaType: pdf },
        { type: 'image-url', url: url.url },
        { type: 'file-url', url: url.url },
        { type: 'image-file-id', fileId: 'f1' },
        { type: 'file-id', fileId: 'f1' },
      ],
    });
  });

  test('follow in a message of the user where it does not, with a warning', () => {
    const { prompt, warnings } = prompted([assistant([shows(file(base64))])]);
    expect(prompt.slice(1)).toEqual([
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'p1', toolName: 'add', output: { type: 'text', value: 'Look:' } }],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of add (p1):' },
          { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'QUJD' } },
        ],
      },
    ]);
    expect(warnings).toEqual([
      'takes only text in the result of a tool: the files of add follow in a message of the user',
    ]);
  });

  test('that cannot be sent are told of in words', () => {
    const blob = { type: 'blob', digest: 'd', size: 1 } as const;
    for (const version of ['v3', 'v4'] as const) {
      const { prompt, warnings } = prompted([assistant([shows(file(blob))])], {
        provider: 'google.vertex.chat',
        version,
      });
      expect(JSON.stringify(prompt)).toContain('(A file of type image/png that cannot be shown here.)');
      expect(warnings).toEqual(['cannot be sent the file of type image/png in the result of add']);
    }
  });
});

describe('calls that the provider runs', () => {
  const ran = (standing: CallStanding, data?: OriginData): ToolPart =>
    call(standing, { providerExecuted: true, name: 'search' }, data);
  const names = { toolCallId: 'p1', toolName: 'search' };

  test('go back whole, with their result (W3)', () => {
    const data: OriginData = { providerMetadata: signed, result: { hits: 2 }, resultMetadata: { test: { more: 1 } } };
    expect(prompted([assistant([ran(completed, data)])]).prompt).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', ...names, input: { a: 1 }, providerExecuted: true, providerOptions: signed },
          {
            type: 'tool-result',
            ...names,
            output: { type: 'json', value: { hits: 2 } },
            providerOptions: { test: { more: 1 } },
          },
        ],
      },
    ]);
  });

  test.each<[OriginData, unknown]>([
    [
      { providerMetadata: {}, result: 'none' },
      { type: 'text', value: 'none' },
    ],
    [
      { providerMetadata: {}, result: 'no', isError: true },
      { type: 'error-text', value: 'no' },
    ],
    [
      { providerMetadata: {}, result: { no: 1 }, isError: true },
      { type: 'error-json', value: { no: 1 } },
    ],
  ])('with the result that it was: %j', (data, output) => {
    expect(prompted([assistant([ran(completed, data)])]).prompt[0]?.['content']).toMatchObject([{}, { output }]);
  });

  test('of another provider are nothing here', () => {
    expect(prompted([assistant([ran(completed), text('Hi.')])]).prompt).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] },
    ]);
  });

  test('are approved or refused by an answer of their own (W3)', () => {
    const data: OriginData = { providerMetadata: { test: { server: 's' } }, approvalId: 'a1' };
    const back = (standing: CallStanding): unknown => prompted([assistant([ran(standing, data)])]).prompt;
    const options = { test: { server: 's', approvalRequestId: 'a1' } };
    const asked = {
      role: 'assistant',
      content: [{ type: 'tool-call', ...names, input: { a: 1 }, providerExecuted: true, providerOptions: options }],
    };
    expect(back({ state: 'running' })).toEqual([
      asked,
      { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: 'a1', approved: true }] },
    ]);
    for (const standing of [
      { state: 'failed', reason: 'malformed', outcome: 'none' },
      { state: 'completed', output: 'a person says that it happened', by: 'person' },
    ] as const) {
      expect(back(standing)).toMatchObject([asked, { role: 'tool', content: [{ approved: false }] }]);
    }
    expect(back({ state: 'rejected', reason: 'not now' })).toEqual([
      asked,
      {
        role: 'tool',
        content: [
          {
            type: 'tool-approval-response',
            approvalId: 'a1',
            approved: false,
            reason: 'Not executed: a person rejected it: not now',
          },
        ],
      },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent, ModelRequest, Settings, ToolDeclaration } from '../../chat/model.ts';
import type { FilePart, FileSource } from '../../conversation/content.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { google } from './index.ts';
import { capabilitiesOf, quirksOf } from './quirks.ts';
import type { GoogleWire, Quirks } from './quirks.ts';
import { googleRenderer } from './request.ts';

let count = 0;

function message(role: Message['role'], ...parts: (Part | string)[]): Message {
  count += 1;
  const model = { provider: 'google', id: 'gemini-3' };
  return {
    id: `m${count}`,
    role,
    parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
    at: 0,
    ...(role === 'assistant' && { model }),
  };
}

/** The same words, said by another provider. */
function elsewhere(said: Message): Message {
  return { ...said, model: { provider: 'elsewhere', id: 'm' } };
}

function call(more: Partial<ToolCall> = {}, data?: unknown, model = 'gemini-3'): Part {
  count += 1;
  const facts = { id: `own-${count}`, name: 'add', arguments: '{"x":  1}', revision: 3 };
  const origin = data === undefined ? {} : { origin: { provider: 'google', model, data } };
  return {
    type: 'tool',
    call: { ...facts, state: 'completed', output: 'done', ...more } as ToolCall,
    ...origin,
  } as Part;
}

const add: ToolDeclaration = { name: 'add', description: 'Adds.', inputSchema: { type: 'object' } };

function wireOf(quirks: Quirks = {}): GoogleWire {
  return { provider: 'google', model: 'gemini-3', baseURL: 'https://g/v1beta', quirks };
}

interface Content {
  readonly role: string;
  readonly parts: readonly Record<string, unknown>[];
}

interface Body extends Record<string, unknown> {
  readonly contents: readonly Content[];
}

type Asked = Partial<ModelRequest> & { readonly quirks?: Quirks };

function ask({ quirks, ...request }: Asked, render = googleRenderer(wireOf(quirks))) {
  const { signal } = new AbortController();
  const { body, warnings } = render({ messages: [], tools: [], settings: {}, signal, kept: new Map(), ...request });
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return { body: JSON.parse(text) as Body, text, warnings, isText: typeof body === 'string' };
}

function contentsOf(messages: readonly Message[], quirks: Quirks = {}): Body['contents'] {
  return ask({ messages, quirks }).body.contents;
}

function settingsIn(warnings: readonly ModelEvent[]): unknown[] {
  return warnings.flatMap((one) => (one.type === 'warning' ? [one.setting] : []));
}

const user = message('user', 'Hi');
const skip = 'skip_thought_signature_validator';
const done = { functionResponse: { name: 'add', response: { output: 'done' } } };
const older: Quirks = { signatures: false, filesInResults: false, mixedTools: false };

describe('turns', () => {
  test('follow the instructions', () => {
    const { body } = ask({ instructions: 'Be kind.', messages: [user, message('assistant', 'Hello'), user] });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'Be kind.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        { role: 'model', parts: [{ text: 'Hello' }] },
        { role: 'user', parts: [{ text: 'Hi' }] },
      ],
    });
    expect(ask({}).body).toEqual({ contents: [] });
  });

  test('of the system at the beginning are instructions, and later said in the turn of the user', () => {
    const messages = [message('system', 'A'), message('system', ''), user, message('system', 'B'), message('system')];
    const { body, warnings } = ask({ instructions: 'I', messages });
    expect(warnings).toMatchObject([
      {
        reason:
          'google/gemini-3 has no place for a system message within a conversation: it is said in the turn of the user.',
      },
    ]);
    expect(body['systemInstruction']).toEqual({ parts: [{ text: 'I\n\nA' }] });
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'Hi' }, { text: '<system>\nB\n</system>' }] }]);
    expect(ask({ messages: [message('system', 'A')] }).body.contents).toEqual([]);
  });

  test('hold the instructions themselves where there is no other place for them', () => {
    const quirks: Quirks = { instructions: 'user' };
    const { body } = ask({ instructions: 'I', messages: [user, message('assistant', 'a')], quirks });
    expect(body).toEqual({
      contents: [
        { role: 'user', parts: [{ text: 'I' }, { text: 'Hi' }] },
        { role: 'model', parts: [{ text: 'a' }] },
        { role: 'user', parts: [{ text: 'Please go on.' }] },
      ],
    });
    expect(ask({ messages: [user], quirks }).body.contents).toHaveLength(1);
  });

  test('that are empty are not sent, and thoughts and sources are not', () => {
    const reasoning: Part = { type: 'reasoning', text: 'hm' };
    const source: Part = { type: 'source', url: 'u' };
    const messages = [message('user'), message('user', ''), message('assistant', reasoning, source, ''), user];
    expect(contentsOf(messages)).toEqual([{ role: 'user', parts: [{ text: 'Hi' }] }]);
  });

  test('of neighbours become one, so that a call comes right after a turn of the user (rule W2)', () => {
    const first = message('assistant', 'Wait.');
    const messages = [user, message('user', 'You?'), first, message('assistant', call({}, { thoughtSignature: 's' }))];
    expect(contentsOf([...messages, message('assistant', 'Done.'), user])).toEqual([
      { role: 'user', parts: [{ text: 'Hi' }, { text: 'You?' }] },
      {
        role: 'model',
        parts: [{ text: 'Wait.' }, { functionCall: { name: 'add', args: { x: 1 } }, thoughtSignature: 's' }],
      },
      { role: 'user', parts: [done] },
      { role: 'model', parts: [{ text: 'Done.' }] },
      { role: 'user', parts: [{ text: 'Hi' }] },
    ]);
    // In the conversation they stay apart.
    expect(first.parts).toHaveLength(1);
  });

  test('of results stand alone, whatever the user says behind them', () => {
    const roles = contentsOf([user, message('assistant', call()), user, user]).map(({ role, parts }) => [
      role,
      parts.length,
    ]);
    expect(roles).toEqual([
      ['user', 1],
      ['model', 1],
      ['user', 1],
      ['user', 2],
    ]);
  });

  test('begin with the user, also where the beginning is not shown', () => {
    const [first, ...others] = contentsOf([message('assistant', call())]);
    expect(first).toEqual({ role: 'user', parts: [{ text: '(The conversation begins.)' }] });
    expect(others.map(({ role }) => role)).toEqual(['model', 'user']);
  });

  test('end with the user, also where the model was the last to speak', () => {
    const render = googleRenderer(wireOf());
    const kept = new Map<unknown, unknown>();
    const messages = [user, message('assistant', 'One,')];
    expect(ask({ messages, kept }, render).body.contents.at(-1)).toEqual({
      role: 'user',
      parts: [{ text: 'Please go on.' }],
    });
    // It was said for this request alone.
    expect(ask({ messages: [...messages, user], kept }, render).body.contents).toHaveLength(3);
  });

  test('of a refusal hold what was said instead', () => {
    const refused = message(
      'assistant',
      { type: 'data', name: 'refusal', data: 'No.' },
      { type: 'data', name: 'x', data: 1 },
    );
    expect(contentsOf([user, refused])[1]).toEqual({ role: 'model', parts: [{ text: 'No.' }] });
  });
});

describe('signatures', () => {
  const signed = (text: string, pieces: unknown, type: 'text' | 'reasoning' = 'text', model = 'gemini-3'): Part => ({
    type,
    text,
    origin: { provider: 'google', model, data: { signed: pieces as never } },
  });

  test('go back on the very piece that was signed, an empty one too', () => {
    const pieces = [
      { from: 2, to: 4, signature: 's1' },
      { from: 5, to: 5, signature: 's2' },
    ];
    const said = message(
      'assistant',
      signed('abcde', pieces),
      signed('think', [{ from: 0, to: 3, signature: 's3' }], 'reasoning'),
    );
    expect(contentsOf([user, said])[1]?.parts).toEqual([
      { text: 'ab' },
      { text: 'cd', thoughtSignature: 's1' },
      { text: 'e' },
      { text: '', thoughtSignature: 's2' },
      { text: 'thi', thought: true, thoughtSignature: 's3' },
    ]);
  });

  test('of another model or provider are not sent, and what they stood on is', () => {
    const piece = [{ from: 0, to: 1, signature: 'secret' }];
    const foreign = {
      type: 'text',
      text: 'b',
      origin: { provider: 'elsewhere', model: 'gemini-3', data: { signed: piece } },
    } as const;
    const said = message(
      'assistant',
      signed('a', piece, 'text', 'gemini-2.5'),
      foreign,
      signed('hm', piece, 'reasoning', 'gemini-2.5'),
      call({}, { thoughtSignature: 'secret' }, 'gemini-2.5'),
    );
    const { text, body } = ask({ messages: [user, said] });
    expect(text).not.toContain('secret');
    expect(body.contents[1]?.parts).toEqual([
      { text: 'a' },
      { text: 'b' },
      { functionCall: { name: 'add', args: { x: 1 } }, thoughtSignature: skip },
    ]);
  });

  test('that are missing are replaced on the first call of a turn, where the model demands them (rule W2)', () => {
    const calls = [
      message('assistant', call(), call()),
      elsewhere(message('assistant', call({ providerId: 'toolu_1' }))),
    ];
    const sent = (quirks: Quirks) =>
      contentsOf([user, ...calls], quirks).flatMap(({ parts }) =>
        parts.flatMap((part) => ('functionCall' in part ? [part['thoughtSignature']] : [])),
      );
    expect(sent({})).toEqual([skip, undefined, skip]);
    expect(sent(older)).toEqual([undefined, undefined, undefined]);
    // The others of a signed turn need none.
    const own = message('assistant', call({}, { thoughtSignature: 's' }), call());
    expect(contentsOf([user, own])[1]?.parts.map((part) => part['thoughtSignature'])).toEqual(['s', undefined]);
  });

  test('that make no sense are left out', () => {
    const odd = [{ from: 'a' }, 1, null, { from: 0, to: 1 }];
    expect(contentsOf([user, message('assistant', signed('ab', odd), signed('c', 'x'))])[1]?.parts).toEqual([
      { text: 'ab' },
      { text: 'c' },
    ]);
  });
});

describe('a call', () => {
  test('goes back as it came, its result in the next turn (rule W1)', () => {
    const raw = '{ "x" : 1.0, "big": 12345678901234567890 }';
    const first = call({ providerId: 'c1', arguments: raw }, { thoughtSignature: 's', more: 1 });
    const second = call({ providerId: 'c2', state: 'rejected', reason: 'no' });
    const third = call({ arguments: '' });
    const { text, body } = ask({ messages: [user, message('assistant', 'Well.', first, second, 'Yes.', third)] });
    expect(text).toContain(`{"functionCall":{"id":"c1","name":"add","args":${raw}},"thoughtSignature":"s","more":1}`);
    expect(body.contents[1]?.parts).toMatchObject([
      { text: 'Well.' },
      { functionCall: { id: 'c1' } },
      { functionCall: { id: 'c2', name: 'add', args: { x: 1 } } },
      { text: 'Yes.' },
      { functionCall: { name: 'add' } },
    ]);
    expect(body.contents[1]?.parts[4]).toEqual({ functionCall: { name: 'add' } });
    expect(body.contents[2]?.parts).toEqual([
      { functionResponse: { id: 'c1', name: 'add', response: { output: 'done' } } },
      { functionResponse: { id: 'c2', name: 'add', response: { error: 'Not executed: a person rejected it: no' } } },
      done,
    ]);
  });

  test('of another provider has no id: its result is told by its place', () => {
    const { text } = ask({ messages: [user, elsewhere(message('assistant', call({ providerId: 'toolu_1' })))] });
    expect(text).not.toContain('toolu_1');
  });

  test.each([['{"x'], ['[1]'], ['null'], ['"a"']])('whose arguments are no object is sent without them: %s', (text) => {
    const broken = call({ arguments: text, incomplete: true, state: 'failed', reason: 'cut', outcome: 'none' });
    expect(contentsOf([user, message('assistant', broken)])[1]?.parts[0]?.['functionCall']).toEqual({
      name: 'add',
      args: {},
    });
  });

  test('of every settled state has a result, and an edit is told in it (rules W1, W2)', () => {
    const facts = { outcome: 'none', reason: 'why' } as const;
    const decisions = [{ decision: { type: 'approve', input: { x: 2 } }, by: 'ada', at: 1, revision: 1 }] as never;
    const settled = [
      call({ state: 'completed' }),
      call({ state: 'failed', ...facts }),
      call({ state: 'denied', by: 'policy' }),
      call({ state: 'rejected' }),
      call({ state: 'cancelled', by: 'stop', outcome: 'unknown' }),
      call({ input: { x: 2 }, decisions }),
    ];
    const [, turn, results] = contentsOf([user, message('assistant', ...settled)]);
    expect(results?.parts).toHaveLength(settled.length);
    expect(JSON.stringify(turn)).not.toContain('2');
    const told = results?.parts.map(({ functionResponse }) => (functionResponse as { response: object }).response);
    expect(told?.map((response) => Object.keys(response)[0])).toEqual([
      'output',
      'error',
      'error',
      'error',
      'error',
      'output',
    ]);
    expect(told?.at(-1)).toMatchObject({
      output: expect.stringMatching(/^A person changed the arguments .* to \{"x":2\}/),
    });
  });

  test('that is not settled is refused', () => {
    expect(() => contentsOf([user, message('assistant', call({ state: 'awaiting-approval' }))])).toThrow(
      'has no result yet',
    );
  });

  test('may give JSON, which stays JSON', () => {
    const output = (value: unknown) =>
      contentsOf([user, message('assistant', call({ state: 'completed', output: value }))])[2]?.parts[0];
    expect(output({ a: [1] })).toMatchObject({ functionResponse: { response: { output: { a: [1] } } } });
    // An order number of 17 digits would be told as another one, and the server takes no infinity.
    for (const text of ['{"order":90071992547409931}', '[1e400]', '{"a":-1E-999}'])
      expect(output(text)).toMatchObject({ functionResponse: { response: { output: text } } });
    const usual = { a: 1e21, b: 0.1 + 0.2, c: 999_999_999_999_999 };
    expect(output(usual)).toMatchObject({ functionResponse: { response: { output: usual } } });
    expect(output('[not json')).toMatchObject({ functionResponse: { response: { output: '[not json' } } });
    expect(output('')).toMatchObject({ functionResponse: { response: { output: '(no output)' } } });
  });
});

describe('what Google ran', () => {
  const code = { executableCode: { id: 'e1', code: 'print(1)' }, thoughtSignature: 's' };
  const ran = { codeExecutionResult: { id: 'e1', outcome: 'OUTCOME_OK' } };
  const searched = [
    { toolCall: { id: 't', toolType: 'GOOGLE_SEARCH_WEB' }, thoughtSignature: 'a' },
    { toolResponse: { id: 't' } },
  ];
  const executed = { providerExecuted: true, name: 'x' } as const;
  const said = (parts: unknown, model?: string) => message('assistant', 'a', call(executed, { parts }, model), 'b');

  test('goes back as it came, in its place', () => {
    expect(contentsOf([user, said([code, ran]), said(searched)])[1]?.parts).toEqual([
      { text: 'a' },
      code,
      ran,
      { text: 'b' },
      { text: 'a' },
      ...searched,
      { text: 'b' },
    ]);
  });

  test('goes to another model of Google without signatures, and its searches not at all', () => {
    expect(contentsOf([user, said([code, ran], 'other'), said(searched, 'other')])[1]?.parts).toEqual([
      { text: 'a' },
      { executableCode: code.executableCode },
      ran,
      { text: 'b' },
      { text: 'a' },
      { text: 'b' },
    ]);
    expect(contentsOf([user, said(searched)], { serverCalls: false })[1]?.parts).toHaveLength(2);
  });

  test('without a result, or elsewhere, is not sent', () => {
    const foreign = {
      ...call(executed),
      origin: { provider: 'elsewhere', model: 'm', data: { parts: [code, ran] } },
    } as Part;
    const messages = [user, said([code]), said(undefined), message('assistant', call(executed), foreign)];
    expect(contentsOf(messages)[1]?.parts).toEqual(['a', 'b', 'a', 'b'].map((text) => ({ text })));
  });

  test('asks for such calls again while any goes back', () => {
    const sent = (messages: readonly Message[]) => ask({ messages }).body['toolConfig'];
    expect(sent([user, said(searched)])).toEqual({ includeServerSideToolInvocations: true });
    expect(sent([user, said([code, ran])])).toBeUndefined();
  });
});

describe('files', () => {
  const file = (mediaType: string, source: FileSource, more: Partial<FilePart> = {}): FilePart => ({
    type: 'file',
    mediaType,
    source,
    ...more,
  });
  const base64 = { type: 'base64', data: 'AAAA' } as const;
  const url = { type: 'url', url: 'http://i' } as const;

  test('of the user are bytes, addresses, or files of Google', () => {
    const sent = message(
      'user',
      file('image/png', base64),
      file('image/*', url),
      file('application/pdf', { type: 'provider', provider: 'google', id: 'files/f1' }),
      file('video/mp4', { type: 'provider', provider: 'google', id: 'https://g/v1beta/files/f2' }),
    );
    expect(contentsOf([sent])[0]?.parts).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { fileData: { fileUri: 'http://i' } },
      { fileData: { mimeType: 'application/pdf', fileUri: 'https://g/v1beta/files/f1' } },
      { fileData: { mimeType: 'video/mp4', fileUri: 'https://g/v1beta/files/f2' } },
    ]);
  });

  test.each<FileSource>([
    { type: 'blob', digest: 'd', size: 1 },
    { type: 'provider', provider: 'openai', id: 'f' },
  ])('that cannot be sent are refused: %j', (source) => {
    expect(() => contentsOf([message('user', file('image/png', source))])).toThrow(
      `Asking google/gemini-3: it cannot be sent a file of type image/png (${source.type}).`,
    );
  });

  test('that the model made go back with their signature; those of others do not, with a warning', () => {
    const origin = { provider: 'google', model: 'gemini-3', data: { thoughtSignature: 's' } };
    const other = { provider: 'google', model: 'gemini-2.5', data: { thoughtSignature: 'secret' } };
    const made = [
      file('image/png', base64, { origin }),
      file('image/png', base64, { origin: other }),
      file('image/gif', url),
    ];
    const { body, warnings } = ask({ messages: [user, message('assistant', ...made)] });
    const inlineData = { mimeType: 'image/png', data: 'AAAA' };
    expect(body.contents[1]?.parts).toEqual([{ inlineData, thoughtSignature: 's' }, { inlineData }]);
    expect(warnings).toEqual([
      { type: 'warning', reason: 'google/gemini-3 is not shown the file of type image/gif that another model made.' },
    ]);
  });

  const shown = (...content: (FilePart | string)[]) =>
    message(
      'assistant',
      call({
        state: 'completed',
        content: content.map((one) => (typeof one === 'string' ? { type: 'text', text: one } : one)),
      }),
      call(),
    );

  test('of a tool stand in its result (rule W2)', () => {
    const { body, warnings } = ask({ messages: [user, shown('see', file('image/png', base64))] });
    expect(body.contents[2]?.parts).toEqual([
      {
        functionResponse: {
          name: 'add',
          response: { output: 'see' },
          parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
        },
      },
      done,
    ]);
    expect(warnings).toEqual([]);
    const urls = ask({ messages: [user, shown(file('image/png', url))], quirks: { urlsInResults: true } });
    expect(urls.body.contents[2]?.parts[0]).toMatchObject({
      functionResponse: { parts: [{ fileData: { fileUri: 'http://i' } }] },
    });
  });

  test.each([
    ['of a kind that it does not hold', {}, file('audio/wav', base64)],
    ['by address', {}, file('image/png', url)],
    ['of an older model', older, file('image/png', base64)],
  ])('of a tool, %s, follow in a turn of the user, with a warning said once', (_, quirks, one) => {
    const render = googleRenderer(wireOf(quirks));
    const messages = [user, shown(one), message('user', 'And?')];
    const kept = new Map<unknown, unknown>();
    const { body, warnings } = ask({ messages, kept }, render);
    expect(body.contents.slice(2)).toMatchObject([
      { role: 'user', parts: [{ functionResponse: { response: { output: '(its files follow)' } } }, done] },
      { role: 'user', parts: [{ text: 'From the result of add:' }, {}, { text: 'And?' }] },
    ]);
    expect(warnings).toHaveLength(1);
    expect(ask({ messages: [...messages, user], kept }, render).warnings).toEqual([]);
  });

  test('of a tool that cannot be sent are told of in words', () => {
    const { body, warnings } = ask({
      messages: [user, shown(file('image/png', { type: 'blob', digest: 'd', size: 1 }))],
    });
    expect(body.contents[2]?.parts[0]).toMatchObject({
      functionResponse: { response: { output: '(A file of type image/png that cannot be shown here.)' } },
    });
    expect(warnings).toMatchObject([
      { reason: 'google/gemini-3 cannot be sent the file of type image/png in the result of add.' },
    ]);
  });
});

describe('tools', () => {
  const search = google.googleSearch({ excludeDomains: ['x.test'] });

  test('are declared by JSON Schema, and those of Google stand beside them', () => {
    const { body, warnings } = ask({ tools: [add], providerTools: [search, google.codeExecution()] });
    expect(body['tools']).toEqual([
      { functionDeclarations: [{ name: 'add', description: 'Adds.', parametersJsonSchema: { type: 'object' } }] },
      { googleSearch: { excludeDomains: ['x.test'] } },
      { codeExecution: {} },
    ]);
    expect(body['toolConfig']).toEqual({ includeServerSideToolInvocations: true });
    expect(warnings).toEqual([]);
  });

  test('of Google alone need no word about their calls, and Vertex AI knows none', () => {
    expect(ask({ providerTools: [search] }).body).not.toHaveProperty('toolConfig');
    const vertex = ask({ tools: [add], providerTools: [search], quirks: { serverCalls: false } });
    expect(vertex.body).not.toHaveProperty('toolConfig');
  });

  test('of Google are left out beside ours by older models, and those of others always, with a warning', () => {
    const other = { provider: 'openai', kind: 'web_search', name: 'web', options: {} };
    const { body, warnings } = ask({ tools: [add], providerTools: [search, other], quirks: older });
    expect(body['tools']).toHaveLength(1);
    expect(warnings).toEqual([
      {
        type: 'warning',
        reason: 'google/gemini-3 is not given googleSearch: this model takes it only where there are no other tools.',
      },
      { type: 'warning', reason: 'google/gemini-3 is not given web: it is a tool of openai (web_search).' },
    ]);
    expect(ask({ providerTools: [search], quirks: older }).warnings).toEqual([]);
  });

  test('have the options that are given, under a name of one’s own', () => {
    const files = google.fileSearch({ name: 'files', fileSearchStoreNames: ['s'] });
    expect(files).toEqual({
      type: 'provider-tool',
      name: 'files',
      provider: 'google',
      kind: 'fileSearch',
      options: { fileSearchStoreNames: ['s'] },
      effect: 'read',
    });
    expect([google.urlContext(), google.googleMaps()].map(({ name, kind }) => [name, kind])).toEqual([
      ['urlContext', 'urlContext'],
      ['googleMaps', 'googleMaps'],
    ]);
  });

  test('may be chosen from', () => {
    const chosen = (toolChoice: Settings['toolChoice'], more: Partial<ModelRequest> = {}) =>
      ask({ tools: [add], settings: { ...(toolChoice && { toolChoice }) }, ...more }).body['toolConfig'];
    expect(chosen('auto')).toEqual({ functionCallingConfig: { mode: 'AUTO' } });
    expect(chosen('none')).toEqual({ functionCallingConfig: { mode: 'NONE' } });
    expect(chosen('required')).toEqual({ functionCallingConfig: { mode: 'ANY' } });
    expect(chosen({ tool: 'add' })).toEqual({ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['add'] } });
    expect(chosen(undefined)).toBeUndefined();
    // Beside Google's own, AUTO is refused.
    expect(chosen('auto', { providerTools: [search] })).toMatchObject({ functionCallingConfig: { mode: 'VALIDATED' } });
    const none = ask({ settings: { toolChoice: 'required' } });
    expect(settingsIn(none.warnings)).toEqual(['toolChoice']);
    expect(ask({ settings: { toolChoice: 'none' } }).warnings).toEqual([]);
  });
});

describe('settings', () => {
  test('stand in the groups of the body', () => {
    const settings: Settings = {
      temperature: 0,
      maxOutputTokens: 9,
      topP: 0.9,
      topK: 3,
      stop: ['x'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      reasoning: 'low',
      providerOptions: {
        google: {
          safetySettings: [],
          generationConfig: { mediaResolution: 'LOW', seed: 8 },
          toolConfig: { retrievalConfig: {} },
          tools: [{ enterpriseWebSearch: {} }],
          contents: [],
          systemInstruction: 'no',
        },
        openai: { no: 1 },
      },
    };
    const { body, warnings } = ask({ settings });
    expect(body).toEqual({
      tools: [{ enterpriseWebSearch: {} }],
      contents: [],
      generationConfig: {
        temperature: 0,
        maxOutputTokens: 9,
        topP: 0.9,
        topK: 3,
        stopSequences: ['x'],
        seed: 8,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        thinkingConfig: { thinkingLevel: 'low', includeThoughts: true },
        mediaResolution: 'LOW',
      },
      toolConfig: { retrievalConfig: {} },
      safetySettings: [],
    });
    expect(settingsIn(warnings)).toEqual(['providerOptions', 'providerOptions']);
  });

  test('that the wire cannot do are warned of', () => {
    const { warnings } = ask({ tools: [add], settings: { cache: true, parallelToolCalls: false } });
    expect(settingsIn(warnings)).toEqual(['cache', 'parallelToolCalls']);
    expect(ask({ tools: [add], settings: { parallelToolCalls: true } }).warnings).toEqual([]);
  });

  test('may ask for an output by its schema', () => {
    const { body } = ask({ output: { name: 'city', schema: { $schema: 'x', type: 'object', properties: {} } } });
    expect(body['generationConfig']).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: {} },
    });
  });

  const thinks = (model: string, reasoning: Settings['reasoning']) => {
    const { body, warnings } = ask({ settings: { ...(reasoning && { reasoning }) }, quirks: quirksOf(model, '') });
    const { thinkingConfig } = (body['generationConfig'] ?? {}) as { thinkingConfig?: unknown };
    return [thinkingConfig, warnings.length];
  };

  test.each([
    ['gemini-3.1-pro-preview', 'off', { thinkingLevel: 'low' }, 1],
    ['gemini-3.1-pro-preview', 'medium', { thinkingLevel: 'medium', includeThoughts: true }, 0],
    ['gemini-3-pro-preview', 'medium', { thinkingLevel: 'high', includeThoughts: true }, 1],
    ['gemini-3-flash-preview', 'off', { thinkingLevel: 'minimal' }, 1],
    ['gemini-3.5-flash-lite', 'off', { thinkingLevel: 'minimal' }, 1],
    ['gemini-3.8-flash', 'off', { thinkingLevel: 'low' }, 1],
    ['gemini-4-new', { budget: 99 }, { thinkingBudget: 99, includeThoughts: true }, 0],
    ['gemini-flash-latest', 'high', { thinkingLevel: 'high', includeThoughts: true }, 0],
    ['gemini-2.5-flash', 'off', { thinkingBudget: 0 }, 0],
    ['gemini-2.5-flash', 'low', { thinkingBudget: 1024, includeThoughts: true }, 0],
    ['gemini-2.5-pro', 'off', { thinkingBudget: 128 }, 1],
    ['gemini-2.5-pro', { budget: 500 }, { thinkingBudget: 500, includeThoughts: true }, 0],
    ['gemini-2.0-flash', 'high', undefined, 1],
    ['gemma-3-27b-it', 'off', undefined, 1],
  ] as const)('ask %s for thinking: %j', (model, reasoning, config, warned) => {
    expect(thinks(model, reasoning)).toEqual([config, warned]);
    expect(thinks(model, undefined)).toEqual([undefined, 0]);
  });

  test('of a model say when it gives an output by a schema', () => {
    const output = (model: string) => capabilitiesOf(quirksOf(model, '')).output;
    const models = ['gemini-3-flash-preview', 'gemini-2.5-pro', 'gemma-3-4b-it', 'gemini-3-pro-image-preview'];
    expect(models.map(output)).toEqual(['always', 'without-tools', undefined, undefined]);
    expect(capabilitiesOf(quirksOf('gemma-3-4b-it', '')).tools).toBe(false);
  });
});

describe('what is kept', () => {
  const long = 'é😀'.repeat(6000);

  test('never changes what is sent', () => {
    const step = fc.record({
      keep: fc.nat(5),
      add: fc.array(fc.constantFrom('system', 'user', 'model', 'call', 'search', 'empty'), { maxLength: 5 }),
      long: fc.boolean(),
      instructions: fc.constantFrom('x', undefined),
      quirks: fc.constantFrom<Quirks>({}, { instructions: 'user' }),
    });
    const said: Readonly<Record<string, (text: string) => Message>> = {
      system: (text) => message('system', text),
      user: (text) => message('user', text),
      model: (text) => message('assistant', text),
      call: (text) => message('assistant', text, call()),
      search: () =>
        message('assistant', call({ providerExecuted: true }, { parts: [{ toolCall: {} }, { toolResponse: {} }] })),
      empty: () => message('assistant'),
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const renderers = new Map<Quirks, ReturnType<typeof googleRenderer>>();
        const kept = new Map<unknown, unknown>();
        let messages: readonly Message[] = [];
        for (const { keep, add: added, long: isLong, instructions, quirks } of steps) {
          messages = [...messages.slice(0, keep), ...added.map((kind) => said[kind]!(isLong ? long : 'a'))];
          const request = { messages, ...(instructions !== undefined && { instructions }) };
          const render = renderers.get(quirks) ?? googleRenderer(wireOf(quirks));
          renderers.set(quirks, render);
          expect(ask({ ...request, kept }, render).text).toBe(ask({ ...request, quirks }).text);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is not rendered again', () => {
    const render = googleRenderer(wireOf());
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
    for (let i = 0; i < 3; i += 1) ask({ kept, messages: [counted, message('user', 'b')] }, render);
    expect(rendered).toBe(1);
    expect(ask({ kept, messages: [counted] }, render).isText).toBe(false);
    expect(ask({ messages: [user] }).isText).toBe(true);
  });
});

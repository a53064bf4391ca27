import { describe, expect, test } from 'vitest';
import type { Capabilities, Model, ModelRequest } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import { scripted } from '../../testing/scripted.ts';
import { fitFor, sharedCapabilities } from './capability.ts';
import { covers, shared } from './media-type.ts';

function able(id: string, capabilities?: Capabilities): Model {
  return { ...scripted([]), id, ...(capabilities && { capabilities }) };
}

function request(parts: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [], tools: [], settings: {}, signal: new AbortController().signal, kept: new Map(), ...parts };
}

function shows(mediaType: string, role: Message['role'] = 'user'): Message {
  const file = { type: 'file', mediaType, source: { type: 'url', url: 'https://example.com/a' } } as const;
  return { id: 'm', role, at: 1, parts: [file] };
}

const tools = [{ name: 'add', description: 'Adds', inputSchema: {} }];
const output = { name: 'o', schema: {} };
const names = (models: readonly Model[]): string[] => models.map(({ id }) => id);
const fit = (asked: Partial<ModelRequest>, ...models: Model[]): string[] => names(fitFor(request(asked), models));

describe('who fits a request, by what is declared', () => {
  test('everybody, in their order, where nothing special is asked', () => {
    expect(fit({}, able('a', { tools: false, files: [] }), able('b'))).toEqual(['a', 'b']);
  });

  test('whoever takes its files; who says nothing of files comes later', () => {
    const models = [able('words', { files: [] }), able('silent'), able('images', { files: ['image/*'] })];
    expect(fit({ messages: [shows('image/png')] }, ...models)).toEqual(['images', 'silent']);
    expect(fit({ messages: [shows('application/pdf')] }, ...models)).toEqual(['silent']);
  });

  test('also the files that a tool shows, and not those that a model made', () => {
    const content = [{ type: 'file', mediaType: 'image/png', source: { type: 'base64', data: '' } }] as const;
    const call = {
      id: 'c',
      name: 'look',
      arguments: '{}',
      revision: 1,
      state: 'completed',
      output: 1,
      content,
    } as const;
    const called: Message = { id: 'm', role: 'assistant', at: 1, parts: [{ type: 'tool', call }] };
    const models = [able('words', { files: [] }), able('images', { files: ['image/*'] })];
    expect(fit({ messages: [called] }, ...models)).toEqual(['images']);
    expect(fit({ messages: [shows('image/png', 'assistant')] }, ...models)).toEqual(['words', 'images']);
  });

  test('whoever calls tools', () => {
    const models = [able('silent'), able('none', { tools: false }), able('calls', { tools: true })];
    expect(fit({ tools }, ...models)).toEqual(['calls', 'silent']);
  });

  test('whoever gives a structured output, beside tools where there are some', () => {
    const models = [able('silent'), able('alone', { output: 'without-tools' }), able('always', { output: 'always' })];
    expect(fit({ output }, ...models)).toEqual(['alone', 'always']);
    expect(fit({ output, tools }, ...models)).toEqual(['always']);
  });

  test('whoever thinks comes first where thinking is asked for, and runs the tools of its provider', () => {
    const models = [able('a', { reasoning: false }), able('b', { reasoning: true })];
    expect(fit({ settings: { reasoning: 'high' } }, ...models)).toEqual(['b', 'a']);
    expect(fit({ settings: { reasoning: 'off' } }, ...models)).toEqual(['a', 'b']);
    const search = { name: 'search', provider: 'openai', kind: 'web_search', options: {} };
    expect(fit({ providerTools: [search] }, able('a'), { ...able('b'), provider: 'openai' })).toEqual(['b', 'a']);
  });

  test('and when nobody does, that is said', () => {
    const words = able('a', { files: ['image/*'], tools: false });
    const asked = request({ messages: [shows('video/mp4')], tools, output });
    expect(() => fitFor(asked, [words])).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: 'Routing: no member is declared to take files of type video/mp4 and tools and a structured output.',
      }),
    );
  });
});

test.each([
  ['image/*', 'image/png', true],
  ['image/png', 'image/*', true],
  ['image', 'image/png', true],
  ['IMAGE/PNG', 'image/png; q=1', true],
  ['*', 'video/mp4', true],
  ['*/*', 'video/mp4', true],
  ['image/png', 'image/jpeg', false],
  ['image/*', 'video/mp4', false],
])('the pattern %s and the file %s: %s', (pattern, mediaType, taken) => {
  expect(covers(['text/plain', pattern], mediaType)).toBe(taken);
});

describe('what a router can is what all its members can', () => {
  test.each<[string, readonly (Capabilities | undefined)[], Capabilities | undefined]>([
    ['nothing is known of one', [{ tools: true, files: ['image/*'], output: 'always' }, undefined], undefined],
    ['one cannot', [{ tools: false, reasoning: true }, undefined], { tools: false }],
    [
      'all can',
      [
        { tools: true, reasoning: true },
        { tools: true, reasoning: true },
      ],
      { tools: true, reasoning: true },
    ],
    ['some beside tools', [{ output: 'always' }, { output: 'without-tools' }], { output: 'without-tools' }],
    ['some first', [{ output: 'without-tools' }, { output: 'always' }], { output: 'without-tools' }],
    ['all beside tools', [{ output: 'always' }, { output: 'always' }], { output: 'always' }],
    ['the same files', [{ files: ['image/*'] }, { files: ['image/*', 'text/plain'] }], { files: ['image/*'] }],
    ['no files', [{ files: ['image/*'] }, { files: ['text/plain'] }], { files: [] }],
  ])('%s', (_, all, expected) => {
    expect(sharedCapabilities(all.map((one, place) => able(String(place), one)))).toEqual(expected);
  });

  test('of two patterns of files the narrower', () => {
    expect(shared(['image/*', 'application/pdf'], ['image/png', '*/*'])).toEqual([
      'image/*',
      'application/pdf',
      'image/png',
    ]);
    expect(shared(['*'], ['image/png', 'text/plain'])).toEqual(['image/png', 'text/plain']);
    expect(shared(['image/png'], ['image/*'])).toEqual(['image/png']);
  });
});

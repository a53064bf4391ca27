import { expect, test } from 'vitest';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { keptFor } from './blob-kept.ts';
import { Views } from './reader-view.ts';
import type { Who } from './who.ts';

const digest = (letter: string): string => letter.repeat(64);
const big = (letter: string) =>
  ({ blob: digest(letter), size: 40_000, mediaType: 'application/json', preview: '' }) as const;
const ann: Who = { principal: 'ann', tenant: 'acme', scopes: ['read'] };
const kim: Who = { principal: 'kim', tenant: 'acme', scopes: ['read', 'decide'] };

const call = {
  id: 'call-1',
  name: 'locate',
  arguments: '{}',
  revision: 3,
  state: 'completed',
  output: big('a'),
  content: [{ type: 'file', mediaType: 'image/png', source: { type: 'blob', digest: digest('b'), size: 40_000 } }],
  decisions: [{ decision: { type: 'answer', output: big('c') }, by: 'kim', at: 1 }],
} as unknown as ToolCall;

const messages: readonly Message[] = [
  {
    id: 'answer',
    role: 'assistant',
    at: 1,
    parts: [
      { type: 'text', text: digest('e'), origin: { provider: 'p', model: 'm', data: big('d') } },
      { type: 'tool', call },
    ],
  },
];

test('somebody sees what messages refer to, and never what only a provider or another person sees (X3)', () => {
  const types = (who: Who) =>
    ['a', 'b', 'c', 'd', 'e'].map((one) => keptFor(new Views().of(who), { messages }, digest(one))?.mediaType);
  expect(types(ann)).toEqual(['application/json', 'image/png', undefined, undefined, undefined]);
  expect(types(kim)).toEqual(['application/json', 'image/png', 'application/json', undefined, undefined]);
});

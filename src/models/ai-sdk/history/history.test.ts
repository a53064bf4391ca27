import { expect, test } from 'vitest';
import { Conversation } from '../../../conversation/conversation.ts';
import type { Message } from '../../../conversation/message.ts';
import { next } from '../../../conversation/next.ts';
import { createChat } from '../../../chat/chat.ts';
import { scripted } from '../../../testing/scripted.ts';
import { fromModelMessages, fromUiMessages } from '../index.ts';
import type { SdkModelMessage, SdkUiMessage } from '../index.ts';

const model = { provider: 'openai', id: 'gpt-5' };

/** As `useChat` keeps them. */
const page: readonly SdkUiMessage[] = [
  {
    id: 'u1',
    role: 'user',
    metadata: { channel: 'mail' },
    parts: [
      { type: 'text', text: 'Refund A-17.' },
      {
        type: 'file',
        mediaType: 'application/pdf',
        filename: 'bill.pdf',
        url: 'data:application/pdf;base64,JVBERi0=',
      },
      { type: 'file', mediaType: 'image/png', url: 'https://shop.example/bicycle.png' },
    ],
  },
  {
    id: 'a1',
    role: 'assistant',
    parts: [
      { type: 'step-start' },
      { type: 'reasoning', text: 'A refund.', providerMetadata: { openai: { itemId: 'rs_1' } } },
      { type: 'tool-refund', toolCallId: 'c1', state: 'output-available', input: { amount: 5 }, output: { ok: true } },
      { type: 'dynamic-tool', toolName: 'look', toolCallId: 'c2', state: 'output-error', input: {}, errorText: 'no' },
      { type: 'step-start' },
      { type: 'text', text: 'Done.' },
      { type: 'source-url', sourceId: 's', url: 'https://shop.example', title: 'Shop' },
      { type: 'data-note', data: { seen: 1 } },
    ],
  },
];

test('what a page has kept becomes messages of ours: steps apart, calls with what came of them', () => {
  const messages = fromUiMessages(page, { model, at: (_, index) => 1_000 + index });
  const refund = { id: 'c1', name: 'refund', arguments: '{"amount":5}', input: { amount: 5 }, revision: 1 };
  const look = { id: 'c2', name: 'look', arguments: '{}', input: {}, revision: 1 };
  expect(messages).toEqual([
    {
      id: 'u1',
      role: 'user',
      at: 1_000,
      metadata: { channel: 'mail' },
      parts: [
        { type: 'text', text: 'Refund A-17.' },
        { type: 'file', mediaType: 'application/pdf', name: 'bill.pdf', source: { type: 'base64', data: 'JVBERi0=' } },
        { type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'https://shop.example/bicycle.png' } },
      ],
    },
    {
      id: 'a1',
      role: 'assistant',
      at: 1_001,
      model,
      finish: 'tool-calls',
      parts: [
        { type: 'reasoning', text: 'A refund.' },
        { type: 'tool', call: { ...refund, state: 'completed', output: { ok: true } } },
        { type: 'tool', call: { ...look, state: 'failed', reason: 'no', outcome: 'unknown' } },
      ],
    },
    {
      id: expect.not.stringMatching(/^a1$/),
      role: 'assistant',
      at: 1_001,
      model,
      finish: 'stop',
      parts: [
        { type: 'text', text: 'Done.' },
        { type: 'source', url: 'https://shop.example', title: 'Shop' },
        { type: 'data', name: 'note', data: { seen: 1 } },
      ],
    },
  ]);
});

test.each([
  [{ state: 'input-streaming' }, { state: 'cancelled', outcome: 'none' }],
  [{ state: 'input-available' }, { state: 'cancelled', outcome: 'unknown' }],
  [
    { state: 'approval-requested', approval: { id: 'x' } },
    { state: 'cancelled', outcome: 'none' },
  ],
  [
    { state: 'approval-responded', approval: { id: 'x', approved: true } },
    { state: 'cancelled', outcome: 'unknown' },
  ],
  [
    { state: 'approval-responded', approval: { id: 'x', approved: false, reason: 'no' } },
    { state: 'rejected', reason: 'no' },
  ],
  [{ state: 'output-denied', approval: { id: 'x', approved: false } }, { state: 'rejected' }],
])('E1: a call that stood at %j runs no more, and says whether it may have run', (part, standing) => {
  const parts = [{ type: 'tool-refund', toolCallId: 'c', input: {}, ...part }];
  const [message] = fromUiMessages([{ id: 'a', role: 'assistant', parts }]);
  expect(message?.parts).toMatchObject([{ type: 'tool', call: { name: 'refund', ...standing } }]);
});

/** As `response.messages` are kept. */
const sent: readonly SdkModelMessage[] = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'And this?' },
      { type: 'image', image: new Uint8Array([137, 80]), mediaType: 'image/png' },
      { type: 'file', data: new URL('https://shop.example/a.pdf'), mediaType: 'application/pdf', filename: 'a.pdf' },
    ],
  },
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'I look.' },
      { type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: { id: 'A-17' } },
      { type: 'tool-call', toolCallId: 'c2', toolName: 'refund', input: { amount: 5 } },
      { type: 'tool-call', toolCallId: 'c3', toolName: 'refund', input: { amount: 6 } },
      { type: 'tool-approval-request', approvalId: 'p3', toolCallId: 'c3' },
      { type: 'tool-call', toolCallId: 'c4', toolName: 'refund', input: { amount: 7 } },
      { type: 'tool-approval-request', approvalId: 'p4', toolCallId: 'c4' },
      { type: 'tool-call', toolCallId: 'c5', toolName: 'look', input: {} },
    ],
  },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', toolCallId: 'c1', toolName: 'look', output: { type: 'json', value: { paid: true } } },
      { type: 'tool-result', toolCallId: 'c2', toolName: 'refund', output: { type: 'error-text', value: 'closed' } },
      { type: 'tool-approval-response', approvalId: 'p3', approved: false, reason: 'too much' },
    ],
  },
  { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: {} }] },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: 'c1',
        toolName: 'look',
        output: { type: 'content', value: [{ type: 'text', text: 'again' }] },
      },
    ],
  },
  { role: 'assistant', content: 'It is paid.' },
];

test('what was sent to models becomes messages of ours: a call and its result are one part', () => {
  const messages = fromModelMessages(sent);
  expect(messages.map(({ role, finish }) => [role, finish])).toEqual([
    ['system', undefined],
    ['user', undefined],
    ['assistant', 'tool-calls'],
    ['assistant', 'tool-calls'],
    ['assistant', 'stop'],
  ]);
  expect(messages[1]?.parts).toMatchObject([
    { type: 'text', text: 'And this?' },
    { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'iVA=' } },
    { type: 'file', name: 'a.pdf', source: { type: 'url', url: 'https://shop.example/a.pdf' } },
  ]);
  expect(callsIn(messages)).toMatchObject([
    { id: 'c1', state: 'completed', output: { paid: true } },
    { id: 'c2', state: 'failed', reason: 'closed' },
    { id: 'c3', state: 'rejected', reason: 'too much' },
    { id: 'c4', state: 'cancelled', outcome: 'none' },
    { id: 'c5', state: 'cancelled', outcome: 'unknown' },
    { id: expect.not.stringMatching(/^c1$/), state: 'completed', output: 'again' },
  ]);
});

test.each([
  ['a page', fromUiMessages(page)],
  ['requests', fromModelMessages(sent)],
])('C2: a conversation of what %s kept goes on, through JSON, and runs nothing of it again', async (_, messages) => {
  const ids = messages.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const conversation = Conversation.parse(JSON.stringify(new Conversation({ id: 'moved', messages })));
  expect(conversation.hasUnsettled).toBe(false);
  using heard = scripted(['Two.']);
  const chat = createChat({ model: heard });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', steps: 0 });
  conversation.say('How many?');
  expect(next(conversation)).toBe('model');
  expect((await chat.complete(conversation)).text).toBe('Two.');
  expect(heard.requests[0]?.messages).toHaveLength(messages.length + 1);
});

test.each([[{}], ['[]'], [[null]], [[{ role: 'user' }]], [[{ content: 'Hello', parts: [] }]]])(
  '%j are no messages, which is said',
  (given) => {
    const refusal = expect.objectContaining({
      code: 'format',
      message: expect.stringMatching(/^Reading messages of the AI SDK: /),
    });
    expect(() => fromUiMessages(given as never)).toThrow(refusal);
    expect(() => fromModelMessages(given as never)).toThrow(refusal);
  },
);

function callsIn(messages: readonly Message[]) {
  return messages.flatMap(({ parts }) => parts).flatMap((part) => (part.type === 'tool' ? [part.call] : []));
}

test.each([
  [new Uint8Array([137, 80]), { type: 'base64', data: 'iVA=' }],
  [new Uint8Array([137, 80]).buffer, { type: 'base64', data: 'iVA=' }],
  [JSON.parse(JSON.stringify(Buffer.from([137, 80]))), { type: 'base64', data: 'iVA=' }],
  ['iVA=', { type: 'base64', data: 'iVA=' }],
  ['data:image/png;base64,iVA=', { type: 'base64', data: 'iVA=' }],
  ['https://shop.example/a.png', { type: 'url', url: 'https://shop.example/a.png' }],
  [
    { type: 'data', data: 'iVA=' },
    { type: 'base64', data: 'iVA=' },
  ],
  [
    { type: 'url', url: 'data:image/png;base64,iVA=' },
    { type: 'base64', data: 'iVA=' },
  ],
  [
    { type: 'url', url: new URL('https://shop.example/a.png') },
    { type: 'url', url: 'https://shop.example/a.png' },
  ],
  [
    { type: 'text', text: 'Hi' },
    { type: 'base64', data: 'SGk=' },
  ],
  [
    { type: 'reference', reference: { openai: 'file-1' } },
    { type: 'provider', provider: 'openai', id: 'file-1' },
  ],
])('a file that is kept as %j comes along', (data, source) => {
  const [message] = fromModelMessages([{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data }] }]);
  expect(message?.parts).toEqual([{ type: 'file', mediaType: 'image/png', source }]);
});

test.each([undefined, null, {}, 5, { type: 'reference' }])(
  'a file that is %j is not left out: it is an error',
  (data) => {
    const parts = [{ type: 'file', mediaType: 'image/png', data }];
    const refusal = expect.objectContaining({ code: 'format', message: expect.stringContaining('a file has neither') });
    expect(() => fromModelMessages([{ role: 'user', content: parts }])).toThrow(refusal);
    expect(() => fromUiMessages([{ id: 'u', role: 'user', parts }])).toThrow(refusal);
  },
);

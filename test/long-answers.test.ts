// What comes in very many pieces is put together in a time that grows with its length, not with its square.
import { expect, test } from 'vitest';
import type { ModelEvent } from '../src/chat/model.ts';
import { wires } from './recordings/wires.ts';

const pieces = Array.from({ length: 20_000 }, (_, i) => `${i} and more; `);
const whole = JSON.stringify({ text: pieces.join('') });
const quoted = pieces.map((piece) => JSON.stringify(piece).slice(1, -1));

function chat(deltas: readonly object[]): readonly object[] {
  return [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta }] })),
    { choices: [{ finish_reason: 'tool_calls' }] },
  ];
}

function chatCall(piece: string, more: object): object {
  return { tool_calls: [{ function: { arguments: piece, ...more } }] };
}

function gemini(functionCall: object): object {
  return { candidates: [{ content: { parts: [{ functionCall }] } }] };
}

const written = ['{"text":"', ...quoted, '"}'];
const item = { type: 'function_call', id: 'fc', call_id: 'c', name: 'write' };
const place = { jsonPath: '$.text', willContinue: true };

/** Answers with one call, whose arguments are long; by name, the wire and the data of its events. */
const answers: Readonly<Record<string, readonly [string, readonly object[]]>> = {
  'Chat Completions': [
    'openai-chat',
    chat([chatCall('', { name: 'write' }), ...written.map((one) => chatCall(one, {}))]),
  ],
  'Chat Completions, named again and again': [
    'openai-chat',
    chat(written.map((one) => chatCall(one, { name: 'write' }))),
  ],
  Responses: [
    'openai-responses',
    [
      { type: 'response.output_item.added', output_index: 0, item },
      ...written.map((delta) => ({ type: 'response.function_call_arguments.delta', output_index: 0, delta })),
      { type: 'response.output_item.done', output_index: 0, item: { ...item, arguments: whole, status: 'completed' } },
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    ],
  ],
  'Anthropic Messages': [
    'anthropic-messages',
    [
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't', name: 'write', input: {} } },
      ...written.map((partial_json) => ({ type: 'content_block_delta', index: 0, delta: { partial_json } })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop' },
    ],
  ],
  Gemini: [
    'gemini',
    [
      gemini({ name: 'write', willContinue: true }),
      ...pieces.map((stringValue) => gemini({ partialArgs: [{ ...place, stringValue }], willContinue: true })),
      gemini({ partialArgs: [{ jsonPath: '$.text', stringValue: '' }] }),
      { candidates: [{ finishReason: 'STOP' }] },
    ],
  ],
};

test.each(Object.entries(answers))('arguments of %s in 20,000 pieces', { timeout: 120_000 }, async (_, answer) => {
  const [wire, data] = answer;
  const bytes = new TextEncoder().encode(data.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''));
  const model = wires[wire]!(async () => new Response(bytes));
  const { signal } = new AbortController();
  const events: ModelEvent[] = [];
  const began = performance.now();
  const batches = model.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() });
  for await (const batch of batches) for (const event of 'type' in batch ? [batch] : batch) events.push(event);
  // With the square of the length it takes minutes.
  expect(performance.now() - began).toBeLessThan(15_000);
  const told = events.flatMap((event) => (event.type === 'tool-input' ? event.delta : []));
  const calls = events.flatMap((event) => (event.type === 'call' ? event.arguments : []));
  expect([told.join(''), ...calls].map((text) => text === whole)).toEqual([true, true]);
});

import { describe, expect, test } from 'vitest';
import type { Model } from '../../chat/model.ts';
import { createChat } from '../../chat/chat.ts';
import { tool } from '../../chat/tool.ts';
import { Conversation } from '../../conversation/conversation.ts';
import type { MakeModel, ModelScenario } from '../../testing/model/case.ts';
import { modelCases } from '../../testing/model/cases.ts';
import { anthropic } from './index.ts';

// What is true of every model, over a server in this process.

describe('Anthropic Messages over a fetch of this process', () => {
  let open = 0;
  const make: MakeModel = (scenario) =>
    anthropic('claude-haiku-4-5', { apiKey: 'key', fetch: serve(scenario, (more) => (open += more)) });
  const refused = (): Model =>
    anthropic('claude-haiku-4-5', {
      apiKey: 'sk-secret',
      fetch: async () => Response.json({ error: { message: 'invalid x-api-key: sk-secret' } }, { status: 401 }),
    });
  const options = {
    unsupported: { seed: 5 },
    open: () => open,
    refused,
    secrets: ['sk-secret'],
    warnsOfProviderTools: true,
  };
  for (const { name, run } of modelCases(make, options)) test(name, run);
});

/** A server of Anthropic Messages that does what a scenario wants; `count` is told of each body that opens and ends. */
function serve(scenario: ModelScenario, count: (more: number) => void): typeof fetch {
  return async (_, init) => {
    init?.signal?.throwIfAborted();
    const frames = [...framesOf(scenario)];
    const encoder = new TextEncoder();
    count(1);
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) =>
          init?.signal?.addEventListener('abort', () => {
            controller.error(init.signal?.reason);
            count(-1);
          }),
        pull: async (controller) => {
          const frame = frames.shift();
          if (frame !== undefined) return controller.enqueue(encoder.encode(frame));
          if (scenario === 'endless') return new Promise(() => {});
          controller.close();
          count(-1);
        },
        cancel: () => count(-1),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}

function* framesOf(scenario: ModelScenario): Generator<string> {
  const usage = { input_tokens: 9, output_tokens: 1, cache_read_input_tokens: 4 };
  yield frame({ type: 'message_start', message: { id: 'm1', model: 'claude-test', usage } });
  yield frame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  yield frame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } });
  if (scenario === 'cut' || scenario === 'endless') return;
  yield frame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo.' } });
  yield frame({ type: 'content_block_stop', index: 0 });
  if (scenario === 'call') yield* call(1, '{"a":2,', '"b":3}');
  const reason = scenario === 'call' ? 'tool_use' : 'end_turn';
  yield frame({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 5 } });
  yield frame({ type: 'message_stop' });
}

function* call(index: number, ...pieces: string[]): Generator<string> {
  yield frame({
    type: 'content_block_start',
    index,
    content_block: { type: 'tool_use', id: 'c1', name: 'add', input: {} },
  });
  for (const partial_json of ['', ...pieces]) {
    yield frame({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } });
  }
  yield frame({ type: 'content_block_stop', index });
}

function frame(event: { readonly type: string; readonly [name: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

test('a tool loop gives thinking back with its signature, before the call and its result', async () => {
  const bodies: { messages: unknown[] }[] = [];
  const thinking = [
    frame({ type: 'message_start', message: { id: 'm1', model: 'claude-test' } }),
    frame({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } }),
    frame({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } }),
    frame({ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 's1' } }),
    frame({ type: 'content_block_stop', index: 0 }),
    ...call(1, '{ "a": 1 }'),
    frame({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } }),
    frame({ type: 'message_stop' }),
  ];
  const model = anthropic('claude-haiku-4-5', {
    apiKey: 'key',
    fetch: async (_, { body }) => {
      bodies.push(JSON.parse(String(body)) as { messages: unknown[] });
      return new Response(bodies.length === 1 ? thinking.join('') : [...framesOf('text')].join(''));
    },
  });
  const input = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => ({ type: 'object' }) },
    },
  } as const;
  const add = tool({ description: 'Adds.', input, effect: 'read', run: () => 3 });
  const chat = createChat({ model, tools: { add }, settings: { reasoning: 'low' } });
  const conversation = new Conversation();
  conversation.say('Add.');
  for await (const _ of chat.stream(Conversation.parse(JSON.stringify(conversation))));
  expect(bodies[1]).toMatchObject({
    thinking: { type: 'enabled', budget_tokens: 4096 },
    messages: [
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 's1' },
          { type: 'tool_use', id: 'c1', name: 'add', input: { a: 1 } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: '3' }] },
    ],
  });
});

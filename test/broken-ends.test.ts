// A provider said that its answer is over, and then its connection breaks or falls silent: the answer is paid for, and whole.
import { describe, expect, test } from 'vitest';
import type { Model } from '../src/chat/model.ts';
import { Conversation, createChat } from '../src/index.ts';
import type { ConnectionOptions } from '../src/models/connection.ts';
import { anthropicMessages } from '../src/models/anthropic/index.ts';
import { google } from '../src/models/google/index.ts';
import { ollama } from '../src/models/ollama/index.ts';
import { chatCompletions } from '../src/models/openai/chat/index.ts';
import { responses } from '../src/models/openai/responses/index.ts';

const server = { provider: 'test', model: 'm', baseURL: 'http://test' } as const;

interface Wire {
  readonly model: (options: Pick<ConnectionOptions, 'fetch' | 'idleTimeout'>) => Model;
  readonly said: object;
  /** What says that the answer is over. */
  readonly over: object;
}

const wires: Readonly<Record<string, Wire>> = {
  'openai-chat': {
    model: (options) => chatCompletions({ ...server, ...options }),
    said: { choices: [{ delta: { content: 'Hello' } }] },
    over: { choices: [{ delta: {}, finish_reason: 'stop' }] },
  },
  'openai-responses': {
    model: (options) => responses({ ...server, ...options }),
    said: { type: 'response.output_text.delta', output_index: 0, delta: 'Hello' },
    over: { type: 'response.completed', response: { status: 'completed', output: [] } },
  },
  'anthropic-messages': {
    model: (options) => anthropicMessages({ ...server, ...options }),
    said: { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hello' } },
    over: { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
  },
  gemini: {
    model: (options) => google('m', { baseURL: 'http://test', apiKey: 'key', ...options }),
    said: { candidates: [{ content: { parts: [{ text: 'Hello' }] } }] },
    over: { candidates: [{ finishReason: 'STOP' }] },
  },
  'ollama-native': {
    model: (options) => ollama('m', { baseURL: 'http://test', ...options }),
    said: { message: { content: 'Hello' } },
    over: { message: { content: '' }, done: true, done_reason: 'stop' },
  },
};

/** A body that holds these frames, and then breaks or falls silent. */
function body(frames: readonly object[], wire: string, end: 'breaks' | 'is silent'): ReadableStream<Uint8Array> {
  const before = wire === 'ollama-native' ? '' : 'data: ';
  const text = frames.map((frame) => `${before}${JSON.stringify(frame)}\n\n`).join('');
  let isTold = false;
  return new ReadableStream({
    pull(controller) {
      if (!isTold) controller.enqueue(new TextEncoder().encode(text));
      else if (end === 'breaks') controller.error(new TypeError('terminated'));
      else return new Promise(() => {});
      isTold = true;
      return undefined;
    },
  });
}

async function answered(wire: string, frames: readonly object[], end: 'breaks' | 'is silent') {
  let requests = 0;
  const model = wires[wire]!.model({
    idleTimeout: 60,
    fetch: async () => {
      requests += 1;
      return new Response(body(frames, wire, end));
    },
  });
  const conversation = new Conversation();
  conversation.say('Hi.');
  const chat = createChat({ model, retry: (attempt) => attempt < 2 && 1 });
  const result = await chat.complete(conversation).catch((error: unknown) => error);
  return { result, requests };
}

describe.each(Object.keys(wires))('over %s', (wire) => {
  const { said, over } = wires[wire]!;

  test.each(['breaks', 'is silent'] as const)('an answer that is over is kept when its body %s', async (end) => {
    const { result, requests } = await answered(wire, [said, over], end);
    expect(result).toMatchObject({ type: 'done', text: 'Hello', finish: 'stop' });
    expect(requests).toBe(1);
  });

  test.each([
    ['breaks', 'network'],
    ['is silent', 'timeout'],
  ] as const)('one that is not over is none when its body %s', async (end, code) => {
    const { result, requests } = await answered(wire, [said], end);
    expect(result).toMatchObject({ code });
    expect(requests).toBe(2);
  });
});

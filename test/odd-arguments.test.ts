// Servers write the arguments of a call in many ways. A tool that needs none must not run because they were not understood.
import { describe, expect, test } from 'vitest';
import { Conversation, createChat, tool } from '../src/index.ts';
import type { Schema } from '../src/index.ts';
import { isObject } from '../src/conversation/json.ts';
import { wires } from './recordings/wires.ts';

/** An answer that holds one call of `clear`, as each wire writes it. */
const answers: Readonly<Record<string, (given: unknown) => readonly object[]>> = {
  'openai-chat': (given) => [
    { choices: [{ delta: { tool_calls: [{ index: 0, id: 'c', function: { name: 'clear', arguments: given } }] } }] },
    { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
  ],
  'openai-responses': (given) => [
    {
      type: 'response.completed',
      response: {
        status: 'completed',
        output: [{ type: 'function_call', call_id: 'c', name: 'clear', arguments: given, status: 'completed' }],
      },
    },
  ],
  'anthropic-messages': (given) => [
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 'c', name: 'clear', input: given },
    },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
    { type: 'message_stop' },
  ],
  gemini: (given) => [
    { candidates: [{ content: { parts: [{ functionCall: { name: 'clear', args: given } }] }, finishReason: 'STOP' }] },
  ],
  'ollama-native': (given) => [
    { message: { tool_calls: [{ function: { name: 'clear', arguments: given } }] }, done: true, done_reason: 'stop' },
  ],
};

const input: Schema<{ readonly ids?: readonly string[] }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (isObject(value) ? { value } : { issues: [{ message: 'not an object' }] }),
    jsonSchema: { input: () => ({ type: 'object' }) },
  },
};

/** What the tool ran with, and what became of its call. */
async function ran(
  wire: string,
  given: unknown,
): Promise<{ readonly inputs: readonly unknown[]; readonly state: string }> {
  const inputs: unknown[] = [];
  const clear = tool({
    description: 'Clears these, or everything.',
    input,
    effect: 'read',
    run: (ids) => void inputs.push(ids),
  });
  const before = wire === 'ollama-native' ? '' : 'data: ';
  const frames = answers[wire]!(given).map((frame) => `${before}${JSON.stringify(frame)}\n\n`);
  const model = wires[wire]!(async () => new Response(frames.join('')));
  const conversation = new Conversation();
  conversation.say('Go.');
  await createChat({ model, tools: { clear } }).complete(conversation, { maxSteps: 1 });
  const part = conversation.messages.flatMap(({ parts }) => parts).find(({ type }) => type === 'tool');
  if (part?.type !== 'tool') throw new Error('no call');
  return { inputs, state: part.call.state };
}

describe.each(Object.keys(answers))('over %s', (wire) => {
  test.each([[[1]], [5], [true], ['x'], ['[]'], ['5'], ['{"ids":']])(
    '%j are no arguments to run with',
    async (given) => {
      expect(await ran(wire, given)).toEqual({ inputs: [], state: 'failed' });
    },
  );

  test.each([[null], [undefined], [''], ['null'], ['{}'], [{}], [[]]])('%j is none', async (given) => {
    expect(await ran(wire, given)).toEqual({ inputs: [{}], state: 'completed' });
  });

  test.each([[{ ids: ['a'] }], ['{"ids":["a"]}'], [' { "ids" : [ "a" ] } ']])('%j is an object', async (given) => {
    expect(await ran(wire, given)).toEqual({ inputs: [{ ids: ['a'] }], state: 'completed' });
  });
});

// What the fuzzer has found once, each in a few frames, and read by every wire: an answer of one may come to any other.
import { describe, expect, test } from 'vitest';
import { verdictOn } from './recordings/fuzz/trial.ts';
import { secret } from './recordings/fuzz/value.ts';
import { wires } from './recordings/wires.ts';

const deep = `${'[{"a":'.repeat(5000)}1${'}]'.repeat(5000)}`;

/** Data of events, or lines. */
const answers: Readonly<Record<string, readonly string[]>> = {
  'a word for the end that every object has as a name': [
    '{"choices":[{"delta":{"content":"a"},"finish_reason":"constructor"}]}',
    '{"type":"message_delta","delta":{"stop_reason":"constructor"}}',
    '{"type":"response.completed","response":{"status":"constructor","output":[]}}',
    '{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"constructor"}]}',
    '{"message":{"content":"a"},"done":true,"done_reason":"constructor"}',
  ],
  'objects that are no text, and say so': [
    '{"type":{"toString":1}}',
    '{"type":"content_block_start","index":0,"content_block":{"type":{"toString":1}}}',
    '{"type":"response.output_item.done","output_index":0,"item":{"type":{"toString":1},"id":{"toString":1}}}',
    '{"type":"response.output_item.done","item":{"type":"function_call","name":{"toString":1},"call_id":"c"}}',
    '{"type":"response.output_item.done","item":{"type":"mcp_call","name":{"toString":1},"server_label":{"toString":1}}}',
    '{"type":"response.code_interpreter_call_code.delta","item_id":"c","delta":{"toString":1}}',
    '{"type":"response.completed","response":{"status":{"toString":1}}}',
  ],
  'more tokens than there are numbers, and fewer than none': [
    '{"choices":[],"usage":{"prompt_tokens":1e999,"completion_tokens":-1e999,"total_tokens":-5}}',
    '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":1e999,"output_tokens":-1}}',
    '{"type":"response.completed","response":{"output":[],"usage":{"input_tokens":-1,"output_tokens":1e999}}}',
    '{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1e999,"candidatesTokenCount":-1}}',
    '{"done":true,"prompt_eval_count":1e999,"eval_count":-1}',
  ],
  'what is nested too deeply': [
    `{"choices":[{"delta":{"tool_calls":[{"function":{"name":"a","arguments":{"a":${deep}}}}]}}],"usage":${deep}}`,
    `{"type":"response.output_item.done","item":{"type":"function_call","name":"a","arguments":${deep}}}`,
    `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"a","args":{"a":${deep}}}}]}}]}`,
    `{"type":"error","error":${'{"error":'.repeat(5000)}1${'}'.repeat(5000)}}`,
  ],
  'a key in an error': [
    `{"error":{"message":"wrong key ${secret}","code":"${secret}","type":"${secret}"},"request_id":"${secret}"}`,
    `{"type":"error","error":{"type":"${secret}","message":"${'a'.repeat(990)}${secret}"}}`,
    `{"type":"response.failed","response":{"error":{"code":"${secret}","message":"${secret}"}}}`,
  ],
};

const encoder = new TextEncoder();

describe.each(Object.keys(wires))('to %s', (wire) => {
  test.each(Object.entries(answers))('comes %s', async (_, frames) => {
    const before = wire === 'ollama-native' ? '' : 'data: ';
    for (const frame of frames) {
      for (const status of [200, 400]) {
        const pieces = [encoder.encode(`${before}${frame}\n\n`)];
        const trial = { wire, status, contentType: undefined, pieces, cuts: undefined };
        const { problems, end } = await verdictOn(trial);
        expect(problems, `${frame.slice(0, 80)} ended as ${end}`).toEqual([]);
      }
    }
  });
});

// What waits for a token outlives V8's young generation, which grows by what survives it: 200 streams that wait make half
// of what a process takes. So it is counted how many promises stand on the way of a token.
import { createHook } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { Conversation, createChat } from '../src/index.ts';
import { compatible } from '../src/models/compatible/index.ts';

const encoder = new TextEncoder();
const texts = Array.from({ length: 40 }, (_, i) => `word ${i} `);
const events = [...texts.map((content) => ({ delta: { content } })), { delta: {}, finish_reason: 'stop' }];
const chunks = events.map((choice) => encoder.encode(`data: ${JSON.stringify({ choices: [choice] })}\n\n`));

it('hands a token through in one promise, beside those of the body and of whoever awaits it', async () => {
  let promises = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') promises += 1;
    },
  });
  const model = compatible({ provider: 'mock', model: 'm', baseURL: 'http://localhost', fetch: async () => answer() });
  const conversation = new Conversation();
  conversation.say('Hello');
  const stream = createChat({ model }).stream(conversation);
  const counts: number[] = [];
  let said = '';
  hook.enable();
  for (;;) {
    promises = 0;
    const { value, done } = await stream.next();
    if (done) break;
    if (value.type !== 'text') continue;
    said += value.delta;
    counts.push(promises);
  }
  hook.disable();
  expect(said).toBe(texts.join(''));
  // The first reads wait for the answer to begin.
  expect(new Set(counts.slice(5))).toEqual(new Set([3]));
});

/** A body whose reads are one promise each. */
function answer() {
  const pieces = chunks.values();
  const read = () => Promise.resolve({ done: false, value: pieces.next().value });
  const cancel = async () => {};
  const body = { getReader: () => ({ read, cancel }), cancel };
  return { ok: true, status: 200, headers: new Headers(), body, text: async () => '' };
}

import { expect, test } from 'vitest';
import { createDemoFetch, demoFetch } from './demo-fetch.ts';

const url = 'https://demo.invalid/v1/chat/completions';
const file = {
  type: 'object',
  properties: { path: { type: 'string' }, content: { type: 'string' } },
  required: ['path', 'content'],
};
const tools = [{ type: 'function', function: { name: 'write_file', description: 'Write a file', parameters: file } }];

interface Chunk {
  readonly id: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly {
    readonly delta: {
      readonly role?: string;
      readonly content?: string | null;
      readonly tool_calls?: readonly CallDelta[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

interface CallDelta {
  readonly index: number;
  readonly id?: string;
  readonly function: { readonly name?: string; readonly arguments: string };
}

function bodyFor(text: string, more: object = {}): string {
  return JSON.stringify({
    model: 'rules-1',
    stream: true,
    messages: [{ role: 'user', content: text }],
    tools,
    ...more,
  });
}

async function framesOf(response: Response): Promise<string[]> {
  return (await response.text()).split('\n\n').filter((frame) => frame !== '');
}

async function chunksFor(body: string): Promise<Chunk[]> {
  const frames = await framesOf(await demoFetch(url, { method: 'POST', body }));
  expect(frames.at(-1)).toBe('data: [DONE]');
  return frames.slice(0, -1).map((frame) => JSON.parse(frame.replace(/^data: /, '')) as Chunk);
}

test('streams text in small pieces, then the finish, the usage and the end', async () => {
  const chunks = await chunksFor(bodyFor('hi'));
  const texts = chunks.flatMap((chunk) => chunk.choices[0]?.delta.content ?? []);
  expect(texts.join('')).toContain('I am a small set of rules, not an AI');
  expect(Math.max(...texts.map((text) => text.trim().split(/\s+/).length))).toBeLessThanOrEqual(2);
  expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
  const { choices, usage } = chunks.at(-1)!;
  expect(choices).toEqual([]);
  expect(usage!.total_tokens).toBe(usage!.prompt_tokens + usage!.completion_tokens);
  expect(usage!.completion_tokens).toBeGreaterThan(0);
  for (const chunk of chunks)
    expect(chunk).toMatchObject({ object: 'chat.completion.chunk', model: 'rules-1', id: chunks[0]!.id });
});

test('streams several calls, each with its index, its arguments in pieces', async () => {
  const chunks = await chunksFor(bodyFor('create a.txt saying one 😀 and b.txt saying two'));
  const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  for (const [index, id] of ['demo_call_1', 'demo_call_2'].entries()) {
    const mine = deltas.filter((delta) => delta.index === index);
    expect(mine[0]).toMatchObject({ id, function: { name: 'write_file', arguments: '' } });
    expect(mine.length).toBeGreaterThan(3);
    expect(JSON.parse(mine.map((delta) => delta.function.arguments).join(''))).toEqual(
      [
        { path: 'a.txt', content: 'one 😀' },
        { path: 'b.txt', content: 'two' },
      ][index],
    );
  }
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
});

test('call ids stay unique in a conversation', async () => {
  const call = { id: 'demo_call_2', type: 'function', function: { name: 'write_file', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'x' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'demo_call_2', content: 'Done.' },
    { role: 'user', content: 'create a.txt saying one' },
  ];
  const chunks = await chunksFor(bodyFor('', { messages }));
  expect(chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])[0]?.id).toBe('demo_call_3');
});

test('the same words give the same bytes', async () => {
  const body = bodyFor('create a.txt saying one');
  const [first, second] = await Promise.all([
    framesOf(await demoFetch(url, { body })),
    framesOf(await demoFetch(url, { body })),
  ]);
  expect(first).toEqual(second);
});

test('the body may be bytes, and usage may be declined', async () => {
  const body = new TextEncoder().encode(bodyFor('hi', { stream_options: { include_usage: false } }));
  const response = await demoFetch(url, { method: 'POST', body });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(await response.text()).not.toContain('"usage"');
});

test('the body may be inside a Request', async () => {
  const response = await demoFetch(new Request(url, { method: 'POST', body: bodyFor('hi') }));
  expect((await framesOf(response)).at(-1)).toBe('data: [DONE]');
});

test('without stream it answers with one JSON', async () => {
  const body = bodyFor('create a.txt saying one', { stream: false });
  const answer = await (await demoFetch(url, { method: 'POST', body })).json();
  expect(answer).toMatchObject({
    object: 'chat.completion',
    model: 'rules-1',
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'demo_call_1',
              type: 'function',
              function: { name: 'write_file', arguments: '{"path":"a.txt","content":"one"}' },
            },
          ],
        },
      },
    ],
  });
});

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['nothing', ''],
  ['no messages', '{}'],
  ['no message', '{"messages":[]}'],
  ['an unknown role', '{"messages":[{"role":"wizard","content":"hi"}]}'],
  ['content that is a number', '{"messages":[{"role":"user","content":5}]}'],
  ['tools without names', '{"messages":[{"role":"user","content":"hi"}],"tools":[{}]}'],
  [
    'a choice of a tool that is not there',
    '{"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"function","function":{"name":"x"}}}',
  ],
])('a body with %s is answered with 400', async (_, body) => {
  const response = await demoFetch(url, { method: 'POST', body });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: {
      message: expect.any(String),
      type: 'invalid_request_error',
      param: expect.toBeOneOf([null, expect.any(String)]),
      code: null,
    },
  });
});

test('an aborted signal rejects as fetch does', async () => {
  const signal = AbortSignal.abort();
  await expect(demoFetch(url, { body: bodyFor('hi'), signal })).rejects.toMatchObject({ name: 'AbortError' });
});

test('an abort while it streams errors the body, even while it waits', async () => {
  const stop = new AbortController();
  const response = await createDemoFetch({ pace: 10_000 })(url, { body: bodyFor('hi'), signal: stop.signal });
  const reader = response.body!.getReader();
  const reading = reader.read();
  const reason = new Error('enough');
  stop.abort(reason);
  await expect(reading).rejects.toBe(reason);
});

test('cancelling the body ends it', async () => {
  const response = await createDemoFetch({ pace: 5 })(url, { body: bodyFor('hi') });
  const reader = response.body!.getReader();
  expect((await reader.read()).done).toBe(false);
  await reader.cancel();
  expect((await reader.read()).done).toBe(true);
});

test('pace waits between the pieces', async () => {
  const start = performance.now();
  const frames = await framesOf(await createDemoFetch({ pace: 4 })(url, { body: bodyFor('thanks') }));
  expect(performance.now() - start).toBeGreaterThanOrEqual((frames.length - 1) * 3);
});

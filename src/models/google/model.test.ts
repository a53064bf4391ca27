import { afterEach, describe, expect, test, vi } from 'vitest';
import { createChat } from '../../chat/chat.ts';
import type { Model, Settings } from '../../chat/model.ts';
import { Conversation } from '../../conversation/conversation.ts';
import { tool } from '../../chat/tool.ts';
import type { MakeModel, ModelScenario } from '../../testing/model/case.ts';
import { modelCases } from '../../testing/model/cases.ts';
import type { Fetch } from '../../wire/http.ts';
import { google } from './index.ts';
import type { GoogleOptions } from './index.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('Gemini over a fetch of this process', () => {
  let open = 0;
  const make: MakeModel = (scenario) =>
    google('gemini-test', { apiKey: 'key', fetch: serve(scenario, (more) => (open += more)) });
  const refused = (): Model =>
    google('gemini-test', {
      apiKey: 'secret-key',
      fetch: async () => Response.json({ error: { code: 401, message: 'secret-key?' } }, { status: 401 }),
    });
  const options = {
    unsupported: { cache: true, toolChoice: 'required' },
    open: () => open,
    refused,
    secrets: ['secret-key'],
    warnsOfProviderTools: true,
  } as const;
  for (const { name, run } of modelCases(make, options)) test(name, run);
});

/** A server that does what a scenario wants; `count` is told of each body that opens and ends. */
function serve(scenario: ModelScenario, count: (more: number) => void): Fetch {
  return async (_, { signal }) => {
    signal.throwIfAborted();
    const chunks = [...chunksOf(scenario)];
    const encoder = new TextEncoder();
    count(1);
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) =>
          signal.addEventListener('abort', () => {
            controller.error(signal.reason);
            count(-1);
          }),
        pull: async (controller) => {
          const chunk = chunks.shift();
          if (chunk !== undefined) return controller.enqueue(encoder.encode(`data: ${chunk}\r\n\r\n`));
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

function* chunksOf(scenario: ModelScenario): Generator<string> {
  yield chunk([{ text: 'Hel' }]);
  if (scenario === 'cut' || scenario === 'endless') return;
  yield chunk([{ text: 'lo.' }]);
  if (scenario === 'call')
    yield chunk([{ functionCall: { name: 'add', args: { a: 2, b: 3 } }, thoughtSignature: 's' }]);
  const usageMetadata = {
    promptTokenCount: 9,
    candidatesTokenCount: 2,
    thoughtsTokenCount: 3,
    cachedContentTokenCount: 4,
  };
  yield chunk([{ text: '' }], { finishReason: 'STOP' }, { usageMetadata });
}

function chunk(parts: readonly object[], candidate: object = {}, more: object = {}): string {
  return JSON.stringify({ candidates: [{ content: { role: 'model', parts }, ...candidate }], ...more });
}

/** A `fetch` that answers with these chunks, one list of them for each request, and what it was asked. */
function recorder(...answers: readonly (readonly string[])[]) {
  const requests: { url: string; headers: Record<string, string>; body: Record<string, unknown> }[] = [];
  const fetch: Fetch = async (url, { headers, body }) => {
    requests.push({ url, headers, body: JSON.parse(String(body)) as Record<string, unknown> });
    const chunks = answers[requests.length - 1] ?? [chunk([{ text: 'a' }], { finishReason: 'STOP' })];
    return new Response(chunks.map((one) => `data: ${one}\n\n`).join(''));
  };
  return { requests, fetch };
}

async function send(name: string, options: GoogleOptions = {}, settings: Settings = {}) {
  const { requests, fetch } = recorder();
  const { signal } = new AbortController();
  const model = google(name, { fetch, ...options });
  for await (const _ of model.stream({ messages: [], tools: [], settings, signal, kept: new Map() }));
  return requests[0]!;
}

describe('a model', () => {
  test('is asked with its key in a header, never in the address', async () => {
    const { url, headers } = await send(
      'gemini-3-flash',
      { apiKey: async () => ' secret-key\n' },
      { headers: { 'x-a': '1' } },
    );
    expect(url).toBe(
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse',
    );
    expect(headers).toEqual({ 'content-type': 'application/json', 'x-goog-api-key': 'secret-key', 'x-a': '1' });
    const tuned = await send('tunedModels/mine', { apiKey: 'k', baseURL: 'http://proxy/v1/?v=2' });
    expect(tuned.url).toBe('http://proxy/v1/tunedModels/mine:streamGenerateContent?v=2&alt=sse');
  });

  test.each(['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'])(
    'finds its key in %s',
    async (name) => {
      clear();
      vi.stubEnv(name, 'from-there');
      expect((await send('m')).headers).toMatchObject({ 'x-goog-api-key': 'from-there' });
      // What the headers carry is enough.
      const { headers } = await send('m', { headers: { Authorization: 'Bearer t' } });
      expect(headers).not.toHaveProperty('x-goog-api-key');
    },
  );

  test('without a key says which variable to set', async () => {
    clear();
    await expect(send('m')).rejects.toMatchObject({
      code: 'auth',
      message: 'Asking google/m: there is no API key. Set GEMINI_API_KEY, or give apiKey.',
    });
  });

  test('is asked at Vertex AI with a token', async () => {
    const baseURL =
      'https://europe-west1-aiplatform.googleapis.com/v1/projects/p/locations/europe-west1/publishers/google';
    const { url, headers } = await send('gemini-2.5-flash', { baseURL, apiKey: () => 'Bearer ya29.token' });
    expect(url).toBe(`${baseURL}/models/gemini-2.5-flash:streamGenerateContent?alt=sse`);
    expect(headers).toMatchObject({ authorization: 'Bearer ya29.token' });
    expect(headers).not.toHaveProperty('x-goog-api-key');
  });

  test('says what it can do', () => {
    const { capabilities } = google('gemini-3-flash-preview');
    expect(capabilities).toMatchObject({ tools: true, reasoning: true, output: 'always' });
    expect(google('gemini-2.0-flash', { quirks: { output: 'never' } }).capabilities).not.toHaveProperty('output');
  });
});

function clear(): void {
  for (const name of ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY']) vi.stubEnv(name, '');
}

test('what a model said goes back in the next step of a chat part by part (rules W1, W2)', async () => {
  const parts = [
    { text: 'Hm.', thought: true },
    { text: 'I look. ' },
    { functionCall: { name: 'look', args: { b: 1.5, a: [] }, id: 'c1' }, thoughtSignature: 'call' },
    { functionCall: { name: 'look', args: {}, id: 'c2' } },
  ];
  const { requests, fetch } = recorder(
    [chunk(parts.slice(0, 2)), chunk(parts.slice(2), { finishReason: 'STOP' })],
    [
      chunk([{ text: 'Found' }]),
      chunk([{ text: '.' }]),
      chunk([{ text: '', thoughtSignature: 'end' }], { finishReason: 'STOP' }),
    ],
  );
  const look = tool({ description: 'Looks.', effect: 'read', run: () => ({ found: true }) });
  const chat = createChat({ model: google('gemini-3-flash', { apiKey: 'k', fetch }), tools: { look } });
  const conversation = new Conversation();
  conversation.say('Look.');
  expect(await chat.complete(conversation)).toMatchObject({ text: 'Found.' });
  conversation.say('And?');
  await chat.complete(conversation);
  const response = { output: { found: true } };
  expect(requests[2]?.body['contents']).toEqual([
    { role: 'user', parts: [{ text: 'Look.' }] },
    { role: 'model', parts: parts.slice(1) },
    {
      role: 'user',
      parts: ['c1', 'c2'].map((id) => ({ functionResponse: { id, name: 'look', response } })),
    },
    { role: 'model', parts: [{ text: 'Found.' }, { text: '', thoughtSignature: 'end' }] },
    { role: 'user', parts: [{ text: 'And?' }] },
  ]);
});

test('what Google ran is told as a call, and goes back whole (rules W1, W3)', async () => {
  const ran = [
    { text: 'I compute. ' },
    { executableCode: { id: 'e1', language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 's' },
    { codeExecutionResult: { id: 'e1', outcome: 'OUTCOME_OK', output: '1\n' } },
    { text: 'One.' },
  ];
  const chunks = ran.map((part, i) => chunk([part], { ...(i !== 2 && { finishReason: 'STOP' }) }));
  const { requests, fetch } = recorder(chunks);
  const model = google('gemini-3-flash', { apiKey: 'k', fetch });
  const chat = createChat({ model, tools: { python: google.codeExecution() } });
  const conversation = new Conversation();
  conversation.say('Compute.');
  expect(await chat.complete(conversation)).toMatchObject({ text: 'I compute. One.' });
  expect(
    conversation.messages.at(-1)?.parts.map((part) => (part.type === 'tool' ? part.call : part.type)),
  ).toMatchObject([
    'text',
    { name: 'python', state: 'completed', output: { outcome: 'OUTCOME_OK', output: '1\n' } },
    'text',
  ]);
  conversation.say('And?');
  await chat.complete(conversation);
  expect(requests[1]?.body).toMatchObject({
    tools: [{ codeExecution: {} }],
    contents: [{ role: 'user' }, { role: 'model', parts: ran }, { role: 'user' }],
  });
});

describe('an embedding model', () => {
  function server() {
    const requests: { url: string; headers: Record<string, string>; body: { requests: { content: object }[] } }[] = [];
    const fetch: Fetch = async (url, { headers, body }) => {
      const asked = JSON.parse(String(body)) as (typeof requests)[number]['body'];
      requests.push({ url, headers, body: asked });
      const first = requests.length === 1 ? { usageMetadata: { promptTokenCount: 7 } } : {};
      return Response.json({ embeddings: asked.requests.map((_, index) => ({ values: [index, 0.5] })), ...first });
    };
    return { requests, fetch };
  }

  test('gives each value its vector, at most a hundred in one request', async () => {
    const { requests, fetch } = server();
    const model = google.embedding('gemini-embedding-001', { apiKey: 'key', fetch });
    const values = Array.from({ length: 101 }, (_, index) => `v${index}`);
    const { vectors, usage } = await model.embed(values, {
      dimensions: 2,
      providerOptions: { google: { taskType: 'RETRIEVAL_QUERY' } },
    });
    expect([vectors.length, vectors[1], vectors[100]]).toEqual([101, [1, 0.5], [0, 0.5]]);
    expect(usage).toEqual({ input: 7, unreported: 1 });
    expect(requests.map(({ body }) => body.requests.length)).toEqual([100, 1]);
    expect(requests[1]).toMatchObject({
      url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents',
      headers: { 'x-goog-api-key': 'key' },
      body: {
        requests: [
          {
            model: 'models/gemini-embedding-001',
            content: { parts: [{ text: 'v100' }] },
            outputDimensionality: 2,
            taskType: 'RETRIEVAL_QUERY',
          },
        ],
      },
    });
  });

  test('that gives too few fails', async () => {
    const fetch: Fetch = async () => Response.json({ embeddings: [{ values: [1] }, {}] });
    const model = google.embedding('m', { apiKey: 'key', fetch });
    await expect(model.embed(['a', 'b'])).rejects.toMatchObject({
      code: 'invalid-response',
      message: 'Embedding by google/m: 1 vectors for 2 values.',
    });
  });
});

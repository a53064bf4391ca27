import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../chat/chat.ts';
import { tool } from '../../chat/tool.ts';
import { createRuntime } from '../../runtime/runtime.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { memoryStore } from '../../store/memory/index.ts';
import { scripted } from '../../testing/scripted.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import { createHandler } from '../handler.ts';
import type { Right } from '../who.ts';
import type { Chunk } from './chunk.ts';
import { aiSdk } from './index.ts';
import type { ToolUIPart, UIMessage } from './ui-message.ts';

interface Scene {
  readonly runtime: Runtime;
  readonly effects: string[];
  /** Posts a body, as one of the tenant. */
  post(body: object, who?: string): Promise<Response>;
  say(text: string, who?: string): Promise<Response>;
  get(path: string, who?: string): Promise<Response>;
  messages(): Promise<UIMessage[]>;
  call(): Promise<ToolUIPart>;
}

const everything: readonly Right[] = ['read', 'send', 'decide', 'answer'];
const key = { tenant: 'acme', thread: 't' };

/** A server of which `who` says `principal@tenant` with all rights, or `principal@tenant:right`. */
function scene(script: readonly ScriptedTurn[]): Scene {
  const effects: string[] = [];
  const pay = tool({
    description: 'pays',
    input: z.object({ amount: z.number() }),
    policy: { ask: { reason: 'money' } },
    run: ({ amount }) => void effects.push(`pay ${amount}`),
  });
  const locate = tool({ description: 'locates', policy: 'allow', output: z.object({ city: z.string() }) });
  const chat = createChat({ model: scripted(script), tools: { pay, locate } });
  const runtime = createRuntime({ chat, store: memoryStore() });
  const handler = createHandler({
    runtime,
    dialects: [aiSdk()],
    authorize: ({ headers }) => {
      const [name = '', rights] = (headers.get('authorization') ?? '').split(':');
      const [principal = '', tenant = ''] = name.split('@');
      return { principal, tenant, scopes: rights ? (rights.split(',') as Right[]) : everything };
    },
  });
  onTestFinished(async () => {
    await handler.close();
    await runtime.close();
  });
  const ask = (path: string, who: string, body?: object): Promise<Response> =>
    handler.fetch(
      new Request(`http://localhost/ai-sdk${path}`, {
        headers: { authorization: who, 'content-type': 'application/json' },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      }),
    );
  const post = (body: object, who = 'ann@acme'): Promise<Response> => ask('', who, { id: key.thread, ...body });
  let words = 0;
  const messages = async (): Promise<UIMessage[]> =>
    (await (await ask('/t/messages', 'ann@acme')).json()) as UIMessage[];
  return {
    runtime,
    effects,
    post,
    say: (text, who) =>
      post({ message: { id: `w${(words += 1)}`, role: 'user', parts: [{ type: 'text', text }] } }, who),
    get: (path, who = 'ann@acme') => ask(path, who),
    messages,
    call: async () => (await messages()).at(-1)!.parts.find((part): part is ToolUIPart => 'toolCallId' in part)!,
  };
}

async function chunksOf(response: Response): Promise<readonly Chunk[]> {
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  expect(lines.at(-1)).toBe('data: [DONE]');
  return lines.slice(0, -1).map((line) => JSON.parse(line.slice('data: '.length)) as Chunk);
}

const typesOf = async (response: Response): Promise<readonly string[]> =>
  (await chunksOf(response)).map(({ type }) => type);

const asks: ScriptedTurn = { calls: [{ name: 'pay', input: { amount: 5 } }] };
const locates: ScriptedTurn = { calls: [{ name: 'locate', input: {} }] };

/** The answer as a client posts it that has changed one of its parts. */
async function posted({ messages }: Scene, change: object): Promise<object> {
  const answer = (await messages()).at(-1)!;
  const parts = answer.parts.map((part) => ('toolCallId' in part ? { ...part, ...change } : part));
  return { trigger: 'submit-message', messageId: answer.id, messages: [{ ...answer, parts }] };
}

test('a stream has the headers of its protocol and ends with its word', async () => {
  const response = await scene(['Hello.']).say('hi');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-vercel-ai-ui-message-stream': 'v1',
    'content-type': expect.stringMatching(/^text\/event-stream/) as string,
    'x-accel-buffering': 'no',
  });
  expect(await typesOf(response)).toEqual([
    'start',
    'start-step',
    'text-start',
    'text-delta',
    'text-end',
    'finish-step',
    'finish',
  ]);
});

test('a word is said once, however often it is posted', async () => {
  const at = scene(['Hello.']);
  const message = { id: 'w', role: 'user', parts: [{ type: 'text', text: 'hi' }] };
  const first = await chunksOf(await at.post({ message }));
  const again = await chunksOf(await at.post({ message }));
  expect([(await at.messages()).length, again]).toEqual([2, first]);
});

test.each<[string, (call: ToolUIPart) => object]>([
  ['an approval of a call that was never made', () => ({ approval: { id: 'none.none', approved: true } })],
  [
    'an approval of what nobody was shown',
    ({ toolCallId }) => ({ approval: { id: `${toolCallId}.0`, approved: true } }),
  ],
  ['a result in place of a decision', () => ({ state: 'output-available', output: 'paid' })],
  ['a call that is said to be approved', () => ({ approval: undefined })],
])('%s changes nothing, and the client is shown what is (X2, D1)', async (_, forge) => {
  const at = scene([asks]);
  await (await at.say('pay')).text();
  const call = await at.call();
  const body = await posted(at, { state: 'approval-responded', ...forge(call) });
  expect(await typesOf(await at.post(body))).toContain('tool-approval-request');
  expect([await at.call(), at.effects]).toEqual([call, []]);
});

test('arguments that were tampered with count for nothing: what was asked runs (X2)', async () => {
  const at = scene([asks, 'Paid.']);
  await (await at.say('pay')).text();
  const approval = { ...(await at.call()).approval, approved: true };
  const body = await posted(at, { state: 'approval-responded', input: { amount: 1e9 }, approval });
  const chunks = await chunksOf(await at.post(body));
  expect(chunks).toContainEqual(expect.objectContaining({ type: 'tool-input-available', input: { amount: 5 } }));
  expect(at.effects).toEqual(['pay 5']);
});

test('a decision that is posted three times at once runs its call once (D3)', async () => {
  const at = scene([asks, 'Paid.']);
  await (await at.say('pay')).text();
  const body = await posted(at, {
    state: 'approval-responded',
    approval: { ...(await at.call()).approval, approved: true },
  });
  const answers = await Promise.all([at.post(body), at.post(body), at.post(body)]);
  for (const answer of answers) expect(await typesOf(answer)).toContain('tool-output-available');
  expect(await typesOf(await at.post(body))).toContain('tool-output-available');
  expect(at.effects).toEqual(['pay 5']);
});

test('an edit that does not fit is told, and the call waits on', async () => {
  const at = scene([asks]);
  await (await at.say('pay')).text();
  const { toolCallId, approval } = await at.call();
  const body = await posted(at, { state: 'approval-responded', approval: { ...approval, approved: true } });
  const chunks = await chunksOf(await at.post({ ...body, edits: { [toolCallId]: { amount: 'all' } } }));
  expect(chunks.map(({ type }) => type)).toEqual(['start', 'tool-approval-request', 'error']);
  expect([(await at.call()).state, at.effects]).toEqual(['approval-requested', []]);
});

test('a result of a page is checked, and only the user of the thread gives it (D7)', async () => {
  const at = scene([locates, 'You are in Ulm.']);
  await (await at.say('where?')).text();
  const wrong = await posted(at, { state: 'output-available', output: 'Ulm' });
  expect((await chunksOf(await at.post(wrong))).at(-1)).toMatchObject({ type: 'error' });
  const stale = await posted(at, { state: 'output-available', output: { city: 'Bonn' }, toolMetadata: { seen: 'x' } });
  expect(await typesOf(await at.post(stale))).toContain('tool-input-available');
  const right = await posted(at, { state: 'output-available', output: { city: 'Ulm' } });
  const bob = await at.post(right, 'bob@acme:read,send,answer,decide');
  expect([bob.status, await bob.text()]).toEqual([403, "You may not do this in what is another one's."]);
  expect((await at.post(right, 'ann@acme:read,send')).status).toBe(403);
  expect(await typesOf(await at.post(right))).toContain('text-delta');
});

test.each([
  ['a decision', 'bob@acme:read,send', 404],
  ['a decision without the right', 'ann@acme:read,send', 403],
  ['a decision of another tenant', 'ann@other', 404],
])('%s runs nothing (X1, D7)', async (_, who, status) => {
  const at = scene([asks]);
  await (await at.say('pay')).text();
  const body = await posted(at, {
    state: 'approval-responded',
    approval: { ...(await at.call()).approval, approved: true },
  });
  expect((await at.post(body, who)).status).toBe(status);
  expect([(await at.call()).state, at.effects]).toEqual(['approval-requested', []]);
});

test('who decides does not speak in the thread of somebody else, nor withdraws anything in it (D7, D8)', async () => {
  const at = scene(['Hello.']);
  await (await at.say('hi')).text();
  const before = await at.messages();
  expect((await at.say('and I?', 'bob@acme')).status).toBe(403);
  expect((await at.post({ trigger: 'regenerate-message' }, 'bob@acme')).status).toBe(403);
  expect(await at.messages()).toEqual(before);
});

test('another tenant sees nothing, and gets a thread of its own under the same id (X1)', async () => {
  const at = scene(['Hello.', 'Hello other.']);
  await (await at.say('hi')).text();
  expect(await (await at.get('/t/messages', 'ann@other')).json()).toEqual([]);
  expect((await at.get('/t/stream', 'ann@other')).status).toBe(204);
  expect(await typesOf(await at.say('hi', 'ann@other'))).toContain('text-delta');
  expect(await at.messages()).toHaveLength(2);
});

test('nothing is streamed while a call waits; while a model speaks it is all told again', async () => {
  const more = Promise.withResolvers<void>();
  const slow: ScriptedTurn = {
    events: [
      { type: 'text', delta: 'One ' },
      more.promise,
      { type: 'text', delta: 'two.' },
      { type: 'finish', reason: 'stop' },
    ],
  };
  const at = scene([asks, slow]);
  await (await at.say('pay')).text();
  expect((await at.get('/t/stream')).status).toBe(204);
  const { toolCallId: call } = await at.call();
  await at.runtime.decide(key, { call, decision: { type: 'approve' }, by: 'bob' });
  const resumed = await at.get('/t/stream');
  expect(resumed.status).toBe(200);
  more.resolve();
  const chunks = await chunksOf(resumed);
  expect(chunks.slice(0, 3)).toMatchObject([
    { type: 'start', messageId: (await at.messages()).at(-1)!.id },
    { type: 'start-step' },
    { type: 'tool-input-available', toolCallId: call },
  ]);
  const text = chunks.flatMap((chunk) => (chunk.type === 'text-delta' ? [chunk.delta] : [])).join('');
  expect([text, chunks.at(-1)]).toEqual(['One two.', { type: 'finish', finishReason: 'stop' }]);
});

test.each([
  [{}, 404],
  [{ message: 7 }, 404],
  [{ id: 7 }, 400],
  [{ message: { id: 'w', role: 'user', parts: [{ type: 'file', url: 'http://10.0.0.1/' }] } }, 400],
  [{ message: { id: 'w', role: 'user', parts: [{ type: 'text', text: 'half \ud83d' }] } }, 400],
  [{ id: 'x'.repeat(201), message: { id: 'w', role: 'user', parts: [{ type: 'text', text: 'hi' }] } }, 404],
])('%j is refused in words, without a thread', async (body, status) => {
  const at = scene([]);
  const response = await at.post(body);
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8']);
  expect((await at.runtime.threads.list({ tenant: 'acme' })).items).toEqual([]);
});

// Big values on every store: said, told, asked about, paused, resumed and erased (S9).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChat } from '../../src/chat/chat.ts';
import { dropOldResults } from '../../src/chat/view.ts';
import { tool } from '../../src/chat/tool.ts';
import type { Model } from '../../src/chat/model.ts';
import type { FilePart } from '../../src/conversation/content.ts';
import type { ChatEvent } from '../../src/conversation/event.ts';
import type { Part } from '../../src/conversation/part.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { openai } from '../../src/models/openai/index.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime, RuntimeOptions, ThreadKey } from '../../src/runtime/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { databases } from './databases.ts';
import type { OpenStore, RunningDatabase } from './databases.ts';

/** An image of so many bytes, none of which is like its neighbours. */
async function painted(size: number) {
  const bytes = Buffer.alloc(
    size,
    Uint8Array.from({ length: 251 }, (_, place) => place),
  );
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
  const data = bytes.toString('base64');
  const file = { type: 'file', mediaType: 'image/png', name: 'invoice.png' } as const;
  const image: FilePart = { ...file, source: { type: 'base64', data } };
  const reference = { ...file, source: { type: 'blob', digest, size } };
  return { bytes, data, digest, image, reference };
}

const large = await painted(10_000_000);
const { bytes, data, digest, image, reference } = await painted(100_000);
const report = `${'All is well. '.repeat(10_000)}The end.`;

/** Compared by hand: a test that tells where ten megabytes differ takes half a minute. */
function isLarge(part: Part | undefined): boolean {
  if (part?.type !== 'file' || part.source.type !== 'base64') return false;
  return part.name === 'invoice.png' && part.source.data === large.data;
}

/** A store that counts what it gives, in characters of JSON, and whose blobs are asked for. */
function counting(store: Store): { readonly store: Store; readonly count: { given: number; blobs: number } } {
  const count = { given: 0, blobs: 0 };
  const counted = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, given);
        if (name === 'blob') count.blobs += 1;
        else if (answer instanceof Promise) {
          return answer.then((value: unknown) => {
            count.given += JSON.stringify(value)?.length ?? 0;
            return value;
          });
        }
        return answer;
      };
    },
  });
  return { store: counted, count };
}

function refund(run: () => unknown = () => 'refunded') {
  return tool({ description: 'refunds', effect: 'once', run: run as () => string });
}

const asks: ScriptedTurn = { calls: [{ name: 'refund', input: {} }] };

function chatOf(model: Model, run?: () => unknown): RuntimeOptions['chat'] {
  return createChat({ model, tools: { refund: refund(run) } }) as never;
}

/** A process on the store, for as long as something is done by it. */
async function machine<Answer>(
  options: Pick<RuntimeOptions, 'chat' | 'store'> & Partial<RuntimeOptions>,
  use: (runtime: Runtime) => Promise<Answer>,
): Promise<Answer> {
  await using runtime = createRuntime({ work: false, onError: fail, ...options });
  return use(runtime);
}

function fail(error: unknown): void {
  throw error;
}

async function callOf(runtime: Runtime, key: ThreadKey): Promise<ToolCall> {
  const parts = (await runtime.read(key))!.messages.flatMap((message) => message.parts);
  return parts.find((part) => part.type === 'tool')!.call;
}

async function logOf(store: Store, key: ThreadKey): Promise<readonly ChatEvent[]> {
  const [page] = await store.read([{ ...key, after: 0 }], 1_000);
  return page!.rows.flatMap(({ events }) => events);
}

const key: ThreadKey = { tenant: 'acme', thread: 't1' };

describe.each(databases)('on $name', ({ start }) => {
  let running: RunningDatabase;
  beforeAll(async () => void (running = await start()));
  afterAll(() => running.stop());

  async function opened(open: OpenStore = running.fresh()): Promise<Store> {
    const store = open();
    return store;
  }

  test('a 10 MB image is said, claimed, paused about, decided and told without being read; models get it whole (S9)', async () => {
    const open = running.fresh();
    const first = counting(await opened(open));
    const asked = scripted([asks]);
    await machine({ chat: chatOf(asked), store: first.store }, async (runtime) => {
      await runtime.threads.create(key);
      await runtime.send(key, [large.image, { type: 'text', text: 'Refund this.' }]);
      expect(first.count.blobs).toBe(0);
      await runtime.tick({ budget: 0 });
      // Once, for the one request.
      expect(first.count.blobs).toBe(1);
      expect((await runtime.read(key))!.messages[0]!.parts[0]).toEqual(large.reference);
      expect((await runtime.read(key))!.thread.status).toBe('paused');
    });
    expect(isLarge(asked.requests[0]!.messages[0]!.parts[0])).toBe(true);
    await first.store.close();

    // Another process, after a restart where there was one.
    const second = counting(await opened(open));
    const again = scripted(['Refunded.']);
    await machine({ chat: chatOf(again), store: second.store }, async (runtime) => {
      const { items } = await runtime.inbox({ tenant: 'acme' });
      const decided = { call: items[0]!.call.id, decision: { type: 'approve' }, by: 'ann' } as const;
      expect((await runtime.decide(key, decided)).type).toBe('applied');
      const watching = runtime.watch(key, { after: 'c0' });
      expect((await watching.next()).value).toMatchObject({ event: { message: { parts: [large.reference, {}] } } });
      await watching.return(undefined);
      expect(second.count.blobs).toBe(0);
      await runtime.tick({ budget: 0 });
      expect((await runtime.read(key))!.thread.status).toBe('done');
      expect(second.count.blobs).toBe(1);
      expect(large.bytes.equals((await runtime.blob(key, large.digest))!)).toBe(true);
    });
    expect(isLarge(again.requests[0]!.messages[0]!.parts[0])).toBe(true);
    // All that both processes were given beside the blobs.
    expect(first.count.given + second.count.given).toBeLessThan(60_000);
    await second.store.close();
  });

  test('a big result is a reference in messages and log, shows how it begins, and reaches the next model whole (S9)', async () => {
    const open = running.fresh();
    const store = await opened(open);
    const model = scripted([asks, 'Done.', 'Again.'], { turnBy: 'answers' });
    const chat = chatOf(model, () => ({ report }));
    const settled = await machine({ chat, store }, async (runtime) => {
      await runtime.threads.create(key);
      await runtime.send(key, 'Refund.');
      await runtime.tick({ budget: 0 });
      const { id } = await callOf(runtime, key);
      await runtime.decide(key, { call: id, decision: { type: 'approve' }, by: 'ann' });
      await runtime.tick({ budget: 0 });
      return callOf(runtime, key);
    });
    const text = JSON.stringify({ report });
    expect(settled).toMatchObject({
      state: 'completed',
      output: {
        blob: expect.stringMatching(/^[0-9a-f]{64}$/),
        size: text.length,
        mediaType: 'application/json',
        preview: text.slice(0, 200),
      },
    });
    expect(JSON.stringify(await logOf(store, key)).length).toBeLessThan(6_000);
    await store.close();
    await machine({ chat, store: await opened(open) }, async (runtime) => {
      await runtime.send(key, 'And?');
      await runtime.tick({ budget: 0 });
      const { blob } = (settled as { output: { blob: string } }).output;
      expect(JSON.parse(new TextDecoder().decode(await runtime.blob(key, blob)))).toEqual({ report });
    });
    const told = model.requests.at(-1)!.messages.flatMap(({ parts }) => parts);
    expect(told.find((part) => part.type === 'tool')!.call).toMatchObject({ output: { report } });
  });

  test('what a person answers stands once: call, decision and audit refer to it (S9, S7)', async () => {
    const store = await opened();
    await machine({ chat: chatOf(scripted([asks])), store }, async (runtime) => {
      await runtime.threads.create(key);
      await runtime.send(key, 'Refund.');
      await runtime.tick({ budget: 0 });
      const { id } = await callOf(runtime, key);
      await runtime.decide(key, { call: id, decision: { type: 'answer', output: report }, by: 'ann' });
      const call = (await callOf(runtime, key)) as ToolCall & { state: 'completed' };
      expect(call.output).toMatchObject({ size: report.length + 2 });
      expect(call.decisions![0]!.decision).toEqual({ type: 'answer', output: call.output });
      const { items } = await runtime.audit({ tenant: 'acme' });
      expect(items[0]!.decided!.decision).toEqual({ type: 'answer', output: call.output });
      expect(await runtime.verifyAudit({ tenant: 'acme' })).toEqual({ trails: 1, entries: 1 });
    });
    await store.close();
  });

  test('a file that a model makes stands in no log, while it speaks and after (S9, S4)', async () => {
    const store = await opened();
    const spoken = Promise.withResolvers<void>();
    const paints: Model = {
      provider: 'example',
      id: 'painter',
      async *stream() {
        yield { type: 'part', value: image };
        yield { type: 'text', delta: 'Look!' };
        await spoken.promise;
        yield { type: 'finish', reason: 'stop' };
      },
    };
    await machine({ chat: createChat({ model: paints }), store }, async (runtime) => {
      await runtime.threads.create(key);
      await runtime.send(key, 'Paint.');
      const { cursor } = (await runtime.read(key))!;
      const working = runtime.tick({ budget: 0 });
      for await (const { event } of runtime.watch(key, { after: cursor })) if (event.type === 'text') break;
      expect((await runtime.read(key))!.messages[1]!.parts[0]).toEqual(reference);
      spoken.resolve();
      await working;
      expect((await runtime.read(key))!.messages[1]!.parts[0]).toEqual(reference);
      expect(JSON.stringify(await logOf(store, key)).length).toBeLessThan(5_000);
      expect((await runtime.blob(key, digest))!.length).toBe(bytes.length);
    });
    await store.close();
  });

  test('a blob is its threads’ alone, and goes with the last of them (S9, S7, X1)', async () => {
    const store = await opened();
    await machine({ chat: chatOf(scripted([])), store }, async (runtime) => {
      const other = { ...key, thread: 't2' };
      const rival = { tenant: 'rival', thread: 't1' };
      for (const thread of [key, other, rival]) await runtime.threads.create(thread);
      await runtime.send(key, [image]);
      expect(await runtime.blob(other, digest)).toBeUndefined();
      expect(await runtime.blob(rival, digest)).toBeUndefined();
      await runtime.send(other, [image]);
      expect(await runtime.threads.erase(key)).toBe('erased');
      expect(await runtime.blob(key, digest)).toBeUndefined();
      expect((await runtime.blob(other, digest))!.length).toBe(bytes.length);
      // Whoever knows a digest has not got what it stands for.
      const named: FilePart = { ...image, source: { type: 'blob', digest, size: bytes.length } };
      await expect(runtime.send(rival, [named])).rejects.toMatchObject({ code: 'invalid-request' });
    });
    await store.close();
  });
});

describe('what comes back', () => {
  async function said(model: Model, options: Partial<RuntimeOptions> = {}): Promise<Runtime> {
    const store = (await databases[0]!.start()).fresh()();
    const runtime = createRuntime({ chat: createChat({ model }), store, work: false, ...options });
    await runtime.threads.create(key);
    await runtime.send(key, [image]);
    return runtime;
  }

  test('is what the wire sends (S9)', async () => {
    const bodies: string[] = [];
    const answer =
      'data: {"choices":[{"index":0,"delta":{"content":"Seen."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
      bodies.push(await new Response(init?.body).text());
      return new Response(answer, { headers: { 'content-type': 'text/event-stream' } });
    };
    await using runtime = await said(openai.chat('gpt-5', { apiKey: 'none', fetch: fetch as typeof globalThis.fetch }));
    await runtime.tick({ budget: 0 });
    const { messages } = JSON.parse(bodies[0]!) as { messages: { content: { image_url: { url: string } }[] }[] };
    expect(messages[0]!.content[0]!.image_url.url === `data:image/png;base64,${data}`).toBe(true);
  });

  test('is compared with its digest: what was changed in the store ends the run, and is given to nobody (S9)', async () => {
    const inner = (await databases[0]!.start()).fresh()();
    const store = new Proxy(inner, {
      get: (target, name) =>
        name === 'blob'
          ? async (...given: Parameters<Store['blob']>) => (await target.blob(...given))?.fill(0, 0, 1).fill(7, 1, 2)
          : (Reflect.get(target, name, target) as () => unknown).bind(target),
    });
    await using runtime = await said(scripted(['Seen.']), { store, onError: () => {} });
    const message = expect.stringContaining(`Reading blob ${digest} of thread t1: its bytes have the digest `);
    await expect(runtime.blob(key, digest)).rejects.toMatchObject({ code: 'format', message });
    await runtime.tick({ budget: 0 });
    expect((await runtime.read(key))!.thread).toMatchObject({ status: 'failed', error: 'format' });
  });

  test('is not read for what a view leaves out (S9)', async () => {
    const { store, count } = counting((await databases[0]!.start()).fresh()());
    const model = scripted([asks, 'Done.', 'Yes.', 'No.']);
    const view = dropOldResults(1);
    const tools = { refund: tool({ description: 'refunds', effect: 'read', run: () => report }) };
    const chat = createChat({ model, tools, step: () => ({ view }) });
    await using runtime = createRuntime({ chat, store, work: false, onError: fail });
    await runtime.threads.create(key);
    for (const word of ['Refund.', 'And?', 'Sure?']) {
      await runtime.send(key, word);
      await runtime.tick({ budget: 0 });
    }
    expect(model.requests).toHaveLength(4);
    expect(count.blobs).toBe(0);
  });
});

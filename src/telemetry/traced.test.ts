import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Recorded } from '../../test/telemetry/recorded.ts';
import type { Around } from '../chat/around.ts';
import { createChat } from '../chat/chat.ts';
import { tool, ToolError } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { router } from '../models/router/index.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { traced } from './traced.ts';

const recorded = new Recorded();
beforeAll(() => recorded.install());
beforeEach(async () => {
  recorded.clear();
  await recorded.measured('');
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => recorded.uninstall());

function saying(text: string): Conversation {
  const conversation = new Conversation({ id: 'c-1' });
  conversation.say(text);
  return conversation;
}

const pay = tool({
  description: 'pays',
  input: z.object({ amount: z.number() }),
  effect: 'read',
  run: ({ amount }) => `paid ${amount}`,
});

function calling(name: string, input: unknown = { amount: 60 }): ScriptedTurn {
  return { calls: [{ name, input, id: 'p-1' }] };
}

test('a run is a span, and so is each model call in it', async () => {
  const usage = { input: 10, output: 5, cachedInput: 3, reasoning: 2, raw: { cache_creation_input_tokens: 4 } };
  const finish = { type: 'finish', reason: 'stop', responseId: 'r-1', model: 'script-2', provider: 'xai' } as const;
  const events = [{ type: 'text', delta: 'Hello' }, { type: 'usage', usage }, finish] as const;
  const settings = { temperature: 0.5, topP: 0.9, topK: 4, maxOutputTokens: 100, stop: ['x'], seed: 7 };
  const chat = traced(
    createChat({
      model: { ...scripted([{ events }]), provider: 'google' },
      settings: { ...settings, presencePenalty: 1, frequencyPenalty: 2 },
    }),
    { agent: 'greeter', agentId: 'a-1', agentVersion: '2' },
  );
  const conversation = saying('Hi');
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Hello' });
  expect(recorded.tree()).toEqual(['invoke_agent greeter', '  chat script']);
  const [run, call] = recorded.spans;
  const common = {
    'gen_ai.conversation.id': 'c-1',
    'gen_ai.agent.name': 'greeter',
    'gen_ai.agent.id': 'a-1',
    'gen_ai.agent.version': '2',
    'gen_ai.request.model': 'script',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
    'gen_ai.usage.cache_read.input_tokens': 3,
    'gen_ai.usage.cache_creation.input_tokens': 4,
    'gen_ai.usage.reasoning.output_tokens': 2,
  };
  expect(run).toMatchObject({ kind: SpanKind.INTERNAL, status: { code: SpanStatusCode.UNSET }, links: [] });
  expect(run?.attributes).toEqual({
    ...common,
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'gcp.gemini',
    'yourcall.run.outcome': 'done',
    'yourcall.run.finish': 'stop',
  });
  expect(call).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } });
  expect(call?.attributes).toEqual({
    ...common,
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'x_ai',
    'gen_ai.request.stream': true,
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.top_p': 0.9,
    'gen_ai.request.top_k': 4,
    'gen_ai.request.max_tokens': 100,
    'gen_ai.request.stop_sequences': ['x'],
    'gen_ai.request.seed': 7,
    'gen_ai.request.presence_penalty': 1,
    'gen_ai.request.frequency_penalty': 2,
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.response.id': 'r-1',
    'gen_ai.response.model': 'script-2',
    'gen_ai.response.time_to_first_chunk': expect.closeTo(0, 0),
  });
  // Nothing is left to link to.
  expect(conversation.run.traces).toBeUndefined();
});

test('what a model call took is measured', async () => {
  await traced(createChat({ model: scripted(['Hello.']) })).complete(saying('Hi'));
  const about = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'scripted',
    'gen_ai.request.model': 'script',
  };
  const once = { attributes: about, count: 1, sum: expect.closeTo(0, 0) };
  expect(await recorded.measured('gen_ai.client.operation.duration')).toEqual([once]);
  await traced(createChat({ model: scripted(['Hello.']) })).complete(saying('Hi'));
  expect(await recorded.measured('gen_ai.client.operation.time_to_first_chunk')).toEqual([once]);
  await traced(createChat({ model: scripted(['Hello.']) })).complete(saying('Hi'));
  expect(await recorded.measured('gen_ai.client.token.usage')).toEqual([
    { attributes: { ...about, 'gen_ai.token.type': 'input' }, count: 1, sum: 10 },
    { attributes: { ...about, 'gen_ai.token.type': 'output' }, count: 1, sum: 5 },
  ]);
});

test('histograms have the bounds that the conventions advise', async () => {
  const chat = () => traced(createChat({ model: scripted([calling('pay'), 'Done.']), tools: { pay } }));
  const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
  const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
  for (const [name, unit, bounds] of [
    ['gen_ai.client.operation.duration', 's', seconds],
    ['gen_ai.client.operation.time_to_first_chunk', 's', seconds],
    ['gen_ai.client.token.usage', '{token}', tokens],
    ['gen_ai.execute_tool.duration', 's', seconds],
  ] as const) {
    await chat().complete(saying('Hi'));
    expect(await recorded.histogram(name)).toEqual({ unit, bounds });
  }
});

test('an attempt at a tool is a span, and what the tool does stands under it', async () => {
  const slow = tool({
    description: 'pays',
    effect: 'read',
    async run() {
      await Promise.resolve();
      const tracer = trace.getTracer('shop');
      await tracer.startActiveSpan('charge', async (span) => span.end());
      return 'paid';
    },
  });
  const model = scripted([calling('slow'), 'Done.']);
  await traced(createChat({ model, tools: { slow } }), { agent: 'shop' }).complete(saying('Pay'));
  expect(recorded.tree()).toEqual([
    'invoke_agent shop',
    '  chat script',
    '  execute_tool slow',
    '    charge',
    '  chat script',
  ]);
  const [span] = recorded.named('execute_tool slow');
  const id = expect.any(String);
  expect(span).toMatchObject({ kind: SpanKind.INTERNAL, status: { code: SpanStatusCode.UNSET } });
  expect(span?.attributes).toEqual({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'slow',
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.description': 'pays',
    'gen_ai.tool.call.id': id,
    'gen_ai.conversation.id': 'c-1',
    'gen_ai.agent.name': 'shop',
    'yourcall.tool.attempt': 1,
    'yourcall.approval.id': id,
    'yourcall.approval.decision': 'allow',
    'yourcall.approval.decided_by': 'policy',
  });
  expect(recorded.spans[0]?.attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 20,
    'gen_ai.usage.output_tokens': 10,
  });
  expect(await recorded.measured('gen_ai.execute_tool.duration')).toEqual([
    {
      attributes: { 'gen_ai.tool.name': 'slow', 'gen_ai.tool.type': 'function', 'gen_ai.agent.name': 'shop' },
      count: 1,
      sum: expect.closeTo(0, 0),
    },
  ]);
});

test('what a model, a hook, a policy and a commit do stands under the span of what called them', async () => {
  const note = (name: string) => trace.getTracer('t').startSpan(name).end();
  const model = scripted([
    () => {
      note('http');
      return calling('pay');
    },
    'Done.',
  ]);
  const chat = createChat({
    model,
    tools: { pay },
    policy: () => {
      note('policy');
      return 'allow';
    },
    before: async () => {
      await Promise.resolve();
      note('before');
    },
  });
  const commit = async () => {
    if (recorded.named('insert').length === 0) note('insert');
  };
  await traced(chat).complete(saying('Pay'), { commit });
  expect(recorded.tree()).toEqual([
    'invoke_agent',
    '  before',
    '  insert',
    '  chat script',
    '    http',
    '  policy',
    '  execute_tool pay',
    '  chat script',
  ]);
});

test('a run stands under the span that is active, and one that is kept in a store links to it', async () => {
  const chat = () => traced(createChat({ model: scripted(['Hello.']) }));
  const request = trace.getTracer('http').startSpan('GET /chat');
  const within = trace.setSpan(context.active(), request);
  await context.with(within, () => chat().complete(saying('Hi')));
  await context.with(within, () => chat().complete(saying('Hi'), { commit: async () => {} }));
  request.end();
  await context.with(within, () => chat().complete(saying('Hi'), { commit: async () => {} }));
  const one = ['invoke_agent', '  chat script'];
  expect(recorded.tree()).toEqual(['GET /chat', ...one.map((line) => `  ${line}`), ...one, ...one]);
  expect(recorded.named('invoke_agent').map((span) => recorded.linked(span))).toEqual([[], [0], []]);
});

test('each try of a model call is a span, with what went wrong', async () => {
  const overloaded = new ChatError('overloaded', 'Asking: secret-1 is overloaded.', { retryable: true });
  const cut = { events: [{ type: 'text', delta: 'Hel' }] } as const;
  const model = scripted([{ error: overloaded }, cut, 'Hello.']);
  await traced(createChat({ model, retry: () => 0 })).complete(saying('Hi'));
  expect(recorded.tree()).toEqual([
    'invoke_agent',
    '  chat script !overloaded',
    '  chat script !incomplete-response',
    '  chat script',
  ]);
  expect(recorded.spans.map(({ status }) => status)).toEqual([
    { code: SpanStatusCode.UNSET },
    { code: SpanStatusCode.ERROR },
    { code: SpanStatusCode.ERROR },
    { code: SpanStatusCode.UNSET },
  ]);
  const ended = (await recorded.measured('gen_ai.client.operation.duration')).map(({ attributes }) => attributes);
  expect(ended.map((about) => about['error.type'])).toEqual(['overloaded', 'incomplete-response', undefined]);
});

test('a router is one call, and its span says who answered', async () => {
  const down: ScriptedTurn = { error: new ChatError('overloaded', 'down', { retryable: true }) };
  const one = { ...scripted([down]), provider: 'openai', id: 'gpt' };
  const other = { ...scripted(['Hello.']), provider: 'mistral', id: 'large' };
  await traced(createChat({ model: router([one, other]) })).complete(saying('Hi'));
  const [, call] = recorded.spans;
  expect(recorded.tree()).toEqual(['invoke_agent', `  ${call?.name}`]);
  expect(call?.attributes).toMatchObject({
    'gen_ai.provider.name': 'mistral_ai',
    'gen_ai.response.model': 'large',
  });
});

test('tools that fail, time out, are denied or are not there', async () => {
  const tools = {
    throws: tool({
      description: 'x',
      effect: 'read',
      run: () => {
        throw new RangeError('secret-2');
      },
    }),
    refuses: tool({
      description: 'x',
      effect: 'read',
      run: async () => {
        throw new ToolError('secret-3');
      },
    }),
    waits: tool({ description: 'x', effect: 'read', timeout: 1, run: () => new Promise(() => {}) }),
    denied: tool({ description: 'x', policy: () => ({ deny: 'secret-4' }), run: () => 'x' }),
  };
  const calls = [...Object.keys(tools), 'missing'].map((name) => ({ name, input: {} }));
  const chat = createChat({ model: scripted([{ calls }, 'Done.']), tools, onError: () => {} });
  await traced(chat).complete(saying('Go'));
  expect(recorded.tree()).toEqual([
    'invoke_agent',
    '  chat script',
    '  execute_tool throws !RangeError',
    '  execute_tool refuses !ToolError',
    '  execute_tool waits !timeout',
    '  chat script',
  ]);
  const events = recorded.spans[0]?.events.map(({ name, attributes }) => [
    name,
    attributes?.['gen_ai.tool.name'],
    attributes?.['yourcall.approval.decision'],
    attributes?.['yourcall.approval.decided_by'],
  ]);
  expect(events).toEqual([['yourcall.approval', 'denied', 'denied', 'policy']]);
  expect(JSON.stringify(recorded.spans.map(({ attributes, events: told }) => [attributes, told]))).not.toContain(
    'secret',
  );
});

test('a run that fails says with which code, and its next one links to it', async () => {
  const model = scripted([{ error: new ChatError('auth', 'Asking: key secret-5 is wrong.') }, 'Hello.']);
  const chat = traced(createChat({ model }));
  const conversation = saying('Hi');
  await expect(chat.complete(conversation)).rejects.toThrow('secret-5');
  await chat.complete(conversation);
  const [first, , second] = recorded.spans;
  expect(recorded.tree()).toEqual(['invoke_agent !auth', '  chat script !auth', 'invoke_agent', '  chat script']);
  expect(first).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'yourcall.run.outcome': 'error', 'error.type': 'auth' },
  });
  expect(first?.status.message).toBeUndefined();
  expect(recorded.linked(second)).toEqual([0]);
});

test('a second run of a conversation that is being advanced ends with `busy` (C4)', async () => {
  const chat = traced(createChat({ model: scripted(['Hello, you.']) }));
  const conversation = saying('Hi');
  const events = chat.stream(conversation);
  await events.next();
  await expect(chat.complete(conversation)).rejects.toMatchObject({ code: 'busy' });
  await events.return();
  expect(recorded.tree()).toContain('invoke_agent !busy');
});

test('a reader who leaves, and a stop, end the spans of what was under way (E4)', async () => {
  const began = Promise.withResolvers<void>();
  const waits = tool({
    description: 'waits until it is stopped',
    effect: 'read',
    run: (_, { signal }) => {
      began.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  });
  const chat = () => traced(createChat({ model: scripted([calling('waits', {})]), tools: { waits } }));
  const stop = new AbortController();
  void began.promise.then(() => stop.abort());
  await expect(chat().complete(saying('Go'), { signal: stop.signal })).rejects.toThrow();
  const talk = traced(createChat({ model: scripted(['One two three.']) }));
  for await (const event of talk.stream(saying('Hi'))) if (event.type === 'text') break;
  expect(recorded.tree()).toEqual([
    'invoke_agent !aborted',
    '  chat script',
    '  execute_tool waits !aborted',
    'invoke_agent !aborted',
    '  chat script !aborted',
  ]);
});

test('the first chunk is the first, whatever comes behind it', async () => {
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => time);
  const model = {
    provider: 'slow',
    id: 'slow',
    async *stream() {
      for (const delta of ['One', ' two']) {
        time += 2_000;
        yield { type: 'text', delta } as const;
      }
      yield { type: 'finish', reason: 'stop' } as const;
    },
  };
  await traced(createChat({ model })).complete(saying('Hi'));
  expect(recorded.spans[1]?.attributes['gen_ai.response.time_to_first_chunk']).toBe(2);
  expect(await recorded.measured('gen_ai.client.operation.duration')).toMatchObject([{ count: 1, sum: 4 }]);
});

test('a model that was stopped behind its finish has finished, one that says nonsense has not', async () => {
  const stop = new AbortController();
  const lingering = {
    provider: 'x',
    id: 'lingering',
    async *stream() {
      yield { type: 'finish', reason: 'stop' } as const;
      stop.abort();
      await new Promise(() => {});
    },
  };
  await expect(
    traced(createChat({ model: lingering })).complete(saying('Hi'), { signal: stop.signal }),
  ).rejects.toThrow();
  const raving = {
    provider: 'x',
    id: 'raving',
    async *stream() {
      yield null as never;
    },
  };
  await expect(traced(createChat({ model: raving, retry: () => false })).complete(saying('Hi'))).rejects.toThrow();
  expect(recorded.tree()).toEqual([
    'invoke_agent !aborted',
    '  chat lingering',
    'invoke_agent !provider',
    '  chat raving !aborted',
  ]);
});

test('a tool that outlives its run has a span that ends with it (E3)', async () => {
  const hangs = tool({
    description: 'x',
    policy: () => 'allow',
    effect: 'once',
    timeout: 1,
    run: () => new Promise(() => {}),
  });
  const commit = async (events: readonly ChatEvent[]): Promise<void> => {
    if (events.some((event) => event.type === 'tool' && event.call.state === 'in-doubt'))
      throw new Error('disk is full');
  };
  const chat = traced(createChat({ model: scripted([calling('hangs', {})]), tools: { hangs } }));
  await expect(chat.complete(saying('Go'), { commit })).rejects.toThrow('disk is full');
  expect(recorded.tree()).toEqual(['invoke_agent !fenced', '  chat script', '  execute_tool hangs !aborted']);
});

test('a run has the name of the first model that it asks, and stands around what its caller has put there', async () => {
  const lines: string[] = [];
  const around: Around = {
    model: ({ model }, ask) => {
      lines.push(model.id);
      return ask();
    },
    tool: ({ call }, act) => {
      lines.push(call.name);
      return act();
    },
  };
  const quick = { ...scripted(['Done.']), id: 'quick' };
  const chat = createChat({
    model: scripted([calling('pay')]),
    tools: { pay },
    step: ({ number }) => (number === 1 ? {} : { model: quick }),
  });
  await traced(chat).complete(saying('Pay'), { around });
  expect(lines).toEqual(['script', 'pay', 'quick']);
  expect(recorded.tree()).toEqual(['invoke_agent', '  chat script', '  execute_tool pay', '  chat quick']);
  expect(recorded.spans[0]?.attributes['gen_ai.request.model']).toBe('script');
});

test('what an answer cost that was withdrawn in its middle counts, what it said does not', async () => {
  const usage = { input: 10, output: 5, cachedInput: 0, reasoning: 0 };
  const events = [
    { type: 'text', delta: 'Hel' },
    { type: 'usage', usage },
    { type: 'reset', reason: 'another one took over' },
    { type: 'text', delta: 'Good day' },
    { type: 'usage', usage: { ...usage, cachedInput: 4 } },
    { type: 'finish', reason: 'stop' },
  ] as const;
  await traced(createChat({ model: scripted([{ events }]) }), { content: true }).complete(saying('Hi'));
  expect(recorded.spans[1]?.attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 20,
    'gen_ai.usage.output_tokens': 10,
    'gen_ai.usage.cache_read.input_tokens': 4,
    'gen_ai.output.messages':
      '[{"role":"assistant","parts":[{"type":"text","content":"Good day"}],"finish_reason":"stop"}]',
  });
});

test('a run that nobody reads has no span', async () => {
  const events = traced(createChat({ model: scripted([]) })).stream(saying('Hi'));
  expect(await events.return()).toEqual({ value: undefined, done: true });
  expect(await events.next()).toEqual({ value: undefined, done: true });
  expect(recorded.spans).toEqual([]);
});

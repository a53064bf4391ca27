import { context, diag, metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { ContextManager, DiagLogger, MeterProvider, Span, Tracer } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { Recorded } from '../../test/telemetry/recorded.ts';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import type { Chat } from '../chat/types.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import type { TelemetryOptions } from './options.ts';
import { traced } from './traced.ts';

afterEach(() => {
  for (const api of [context, trace, metrics, diag]) api.disable();
});

/** Everything that a paused, decided and resumed talk tells, and how often its tools ran. */
async function talk(around: (chat: Chat) => Chat): Promise<readonly unknown[]> {
  const runs: string[] = [];
  const policy = () => ({ ask: { reason: 'money' } });
  const tools = {
    at_once: tool({ description: 'x', effect: 'read', run: () => runs.push('at once') }),
    later: tool({ description: 'x', effect: 'read', run: async () => runs.push('later') }),
    throws: tool({
      description: 'x',
      effect: 'read',
      run: () => {
        runs.push('throws');
        throw new Error('broken');
      },
    }),
    asks: tool({ description: 'x', policy, run: () => runs.push('asks') }),
  };
  const calls = Object.keys(tools).map((name) => ({ name, input: {} }));
  const model = scripted([{ text: 'One moment.', calls }, 'Done.']);
  const made = createChat({ model, tools, concurrency: 1, onError: () => {} });
  const chat = around(made as unknown as Chat);
  const conversation = new Conversation({ id: 'c', now: testClock(0).now, newId: testIds() });
  conversation.say('Go');
  const told: unknown[] = [];
  for await (const event of chat.stream(conversation)) told.push(event);
  told.push(await chat.decide(conversation, chat.waiting(conversation).approvals[0]!.id, { type: 'approve' }));
  for await (const event of chat.stream(conversation)) told.push(event);
  return [...told, runs, conversation.messages, conversation.run];
}

const plain = (chat: Chat): Chat => chat;
const asked: unknown[] = [];
const options: TelemetryOptions = { agent: 'a', content: (value) => asked.push(value) };
const withTelemetry = (chat: Chat): Chat => traced(chat, options);

test('without an SDK a traced chat does what it did before, and nobody is asked about content', async () => {
  expect(await talk(withTelemetry)).toEqual(await talk(plain));
  expect(asked).toEqual([]);
});

test('an SDK that comes late is told from then on, another one in its place too', async () => {
  const chat = () => createChat({ model: scripted(['Hello.', 'Hello.', 'Hello.']) });
  const spoken = async (one: ReturnType<typeof chat>): Promise<void> => {
    const conversation = new Conversation();
    conversation.say('Hi');
    await one.complete(conversation);
  };
  const one = traced(chat());
  await spoken(one);
  for (const recorded of [new Recorded(), new Recorded()]) {
    for (const api of [context, trace, metrics]) api.disable();
    recorded.install();
    await spoken(one);
    expect(recorded.tree()).toEqual(['invoke_agent', '  chat script']);
    expect(await recorded.measured('gen_ai.client.operation.duration')).toMatchObject([{ count: 1 }]);
  }
});

test('with an SDK the same is told, but for the names of the runs', async () => {
  const recorded = new Recorded();
  recorded.install();
  const told = await talk(withTelemetry);
  const names = told.filter((one) => (one as ChatEvent).type === 'trace');
  expect(names).toHaveLength(2);
  expect(told.filter((one) => !names.includes(one))).toEqual(await talk(plain));
  expect(recorded.spans.length).toBeGreaterThan(5);
});

/** Fails at everything that it is asked to do. */
function failing<Given extends object>(parts: Partial<Given> = {}): Given {
  return new Proxy(parts, {
    get(target, name) {
      if (Object.hasOwn(target, name)) return target[name as keyof typeof target];
      return () => {
        throw new Error(`secret: ${String(name)} is broken`);
      };
    },
  }) as Given;
}

function disable(): never {
  return undefined as never;
}

/** Somebody traces, and has contexts of this kind. */
function recordIn(contexts: ContextManager): void {
  new Recorded().install();
  context.disable();
  context.setGlobalContextManager(contexts);
}

const broken: Readonly<Record<string, () => unknown>> = {
  'a provider of tracers': () => trace.setGlobalTracerProvider(failing()),
  'a tracer': () => trace.setGlobalTracerProvider({ getTracer: () => failing<Tracer>() }),
  'a span': () =>
    trace.setGlobalTracerProvider({ getTracer: () => failing<Tracer>({ startSpan: () => failing<Span>() }) }),
  'a provider of meters': () => metrics.setGlobalMeterProvider(failing<MeterProvider>()),
  'a context that calls nobody': () => recordIn(failing<ContextManager>({ active: () => ROOT_CONTEXT, disable })),
  'a context that calls, and then throws': () =>
    recordIn(
      failing<ContextManager>({
        active: () => ROOT_CONTEXT,
        disable,
        with: ((_: unknown, act: () => unknown) => {
          act();
          throw new Error('secret');
        }) as ContextManager['with'],
      }),
    ),
};

test.each(Object.entries(broken))('%s that fails changes nothing', async (_, install) => {
  const warned: string[] = [];
  diag.setLogger(failing<DiagLogger>({ debug: () => {}, warn: (line) => void warned.push(line) }));
  install();
  const told = (await talk(withTelemetry)).filter((one) => (one as ChatEvent).type !== 'trace');
  expect(told).toEqual(await talk(plain));
  expect(warned.length).toBeGreaterThan(0);
  expect(warned.join()).not.toContain('secret');
});

test('a log that fails changes nothing either', async () => {
  diag.setLogger(failing());
  trace.setGlobalTracerProvider(failing());
  expect(await talk(withTelemetry)).toEqual(await talk(plain));
});

test('what a tool or a model throws reaches the loop as it is', async () => {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
      getPrototypeOf() {
        throw new Error('no');
      },
    },
  );
  const model = {
    provider: 'x',
    id: 'x',
    stream: () => {
      throw new RangeError('at once');
    },
  };
  const conversation = new Conversation();
  conversation.say('Hi');
  await expect(traced(createChat({ model })).complete(conversation)).rejects.toThrow('at once');
  const proxied = tool({ description: 'x', effect: 'read', run: () => hostile });
  const chat = createChat({
    model: scripted([{ calls: [{ name: 'proxied', input: {} }] }, 'Done.']),
    tools: { proxied },
  });
  const other = new Conversation();
  other.say('Hi');
  expect(await traced(chat).complete(other)).toMatchObject({ type: 'done', text: 'Done.' });
});

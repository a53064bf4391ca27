import { describe, expect, test } from 'vitest';
import type { Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import { createChat } from '../../chat/chat.ts';
import { tool } from '../../chat/tool.ts';
import { ChatError } from '../../conversation/error.ts';
import { Conversation } from '../../conversation/conversation.ts';
import type { MakeModel, ModelScenario } from '../../testing/model/case.ts';
import { modelCases } from '../../testing/model/cases.ts';
import { fromAiSdk } from './index.ts';
import type { AiSdkModel, AiSdkOptions } from './index.ts';
import type { StreamPart } from './language-model.ts';

type Version = 'v3' | 'v4';

interface Asked {
  readonly prompt: readonly { readonly role: string; readonly content: unknown }[];
  readonly abortSignal: AbortSignal;
}

interface Hand {
  readonly version?: Version;
  /** Parts, and promises that are waited for. */
  readonly parts?: readonly (StreamPart | Promise<unknown>)[];
  readonly asked?: Asked[];
  /** Counts streams that are open. */
  readonly count?: (more: number) => void;
  readonly deaf?: boolean;
}

/** A model of the AI SDK, written by hand. */
function byHand({ version = 'v4', parts = [], asked = [], count, deaf }: Hand): AiSdkModel {
  return {
    specificationVersion: version,
    provider: 'hand.chat',
    modelId: 'm',
    doStream: async (options: Asked) => {
      asked.push(options);
      if (!deaf) options.abortSignal.throwIfAborted();
      const rest = [...parts];
      count?.(1);
      const stream = new ReadableStream<unknown>(
        {
          start(controller) {
            if (deaf) return;
            options.abortSignal.addEventListener('abort', () => controller.error(options.abortSignal.reason));
          },
          async pull(controller) {
            const part = rest.shift();
            if (part instanceof Promise) await part;
            else if (part) controller.enqueue(part);
            else {
              controller.close();
              count?.(-1);
            }
          },
          cancel: () => count?.(-1),
        },
        { highWaterMark: 0 },
      );
      return { stream };
    },
  };
}

const start: StreamPart = { type: 'stream-start', warnings: [] };
const hello: readonly StreamPart[] = [
  start,
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Hel' },
  { type: 'text-delta', id: '0', delta: 'lo.' },
  { type: 'text-end', id: '0' },
];
const usage = { inputTokens: { total: 9 }, outputTokens: { total: 2 } };
const stop: StreamPart = { type: 'finish', usage, finishReason: { unified: 'stop', raw: 'stop' } };
const calls: StreamPart = { ...stop, finishReason: { unified: 'tool-calls', raw: 'tool_calls' } };

const plays: Readonly<Record<ModelScenario, readonly (StreamPart | Promise<unknown>)[]>> = {
  text: [...hello, stop],
  call: [
    start,
    { type: 'tool-input-start', id: 'c1', toolName: 'add' },
    { type: 'tool-input-delta', id: 'c1', delta: '{"a":2,' },
    { type: 'tool-input-delta', id: 'c1', delta: '"b":3}' },
    { type: 'tool-input-end', id: 'c1' },
    { type: 'tool-call', toolCallId: 'c1', toolName: 'add', input: '{"a":2,"b":3}' },
    calls,
  ],
  cut: hello,
  endless: [...hello, new Promise(() => {})],
};

for (const version of ['v3', 'v4'] as const) {
  describe(`a model of version ${version} written by hand is a model`, () => {
    let open = 0;
    const make: MakeModel = (scenario) =>
      fromAiSdk(byHand({ version, parts: plays[scenario], count: (more) => (open += more) }));
    const options = { unsupported: { cache: true } };
    for (const { name, run } of modelCases(make, options)) test(name, run);
  });
}

function request(parts: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [], tools: [], settings: {}, signal: new AbortController().signal, kept: new Map(), ...parts };
}

async function hear(model: Model, asked = request()): Promise<{ events: readonly ModelEvent[]; error: unknown }> {
  const events: ModelEvent[] = [];
  try {
    for await (const batch of model.stream(asked)) events.push(...('type' in batch ? [batch] : batch));
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

test('it is named as its package names it, with what is said of it', () => {
  expect(fromAiSdk(byHand({}), { capabilities: { tools: true }, maxRetries: 0 })).toMatchObject({
    provider: 'hand.chat',
    id: 'm',
    capabilities: { tools: true },
    maxRetries: 0,
  });
  expect(fromAiSdk(byHand({}))).not.toHaveProperty('capabilities');
});

test('a version of the specification that is not known is refused', () => {
  const old = { ...byHand({}), specificationVersion: 'v2' as Version };
  expect(() => fromAiSdk(old)).toThrow(ChatError);
  expect(() => fromAiSdk(old)).toThrow('a model of specification "v2" is not known, only v3 and v4');
});

test('warnings come first, and what was told before an error is told', async () => {
  const parts: StreamPart[] = [
    { type: 'stream-start', warnings: [{ type: 'other', message: 'careful' }] },
    { type: 'text-delta', id: '0', delta: 'Hi' },
    { type: 'tool-call', toolCallId: 'c1', toolName: 'add', input: '{}' },
    { type: 'error', error: new TypeError('terminated') },
  ];
  const { events, error } = await hear(fromAiSdk(byHand({ parts })), request({ settings: { cache: true } }));
  expect(events.map(({ type }) => type)).toEqual(['warning', 'warning', 'text', 'call']);
  expect(error).toMatchObject({ code: 'network', message: 'Asking hand.chat/m: terminated' });
});

describe('a model that does not listen', () => {
  const deafTo = (parts: Hand['parts'], options?: AiSdkOptions): Model =>
    fromAiSdk(byHand({ deaf: true, ...(parts && { parts }) }), options);
  const never = new Promise<never>(() => {});

  test('is left when it is stopped', async () => {
    const reason = new Error('stopped');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 10);
    const { events, error } = await hear(deafTo([...hello, never]), request({ signal: stop.signal }));
    expect(events).toHaveLength(2);
    expect(error).toBe(reason);
  });

  test('is left when nothing comes any more', async () => {
    const { error } = await hear(deafTo([...hello, never], { idleTimeout: 20 }));
    expect(error).toMatchObject({
      code: 'timeout',
      retryable: true,
      message: 'Asking hand.chat/m: nothing came for 0.02 s.',
    });
  });

  test('is left when it does not begin, and told so', async () => {
    let signal: AbortSignal | undefined;
    const hanging: AiSdkModel = {
      ...byHand({}),
      doStream: (options: Asked) => {
        signal = options.abortSignal;
        return never;
      },
    };
    expect((await hear(fromAiSdk(hanging, { timeout: 20 }))).error).toMatchObject({ code: 'timeout' });
    expect(signal?.aborted).toBe(true);
  });
});

test('a stream that breaks is a failure of the connection', async () => {
  const breaking: AiSdkModel = {
    ...byHand({}),
    doStream: async () => ({
      stream: new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) }),
    }),
  };
  expect((await hear(fromAiSdk(breaking))).error).toMatchObject({ code: 'network', retryable: true });
});

test.each(['breaks', 'is silent'])(
  'an answer that is over is kept when its stream %s, but not when it is stopped',
  async (end) => {
    const finish: StreamPart = { type: 'finish', finishReason: { unified: 'stop', raw: 'end' } };
    const over: AiSdkModel = {
      ...byHand({}),
      doStream: async () => {
        const parts = [{ type: 'text-delta', id: '0', delta: 'Hello' }, finish];
        const stream = new ReadableStream<unknown>({
          pull(controller) {
            const part = parts.shift();
            if (part) controller.enqueue(part);
            else if (end === 'breaks') controller.error(new TypeError('terminated'));
            else return new Promise(() => {});
            return undefined;
          },
        });
        return { stream };
      },
    };
    const { events, error } = await hear(fromAiSdk(over, { idleTimeout: 30 }));
    expect(error).toBeUndefined();
    expect(events).toMatchObject([
      { type: 'text', delta: 'Hello' },
      { type: 'finish', reason: 'stop' },
    ]);
    const signal = AbortSignal.timeout(20);
    if (end === 'is silent') expect((await hear(fromAiSdk(over), request({ signal }))).error).toBe(signal.reason);
  },
);

test('a conversation pauses for a person, is saved, and goes on with the call as it came (W1)', async () => {
  const asked: Asked[] = [];
  const providerMetadata = { hand: { signature: 'signed' } };
  const call: StreamPart = {
    type: 'tool-call',
    toolCallId: 'c1',
    toolName: 'add',
    input: '{"a": 2}',
    providerMetadata,
  };
  const thought: StreamPart[] = [
    { type: 'reasoning-start', id: 'r' },
    { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
    { type: 'reasoning-end', id: 'r', providerMetadata },
  ];
  const turns = [[start, ...thought, call, calls], plays.text];
  const model = fromAiSdk({
    ...byHand({}),
    doStream: (options) => byHand({ parts: turns.shift()!, asked }).doStream(options),
  });
  const add = tool({ description: 'Adds', run: () => ({ sum: 5 }) });
  const chat = createChat({ model, tools: { add } });
  const conversation = new Conversation();
  conversation.say('Add them.');
  expect((await chat.complete(conversation)).type).toBe('paused');

  const later = Conversation.parse(JSON.stringify(conversation));
  for (const one of chat.waiting(later).approvals) await chat.decide(later, one, { type: 'approve' });
  expect(await chat.complete(later)).toMatchObject({ type: 'done', text: 'Hello.' });
  const options = { providerOptions: providerMetadata };
  const names = { toolCallId: 'c1', toolName: 'add' };
  expect(asked[1]?.prompt.slice(1)).toEqual([
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm.', ...options },
        { type: 'tool-call', ...names, input: { a: 2 }, ...options },
      ],
    },
    {
      role: 'tool',
      content: [{ type: 'tool-result', ...names, output: { type: 'json', value: { sum: 5 } }, ...options }],
    },
  ]);
});

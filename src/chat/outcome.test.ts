import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import type { Effect, ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedModel } from '../testing/scripted.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { toolEngine } from './tool-engine.ts';
import { tool, ToolError } from './tool.ts';
import type { AnyTool, ToolContext, ToolOptions } from './tool.ts';

// Loaded here, since timers that stand still do not wait for a file.
beforeAll(async () => void (await toolEngine()));
afterEach(() => void vi.useRealTimers());

type Run = (input: unknown, context: ToolContext) => unknown;

const effects = ['read', 'idempotent', 'once', 'undeclared'] as const;

function work(effect: Effect, run: Run): AnyTool {
  const options: ToolOptions<Record<string, never>, unknown, unknown> = {
    description: 'Works',
    policy: 'allow',
    timeout: 1_000,
    ...(effect !== 'undeclared' && { effect }),
    run,
  };
  return tool(options);
}

/** How a run ended in which one tool was called once: where its call stands, and what the model was told of it. */
interface Ended {
  readonly call: ToolCall;
  readonly told: string | undefined;
  readonly outline: readonly string[];
  readonly conversation: Conversation;
}

async function ended(one: AnyTool, { stopAt }: { readonly stopAt?: number } = {}): Promise<Ended> {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Work');
  const model: ScriptedModel = scripted([{ calls: [{ name: 'work', input: {} }] }, 'Done.']);
  const stop = new AbortController();
  if (stopAt !== undefined) setTimeout(() => stop.abort(new Error('enough')), stopAt);
  const chat = createChat({ model, tools: { work: one }, onError: () => {} });
  const running = recordEvents(chat.stream(conversation, { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(10_000);
  const { outline } = await running;
  return { call: callOf(conversation), told: model.heard[1]?.at(-1), outline, conversation };
}

function callOf(conversation: Conversation): ToolCall {
  const part = conversation.messages[1]!.parts[0]!;
  if (part.type !== 'tool') throw new Error('there is no call');
  return part.call;
}

/** Where a call stands, in short, and what is known of its effect. */
function standing(call: ToolCall): string {
  return 'outcome' in call ? `${call.state}, ${call.outcome}` : call.state;
}

const hang: Run = () => new Promise(() => {});
const answering =
  (answer: (reason: unknown) => unknown): Run =>
  (_, { signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(answer(signal.reason))));
const throwing = (error: unknown): Run => answering(() => Promise.reject(error));
const stopped = new DOMException('This operation was aborted', 'AbortError');

test.each<[string, Run, number | undefined, readonly [string, string, string, string]]>([
  [
    'that threw',
    () => Promise.reject(new Error('reset')),
    undefined,
    ['failed, none', 'failed, unknown', 'failed, unknown', 'failed, unknown'],
  ],
  [
    'whose author says that nothing happened',
    () => Promise.reject(new ToolError('sold out')),
    undefined,
    ['failed, none', 'failed, none', 'failed, none', 'failed, none'],
  ],
  ['that did not answer in time', hang, undefined, ['failed, none', 'failed, unknown', 'in-doubt', 'failed, unknown']],
  [
    'that does not listen to a stop',
    hang,
    10,
    ['cancelled, none', 'cancelled, unknown', 'in-doubt', 'cancelled, unknown'],
  ],
  [
    'that answers a stop by a result',
    answering(() => 'half'),
    10,
    ['completed', 'completed', 'completed', 'completed'],
  ],
  [
    'that answers a stop by saying that it stopped',
    throwing(stopped),
    10,
    ['cancelled, none', 'cancelled, unknown', 'in-doubt', 'cancelled, unknown'],
  ],
  [
    'that answers a stop by the word that nothing happened',
    throwing(new ToolError('not sent yet')),
    10,
    ['failed, none', 'failed, none', 'failed, none', 'failed, none'],
  ],
])('E1: how a tool stands %s depends on how it bears being repeated', async (_, run, stopAt, expected) => {
  vi.useFakeTimers();
  const ends = [];
  for (const effect of effects) ends.push(await ended(work(effect, run), stopAt === undefined ? {} : { stopAt }));
  expect(ends.map(({ call }) => standing(call))).toEqual(expected);
  for (const { outline } of ends) {
    expect(outline.at(-1)).toMatch(stopAt === undefined ? /^(done: stop|paused: 1 in doubt)$/ : /^error: aborted$/);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test('E1: after a crash a read and what may be repeated run again, everything else is in doubt', async () => {
  const states: string[] = [];
  for (const effect of effects) {
    let saved = '';
    const dying = work(effect, () => {
      saved ||= JSON.stringify(conversation);
      return 'first';
    });
    const conversation = new Conversation({ newId: testIds() });
    conversation.say('Work');
    const turns = [{ calls: [{ name: 'work', input: {} }] }, 'Done.'];
    await createChat({ model: scripted(turns), tools: { work: dying } }).complete(conversation);
    const next = Conversation.parse(saved, { newId: testIds('next') });
    const chat = createChat({ model: scripted(['Done.']), tools: { work: work(effect, () => 'again') } });
    const { type } = await chat.complete(next);
    const call = callOf(next);
    states.push(`${standing(call)}, attempt ${call.attempt?.number}, ${type}`);
  }
  expect(states).toEqual([
    'completed, attempt 2, done',
    'completed, attempt 2, done',
    'in-doubt, attempt 1, paused',
    'in-doubt, attempt 1, paused',
  ]);
});

test('E1: of an unknown outcome the model is told that it may have taken effect, of ToolError what it says', async () => {
  vi.useFakeTimers();
  const maybe = 'It may have taken effect all the same. Do not repeat it unless you are asked to.';
  const threw = await ended(work('undeclared', () => Promise.reject(new Error('password=1'))));
  expect(threw.told).toBe(`assistant: work({}) → The tool failed: error ${errorIdOf(threw.call)} ${maybe}`);
  const late = await ended(work('undeclared', hang));
  expect(late.told).toBe(`assistant: work({}) → The tool failed: it did not answer in time ${maybe}`);
  const refused = await ended(work('once', () => Promise.reject(new ToolError('sold out'))));
  expect(refused.told).toBe('assistant: work({}) → The tool failed: sold out');
  const read = await ended(work('read', hang));
  expect(read.told).toBe('assistant: work({}) → The tool failed: it did not answer in time');
});

function errorIdOf(call: ToolCall): string | undefined {
  return call.state === 'failed' ? call.errorId : undefined;
}

test('E1: a word of the author that nothing happened does not put further calls before a person, a throw does', async () => {
  const told = async (error: Error): Promise<readonly string[]> => {
    const model = scripted([
      { calls: [{ name: 'work', input: {} }] },
      { calls: [{ name: 'work', input: {} }] },
      'Done.',
    ]);
    let starts = 0;
    const pay = work('once', () => ((starts += 1) === 1 ? Promise.reject(error) : 'paid'));
    const conversation = new Conversation({ newId: testIds() });
    conversation.say('Work');
    const chat = createChat({ model, tools: { work: pay }, onError: () => {} });
    const { outline } = await recordEvents(chat.stream(conversation));
    const [asked] = chat.waiting(conversation).approvals;
    if (!asked) return outline;
    await chat.decide(conversation, asked, { type: 'approve' });
    return [...outline, ...(await recordEvents(chat.stream(conversation))).outline];
  };
  const calls = (outline: readonly string[]): readonly string[] =>
    outline.filter((line) => /^(tool|paused)/.test(line));
  const first = ['tool work: proposed', 'tool work: approved', 'tool work: running', 'tool work: failed'];
  const again = ['tool work: approved', 'tool work: running', 'tool work: completed'];
  expect(calls(await told(new ToolError('sold out')))).toEqual([...first, 'tool work: proposed', ...again]);
  expect(calls(await told(new Error('reset')))).toEqual([
    ...first,
    'tool work: proposed',
    'tool work: awaiting-approval',
    'paused: 1 approval',
    ...again,
  ]);
});

test('X3: the text of a throw goes to whoever keeps the log, under the id that the model is told', async () => {
  const reported: unknown[] = [];
  const error = new Error('postgres://user:pw@db');
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Work');
  const chat = createChat({
    model: scripted([{ calls: [{ name: 'work', input: {} }] }, 'Done.']),
    tools: { work: work('read', () => Promise.reject(error)) },
    onError: (cause, id) => reported.push([cause, id]),
  });
  await chat.complete(conversation);
  expect(reported).toEqual([[error, errorIdOf(callOf(conversation))]]);
  expect(JSON.stringify(conversation)).not.toContain('pw@');
});

const circle: Record<string, unknown> = {};
circle['self'] = circle;
const unreadable = {
  get text(): string {
    throw new Error('closed');
  },
};

function refuse(): never {
  throw new Error('closed');
}

test.each<[string, unknown, unknown]>([
  ['a number that is too big', 10n, { note: 'result not storable', preview: '10' }],
  ['a circle', circle, { note: 'result not storable', preview: 'a value that cannot be shown' }],
  ['what cannot be read', unreadable, { note: 'result not storable', preview: 'a value that cannot be shown' }],
  ['eighty megabytes', 'x'.repeat(80_000_000), { note: 'result not storable', preview: 'x'.repeat(1_000) }],
  ['a function', () => 1, { note: 'result not storable', preview: '() => 1' }],
  ['a symbol', Symbol('odd'), { note: 'result not storable', preview: 'Symbol(odd)' }],
  ['a proxy', new Proxy({ a: 1 }, {}), { a: 1 }],
  ['a proxy that is not to be looked at', new Proxy({ a: 1 }, { getPrototypeOf: refuse, has: refuse }), { a: 1 }],
  ['a text with a character that databases refuse', 'a\0b', 'a\0b'],
  ['half a character', 'a\ud83d', 'a\ud83d'],
  ['a map', new Map([[1, 2]]), {}],
])('E6: %s does not make a failure of what has happened, and can be saved', async (_, output, kept) => {
  for (const run of [() => output, async () => output]) {
    vi.useFakeTimers();
    const { call, outline, conversation } = await ended(work('once', run));
    expect(call).toMatchObject({ state: 'completed', output: kept });
    expect(outline.at(-1)).toBe('done: stop');
    expect(Conversation.parse(JSON.stringify(conversation)).messages).toEqual(conversation.messages);
  }
});

test.each<[string, () => unknown]>([
  ['throws', () => expect.unreachable()],
  ['gives what is not content', () => ({ text: 'x' })],
  ['gives content that is not JSON', () => [{ type: 'text', text: 10n }]],
  ['gives content that is too long', () => [{ type: 'text', text: 'x'.repeat(5_000_000) }]],
])('E6: when what presents a result %s, the model is shown the result', async (_, present) => {
  vi.useFakeTimers();
  const one: AnyTool = { ...work('once', () => 7), present: present as () => string };
  const { told, conversation } = await ended(one);
  expect(told).toBe('assistant: work({}) → 7');
  expect(() => JSON.stringify(conversation)).not.toThrow();
});

test('E6: what a tool emits and reports is kept as it was then, and what is not JSON as a note', async () => {
  vi.useFakeTimers();
  const chart = { bars: [1] };
  const one = work('once', (_, { emit, progress }) => {
    emit('chart', chart);
    emit('odd', 10n as never);
    progress(circle);
    progress({ done: 0.5 });
    chart.bars.push(2);
    return 'done';
  });
  const { call, outline, conversation } = await ended(one);
  expect(call).toMatchObject({ state: 'completed' });
  expect(conversation.messages[1]!.parts.slice(1)).toEqual([
    { type: 'data', name: 'chart', data: { bars: [1] }, tool: 'work' },
    { type: 'data', name: 'odd', data: { note: 'result not storable', preview: '10' }, tool: 'work' },
  ]);
  expect(outline.filter((line) => line.startsWith('tool-progress'))).toEqual([
    'tool-progress work: {"note":"result not storable","preview":"a value that cannot be shown"}',
    'tool-progress work: {"done":0.5}',
  ]);
  expect(Conversation.parse(JSON.stringify(conversation)).messages).toEqual(conversation.messages);
});

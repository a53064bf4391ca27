import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { toolEngine } from './tool-engine.ts';
import { tool, ToolError } from './tool.ts';
import type { ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

// Loaded here, since timers that stand still do not wait for a file.
beforeAll(async () => void (await toolEngine()));
afterEach(() => void vi.useRealTimers());

/** A payment that hangs until it is told what to say, in a conversation whose run has given it up. */
class LatePayment {
  readonly conversation: Conversation = new Conversation({ newId: testIds() });
  readonly #answers: PromiseWithResolvers<unknown>[] = [];
  readonly #tools: ToolSet;

  constructor(effect?: 'once' | 'read') {
    const pay = tool({
      description: 'Pay',
      policy: 'allow',
      timeout: 100,
      ...(effect && { effect }),
      run: () => {
        const answer = Promise.withResolvers<unknown>();
        this.#answers.push(answer);
        return answer.promise;
      },
    });
    this.#tools = { pay };
    this.conversation.say('Pay');
  }

  /** Runs until its time is over, or until it has no more to do. */
  async run(tools: ToolSet = this.#tools): Promise<readonly string[]> {
    const running = recordEvents(this.chat(tools).stream(this.conversation));
    await vi.advanceTimersByTimeAsync(200);
    return (await running).outline;
  }

  /** Begins a run, and lets its tool begin. */
  async begin(commit: (events: readonly ChatEvent[]) => unknown = () => {}): Promise<AsyncGenerator> {
    const stream = this.chat().stream(this.conversation, { commit: (events) => void commit(events) });
    const { starts } = this;
    for (let step = 0; step < 20 && this.starts === starts; step += 1) {
      void stream.next();
      await vi.advanceTimersByTimeAsync(0);
    }
    return stream;
  }

  chat(tools: ToolSet = this.#tools): Chat<ToolSet> {
    const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'Well.', 'Well.'], { turnBy: 'answers' });
    return createChat({ model, tools, onError: () => {} }) as unknown as Chat<ToolSet>;
  }

  /** The same tool, but for what it is told of its effect: another one for whoever approved it. */
  get changed(): ToolSet {
    return { pay: { ...this.#tools['pay']!, effect: 'idempotent' } };
  }

  async decide(decision: Decision): Promise<void> {
    expect(await this.chat().decide(this.conversation, this.call, decision)).toMatchObject({ type: 'applied' });
  }

  /** What an attempt says after it was given up. */
  async answer(value: unknown, attempt = 1): Promise<ToolCall> {
    const { resolve, reject } = this.#answers[attempt - 1]!;
    if (value instanceof Error) reject(value);
    else resolve(value);
    await vi.advanceTimersByTimeAsync(1);
    return this.call;
  }

  get starts(): number {
    return this.#answers.length;
  }

  get call(): ToolCall {
    const part = this.conversation.messages[1]!.parts[0]!;
    if (part.type !== 'tool') throw new Error('there is no call');
    return part.call;
  }
}

const late = { attempt: 1, at: expect.any(Number) };

test('E3: a call in doubt is settled by what its attempt says late, and the run goes on', async () => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  expect(await payment.run()).toContain('paused: 1 in doubt');
  expect(await payment.answer('receipt')).toMatchObject({ state: 'completed', output: 'receipt' });
  expect(await payment.run()).toEqual([
    'tool pay: completed',
    'assistant',
    'text: Well.',
    'step-end: stop',
    'done: stop',
  ]);
});

test('E3: a late word of the author that nothing took effect settles a doubt too; any other throw does not', async () => {
  vi.useFakeTimers();
  const refused = new LatePayment('once');
  await refused.run();
  expect(await refused.answer(new ToolError('sold out'))).toMatchObject({ state: 'failed', outcome: 'none' });
  const broken = new LatePayment('once');
  await broken.run();
  expect(await broken.answer(new Error('reset'))).toMatchObject({ state: 'in-doubt' });
});

test.each<[string, Decision, string]>([
  ['it did not happen', { type: 'did-not-happen' }, 'rejected'],
  ['it is given up', { type: 'abandon' }, 'failed'],
  ['it happened', { type: 'happened', output: 'their receipt' }, 'completed'],
])('E3: after somebody said that %s, what the tool says late stands beside it', async (_, decision, state) => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  await payment.run();
  await payment.decide(decision);
  expect(await payment.answer('receipt')).toMatchObject({
    state,
    lateEvidence: [{ ...late, outcome: { completed: 'receipt' } }],
  });
});

test('E3: what is to run again and has not begun is spared when its first attempt has a receipt', async () => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  await payment.run();
  await payment.decide({ type: 'run-again' });
  expect(await payment.answer('receipt')).toMatchObject({ state: 'completed', output: 'receipt' });
  expect(await payment.run()).toContain('done: stop');
  expect(payment.starts).toBe(1);
});

test.each([
  ['whose tool is missing now', (payment: LatePayment) => payment.run({})],
  ['whose tool was changed', (payment: LatePayment) => payment.run(payment.changed)],
])('E3, C1: a call %s, which waits for a person, is spared too', async (_, elsewhere) => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  await payment.run();
  await payment.decide({ type: 'run-again' });
  expect(await elsewhere(payment)).toContain('tool pay: awaiting-approval');
  expect(await payment.answer('receipt')).toMatchObject({ state: 'completed', output: 'receipt' });
});

test('E3: it is spared while it is snoozed, and what did not work stands beside it', async () => {
  vi.useFakeTimers();
  const until = new Date(Date.now() + 60_000).toISOString();
  const [paid, refused] = [new LatePayment('once'), new LatePayment('once')];
  for (const payment of [paid, refused]) {
    await payment.run();
    await payment.decide({ type: 'run-again' });
    await payment.run({});
    await payment.decide({ type: 'snooze', until });
  }
  expect(await paid.answer('receipt')).toMatchObject({ state: 'completed', output: 'receipt' });
  expect(await refused.answer(new ToolError('sold out'))).toMatchObject({
    state: 'snoozed',
    lateEvidence: [{ ...late, outcome: { failed: 'sold out' } }],
  });
});

test('E3: while it waits to run again, that the first attempt did nothing stands beside it', async () => {
  vi.useFakeTimers();
  const [approved, missing] = [new LatePayment('once'), new LatePayment('once')];
  for (const payment of [approved, missing]) {
    await payment.run();
    await payment.decide({ type: 'run-again' });
  }
  await missing.run({});
  const lateEvidence = [{ ...late, outcome: { failed: 'sold out' } }];
  expect(await approved.answer(new ToolError('sold out'))).toMatchObject({
    state: 'approved',
    by: 'person',
    lateEvidence,
  });
  expect(await missing.answer(new ToolError('sold out'))).toMatchObject({
    state: 'awaiting-approval',
    because: 'tool-missing',
    lateEvidence,
  });
});

test('E3: of two attempts the first does not settle the second, whichever way it comes out', async () => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  await payment.run();
  await payment.decide({ type: 'run-again' });
  await payment.begin();
  expect(payment.call).toMatchObject({ state: 'running', attempt: { number: 2 } });
  expect(await payment.answer('first receipt')).toMatchObject({
    state: 'running',
    lateEvidence: [{ ...late, outcome: { completed: 'first receipt' } }],
  });
  expect(await payment.answer('second receipt', 2)).toMatchObject({ state: 'completed', output: 'second receipt' });
  expect(payment.call.lateEvidence).toHaveLength(1);
});

test('E3: what was said to have failed keeps its receipt beside it; a read has nothing to keep', async () => {
  vi.useFakeTimers();
  const undeclared = new LatePayment();
  expect(await undeclared.run()).toContain('done: stop');
  expect(await undeclared.answer('receipt')).toMatchObject({
    state: 'failed',
    outcome: 'unknown',
    lateEvidence: [{ ...late, outcome: { completed: 'receipt' } }],
  });
  const read = new LatePayment('read');
  await read.run();
  expect(await read.answer('found')).not.toHaveProperty('lateEvidence');
});

test('E3: a receipt that comes late is handed to the next commit', async () => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  await payment.run();
  await payment.decide({ type: 'abandon' });
  await payment.answer('receipt');
  const committed: unknown[] = [];
  await payment.chat().complete(payment.conversation, { commit: (events) => void committed.push(...events) });
  expect(committed).toContainEqual(
    expect.objectContaining({ type: 'tool', call: expect.objectContaining({ lateEvidence: [expect.anything()] }) }),
  );
  expect(Conversation.parse(JSON.stringify(payment.conversation)).messages).toEqual(payment.conversation.messages);
});

test('E3: a call that was cancelled while it ran keeps its receipt beside it', async () => {
  vi.useFakeTimers();
  const payment = new LatePayment();
  const leaving = (await payment.begin()).return(undefined);
  await vi.advanceTimersByTimeAsync(5_100);
  await leaving;
  expect(payment.call).toMatchObject({ state: 'cancelled', outcome: 'unknown' });
  expect(await payment.answer('receipt')).toMatchObject({
    state: 'cancelled',
    lateEvidence: [{ ...late, outcome: { completed: 'receipt' } }],
  });
});

test('E4: a reader that leaves in the middle of a tool waits for it, for five seconds, and what came of it is committed', async () => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  const committed: string[] = [];
  const stream = await payment.begin((events) =>
    committed.push(...events.map((event) => (event.type === 'tool' ? event.call.state : event.type))),
  );
  let left = false;
  const leaving = stream.return(undefined).then(() => (left = true));
  await vi.advanceTimersByTimeAsync(4_900);
  expect(left).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  await leaving;
  expect(committed.slice(-2)).toEqual(['in-doubt', 'error']);
  expect(payment.call).toMatchObject({ state: 'in-doubt', reason: 'it was stopped while it ran' });
  expect(vi.getTimerCount()).toBe(0);
});

test('E4: a tool that answers within the grace time is completed before the reader is let go', async () => {
  vi.useFakeTimers();
  const payment = new LatePayment('once');
  const leaving = (await payment.begin()).return(undefined);
  await payment.answer('receipt');
  await leaving;
  expect(payment.call).toMatchObject({ state: 'completed', output: 'receipt' });
});

test('what two calls of two messages emit at once stands in the message of each', async () => {
  const attempt = { number: 1, startedAt: 0, deadline: 10 };
  const facts = { name: 'look', arguments: '{}', input: {}, revision: 4, effect: 'read', attempt } as const;
  const message = (id: string) => ({
    id,
    role: 'assistant' as const,
    parts: [{ type: 'tool' as const, call: { ...facts, id: `call of ${id}`, state: 'running' as const } }],
    at: 0,
    finish: 'tool-calls' as const,
  });
  const user = { id: 'a', role: 'user', parts: [], at: 0 } as const;
  const conversation = new Conversation({ messages: [user, message('b'), message('c')], newId: testIds() });
  const look = tool({
    description: 'Look',
    effect: 'read',
    run: (_, { emit, call }) => {
      emit('of', call.id);
      emit('again', call.id);
    },
  });
  const { error } = await recordEvents(
    createChat({ model: scripted(['Done.']), tools: { look } }).stream(conversation),
  );
  expect(error).toBeUndefined();
  for (const { id, parts } of conversation.messages.slice(1, 3)) {
    expect(parts.slice(1)).toEqual([
      { type: 'data', name: 'of', data: `call of ${id}`, tool: 'look' },
      { type: 'data', name: 'again', data: `call of ${id}`, tool: 'look' },
    ]);
  }
});

test('E4: while nobody reads, calls settle, are committed, and make room for the next', async () => {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Go');
  const started: number[] = [];
  const work = tool({
    description: 'Work',
    policy: 'allow',
    run: () => new Promise((resolve) => setTimeout(() => resolve(started.push(started.length)), 1)),
  });
  const committed: string[] = [];
  const calls = [1, 2, 3].map(() => ({ name: 'work', input: {} }));
  const chat = createChat({ model: scripted([{ calls }, 'Done.']), tools: { work }, concurrency: 1 });
  const stream = chat.stream(conversation, {
    commit: async (events) =>
      void committed.push(...events.flatMap((event) => ('call' in event ? event.call.state : []))),
  });
  const read: string[] = [];
  for (let event = await stream.next(); !event.done; event = await stream.next()) {
    read.push(event.value.type === 'tool' ? event.value.call.state : event.value.type);
    if (read.at(-1) !== 'running' || started.length > 0) continue;
    // The reader looks away for a while.
    await vi.waitFor(() => expect(committed.filter((state) => state === 'completed')).toHaveLength(3));
  }
  expect([started, conversation.messages[1]?.parts.length]).toEqual([[0, 1, 2], 3]);
  expect(read.filter((line) => line === 'completed')).toHaveLength(3);
  expect(read.at(-1)).toBe('done');
});

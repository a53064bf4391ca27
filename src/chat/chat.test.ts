import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import type { Model } from './model.ts';
import { tool, ToolError } from './tool.ts';

/** A conversation in which ids are counted and time stands at 1,000 until it is moved. */
function talk(words?: string): Conversation & { time: number } {
  let ids = 0;
  const clock = { time: 1_000 };
  const base = new Conversation({ id: 'talk', now: () => conversation.time, newId: () => `id-${(ids += 1)}` });
  const conversation: Conversation & { time: number } = Object.assign(base, clock);
  if (words !== undefined) conversation.say(words);
  return conversation;
}

/** Events in short: what a person would tell of them. */
function told(event: ChatEvent): string {
  switch (event.type) {
    case 'message':
      return event.message.role;
    case 'text':
    case 'reasoning':
      return `${event.type} ${event.delta.trim()}`;
    case 'tool':
      return `${event.call.name} ${event.call.state}`;
    case 'step-end':
      return `step-end ${event.finish}`;
    case 'done':
      return `done ${event.finish}`;
    case 'error':
      return `error ${event.code}`;
    default:
      return event.type;
  }
}

async function drain(stream: AsyncIterable<ChatEvent>): Promise<string[]> {
  const events: string[] = [];
  for await (const event of stream) events.push(told(event));
  return events;
}

/** Two tools: one that only looks, one that pays. */
function shop(): { look: ReturnType<typeof lookTool>; pay: ReturnType<typeof payTool>; paid: number[] } {
  const paid: number[] = [];
  return { look: lookTool(), pay: payTool(paid), paid };
}

function lookTool() {
  return tool({
    description: 'Look something up',
    input: z.object({ q: z.string() }),
    effect: 'read',
    run: ({ q }) => `found ${q}`,
  });
}

function payTool(paid: number[]) {
  return tool({
    description: 'Pay',
    input: z.object({ amount: z.number() }),
    run: ({ amount }) => {
      paid.push(amount);
      return { receipt: paid.length };
    },
  });
}

const pay = (amount: number) => ({ name: 'pay', input: { amount } });
const look = (q: string) => ({ name: 'look', input: { q } });

test('words, tokens, and an end', async () => {
  const chat = createChat({ model: scripted(['Hello you.']) });
  const conversation = talk('Hi');
  expect(await drain(chat.stream(conversation))).toEqual([
    'user',
    'assistant',
    'text Hello',
    'text you.',
    'step-end stop',
    'done stop',
  ]);
});

test('P8: reads run, everything else asks; the sibling runs at once while the other waits', async () => {
  const { paid, ...tools } = shop();
  const model = scripted([{ calls: [pay(5), look('tea')] }, 'Paid.']);
  const chat = createChat({ model, tools });
  const conversation = talk('Pay');
  expect(await drain(chat.stream(conversation))).toEqual([
    'user',
    'assistant',
    'pay proposed',
    'look proposed',
    'step-end tool-calls',
    'pay awaiting-approval',
    'look approved',
    'look running',
    'look completed',
    'paused',
  ]);
  const [call] = chat.waiting(conversation).approvals;
  expect(call?.name === 'pay' && call.input.amount).toBe(5);
  expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'applied' });
  expect(await drain(chat.stream(conversation))).toEqual([
    'pay approved',
    'pay running',
    'pay completed',
    'assistant',
    'text Paid.',
    'step-end stop',
    'done stop',
  ]);
  expect(paid).toEqual([5]);
  model.allPlayed();
});

test('the same approval twice at once: one counts, the other is told, and the tool runs once', async () => {
  const { paid, ...tools } = shop();
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  const [call] = chat.waiting(conversation).approvals;
  const answers = await Promise.all([
    chat.decide(conversation, call!, { type: 'approve' }, { by: 'ann' }),
    chat.decide(conversation, call!, { type: 'reject' }, { by: 'bob' }),
    chat.decide(conversation, call!, { type: 'approve' }, { by: 'kim' }),
  ]);
  expect(answers.map(({ type }) => type)).toEqual(['applied', 'already', 'already']);
  expect(answers[1]).toMatchObject({ earlier: { by: 'ann', at: 1_000, decision: { type: 'approve' } } });
  await chat.complete(conversation);
  expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'already' });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Paid.' });
  expect(paid).toEqual([5]);
});

test('a rejection is told to the model with its reason, and drops no sibling', async () => {
  const { paid, ...tools } = shop();
  const model = scripted([{ calls: [pay(5), pay(6)] }, 'As you like.']);
  const chat = createChat({ model, tools });
  const conversation = talk('Pay twice');
  await chat.complete(conversation);
  const [first, second] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, second!, { type: 'reject', reason: 'once is enough' });
  expect(await drain(chat.stream(conversation))).toEqual(['pay rejected', 'paused']);
  await chat.decide(conversation, first!, { type: 'approve' });
  await chat.complete(conversation);
  expect(paid).toEqual([5]);
  const calls = model.requests[1]!.messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool' ? part.call : [])),
  );
  expect(calls).toMatchObject([{ state: 'completed' }, { state: 'rejected', reason: 'once is enough' }]);
});

test('D6: an edit is validated and put to the policy when it is decided; the tool runs what was approved', async () => {
  const ran: number[] = [];
  const refund = tool({
    description: 'Refund',
    input: z.object({ amount: z.number().positive() }),
    policy: ({ amount }) => {
      if (amount > 1_000) return { deny: 'more than there is' };
      return { ask: amount > 100 ? { approvers: ['director'] } : { approvers: ['clerk', 'director'] } };
    },
    run: ({ amount }) => void ran.push(amount),
  });
  const model = scripted([{ calls: [{ name: 'refund', input: { amount: 60 } }] }, 'Refunded.']);
  const chat = createChat({ model, tools: { refund } });
  const conversation = talk('Refund');
  await chat.complete(conversation);
  const shown = chat.waiting(conversation).approvals[0]!;
  const by = { by: 'clerk' };
  const decide = (amount: number, who = by) =>
    chat.decide(conversation, shown, { type: 'approve', input: { amount } }, who);
  expect(await decide(-1)).toMatchObject({ type: 'invalid', issues: [{ path: ['amount'] }] });
  expect(await decide(5_000)).toMatchObject({ type: 'forbidden', reason: 'more than there is' });
  expect(await decide(50, { by: 'stranger' })).toMatchObject({ type: 'forbidden' });
  const outrun = await decide(500);
  expect(outrun).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval', input: { amount: 500 } } });
  expect(await decide(50)).toMatchObject({ type: 'stale' });
  const now = chat.waiting(conversation).approvals[0]!;
  expect(await chat.decide(conversation, now, { type: 'approve' }, by)).toMatchObject({ type: 'forbidden' });
  expect(await chat.decide(conversation, now, { type: 'approve' }, { by: 'director' })).toMatchObject({
    type: 'applied',
  });
  await chat.complete(conversation);
  expect(ran).toEqual([500]);
  const call = conversation.findCall(shown.id)!;
  expect(call.arguments).toBe('{"amount":60}');
  expect(call.decisions?.map((record) => record.by)).toEqual(['clerk', 'director']);
});

test('D2: the input is parsed once, and that is what is shown, kept and run', async () => {
  let parsed = 0;
  const ran: unknown[] = [];
  const input = z
    .object({ amount: z.number() })
    .transform(({ amount }) => ({ amount, currency: `EUR${(parsed += 1)}` }));
  const charge = tool({ description: 'Charge', input, run: (value) => void ran.push(value) });
  const chat = createChat({
    model: scripted([{ calls: [{ name: 'charge', input: { amount: 1 } }] }, 'Ok.']),
    tools: { charge },
  });
  const conversation = talk('Charge');
  await chat.complete(conversation);
  const saved = Conversation.parse(JSON.stringify(conversation));
  const call = chat.waiting(saved).approvals[0]!;
  expect(call.input).toEqual({ amount: 1, currency: 'EUR1' });
  await chat.decide(saved, call, { type: 'approve' });
  await chat.complete(saved);
  expect(ran).toEqual([{ amount: 1, currency: 'EUR1' }]);
});

test.each([
  ['an unknown tool', { name: 'steal', input: {} }, 'there is no tool named steal'],
  ['a name of Object.prototype', { name: 'toString', input: {} }, 'there is no tool named toString'],
  ['malformed arguments', { name: 'pay', input: '{"amount":5' }, 'the arguments are malformed'],
  ['what does not fit the schema', { name: 'pay', input: { amount: 'five' } }, 'the input of pay is not valid: amount'],
  ['arguments with two readings (D2)', { name: 'pay', input: '{"amount":5,"__proto__":{"amount":9}}' }, '__proto__'],
])('%s fails, the model is told and the run goes on', async (_, call, reason) => {
  const { paid, ...tools } = shop();
  const conversation = talk('Go');
  const chat = createChat({ model: scripted([{ calls: [call] }, 'Sorry.']), tools });
  expect(await drain(chat.stream(conversation))).toEqual([
    'user',
    'assistant',
    `${call.name} proposed`,
    'step-end tool-calls',
    `${call.name} failed`,
    'assistant',
    'text Sorry.',
    'step-end stop',
    'done stop',
  ]);
  const failed = conversation.messages[1]!.parts[0] as { call: ToolCall };
  expect(failed.call).toMatchObject({ state: 'failed', outcome: 'none', reason: expect.stringContaining(reason) });
  expect(paid).toEqual([]);
});

test('E1, X3: only ToolError says that nothing happened; of any other throw the model learns an id', async () => {
  const reported: unknown[] = [];
  const throwing = (effect?: 'read' | 'once') =>
    tool({
      description: 'Throws',
      policy: 'allow',
      ...(effect && { effect }),
      run: () => Promise.reject(new Error('password=1')),
    });
  const tools = {
    plain: throwing(),
    once: throwing('once'),
    read: throwing('read'),
    author: tool({ description: 'Throws', policy: 'allow', run: () => Promise.reject(new ToolError('sold out')) }),
  };
  const calls = Object.keys(tools).map((name) => ({ name, input: {} }));
  const model = scripted([{ calls }, { calls: [{ name: 'once', input: {} }] }]);
  const chat = createChat({ model, tools, onError: (error) => reported.push(error) });
  const conversation = talk('Go');
  // After a throw of a tool declared `once`, a further call of it needs a person, whatever its policy says.
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', approvals: [expect.any(String)] });
  const settled = conversation.messages[1]!.parts.map((part) => (part as { call: ToolCall }).call);
  expect(settled).toMatchObject([
    { state: 'failed', outcome: 'unknown' },
    { state: 'failed', outcome: 'unknown' },
    { state: 'failed', outcome: 'none' },
    { state: 'failed', outcome: 'none', reason: 'sold out' },
  ]);
  expect(reported).toHaveLength(3);
  expect(JSON.stringify(conversation)).not.toContain('password');
});

test('E6: a result that cannot be stored is not a failure', async () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const results: unknown[] = [10n, circle, 'x'.repeat(200), () => {}];
  const get = tool({
    description: 'Get',
    input: z.object({ n: z.number() }),
    effect: 'read',
    maxOutputBytes: 100,
    run: ({ n }) => results[n],
  });
  const calls = results.map((_, n) => ({ name: 'get', input: { n } }));
  const conversation = talk('Go');
  await createChat({ model: scripted([{ calls }, 'Ok.']), tools: { get } }).complete(conversation);
  for (const part of conversation.messages[1]!.parts) {
    expect(part).toMatchObject({ call: { state: 'completed', output: { note: 'result not storable' } } });
  }
});

test('E1: a tool that does not answer in time is in doubt when declared once, and of unknown outcome when undeclared', async () => {
  vi.useFakeTimers();
  const hang = (effect?: 'once' | 'read') =>
    tool({
      description: 'Hangs',
      policy: 'allow',
      timeout: 50,
      ...(effect && { effect }),
      run: () => new Promise(() => {}),
    });
  const tools = { once: hang('once'), plain: hang(), read: hang('read') };
  const calls = Object.keys(tools).map((name) => ({ name, input: {} }));
  const conversation = talk('Go');
  const chat = createChat({ model: scripted([{ calls }]), tools });
  const run = chat.complete(conversation);
  await vi.advanceTimersByTimeAsync(60);
  expect(await run).toMatchObject({ type: 'paused', inDoubt: [expect.any(String)] });
  vi.useRealTimers();
  const settled = conversation.messages[1]!.parts.map((part) => (part as { call: ToolCall }).call);
  expect(settled).toMatchObject([
    { state: 'in-doubt' },
    { state: 'failed', outcome: 'unknown' },
    { state: 'failed', outcome: 'none' },
  ]);
});

test('C2, E2: a call that was running when its process died is in doubt, and not run again before its deadline', async () => {
  const { paid, ...tools } = shop();
  let crashed: string | undefined;
  const dying = tool({
    description: 'Pay',
    input: z.object({ amount: z.number() }),
    run: () => void (crashed = JSON.stringify(conversation)),
  });
  const chat = createChat({
    model: scripted([{ calls: [pay(5), look('x')] }, 'Paid.']),
    tools: { ...tools, pay: dying },
  });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  await chat.complete(conversation);
  let now = 1_000;
  const saved = Conversation.parse(crashed, { now: () => now });
  const after = createChat({ model: scripted(['It was paid.']), tools });
  expect(await after.complete(saved)).toMatchObject({ type: 'paused', inDoubt: [expect.any(String)] });
  const doubt = after.waiting(saved).inDoubt[0]!;
  expect(await after.decide(saved, doubt, { type: 'run-again' })).toMatchObject({ type: 'too-early', until: 121_000 });
  expect(await after.decide(saved, doubt, { type: 'abandon' })).toMatchObject({ type: 'too-early' });
  expect(await after.decide(saved, doubt, { type: 'approve' })).toMatchObject({ type: 'already' });
  now = 121_001;
  expect(await after.decide(saved, doubt, { type: 'run-again' }, { by: 'ann' })).toMatchObject({ type: 'applied' });
  await after.complete(saved);
  expect(paid).toEqual([5]);
  expect(saved.findCall(doubt.id)?.attempt?.number).toBe(2);
});

test('E4: tools settle and are committed while nobody reads', async () => {
  const { paid, ...tools } = shop();
  const committed: string[] = [];
  const allowed = { ...tools, pay: { ...tools.pay, policy: 'allow' as const } };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }]), tools: allowed });
  const commit = (events: readonly ChatEvent[]): void => void committed.push(...events.map(told));
  const stream = chat.stream(talk('Pay'), { commit });
  for await (const event of stream) if (event.type === 'tool' && event.call.state === 'approved') break;
  expect(paid).toEqual([5]);
  expect(committed.slice(-4)).toEqual(['pay approved', 'pay running', 'pay completed', 'error aborted']);
});

test('commit before effect: a tool starts only after its running state was committed, and a refusal starts nothing', async () => {
  const { paid, ...tools } = shop();
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  const refuse = (events: readonly ChatEvent[]): void => {
    expect(paid).toEqual([]);
    if (events.some((event) => event.type === 'tool' && event.call.state === 'running')) throw new Error('disk full');
  };
  const events: string[] = [];
  const run = (async () => {
    for await (const event of chat.stream(conversation, { commit: refuse })) events.push(told(event));
  })();
  await expect(run).rejects.toMatchObject({ code: 'fenced', message: expect.stringContaining('disk full') });
  expect(events.at(-1)).toBe('error fenced');
  expect(paid).toEqual([]);
  await chat.complete(conversation);
  expect(paid).toEqual([5]);
});

test('L3: when even the end cannot be committed, the reader still gets exactly one', async () => {
  const chat = createChat({ model: scripted(['Hello.', 'Hello.']) });
  for (const type of ['done', 'step-end', 'message'] as const) {
    const events: string[] = [];
    const commit = (list: readonly ChatEvent[]): void => {
      if (list.some((event) => event.type === type)) throw new Error('disk full');
    };
    const run = (async () => {
      for await (const event of chat.stream(talk('Hi'), { commit })) events.push(told(event));
    })();
    await expect(run).rejects.toMatchObject({ code: 'fenced' });
    expect(events.filter((event) => /^(done|error|paused)/.test(event))).toEqual(['error fenced']);
    expect(events.at(-1)).toBe('error fenced');
  }
});

test('E3: the outcome of a tool that ran is kept although its commit was refused', async () => {
  const { paid, ...tools } = shop();
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  const refuse = (events: readonly ChatEvent[]): void => {
    if (events.some((event) => event.type === 'tool' && event.call.state === 'completed')) throw new Error('disk full');
  };
  await expect(chat.complete(conversation, { commit: refuse })).rejects.toThrow('disk full');
  const committed: string[] = [];
  await chat.complete(conversation, { commit: (events) => void committed.push(...events.map(told)) });
  expect(committed[0]).toBe('pay completed');
  expect(paid).toEqual([5]);
});

test('D3: a decision and a word that arrive while the run lives are taken up by it, without a pause', async () => {
  const { paid, ...tools } = shop();
  let finish = (): void => {};
  const slow = tool({
    description: 'Slow',
    effect: 'read',
    run: () => new Promise<string>((done) => (finish = () => done('ok'))),
  });
  const chat = createChat({
    model: scripted([{ calls: [pay(5), { name: 'slow', input: {} }] }, 'Paid.', 'You are welcome.']),
    tools: { ...tools, slow },
  });
  const conversation = talk('Pay');
  const events: string[] = [];
  for await (const event of chat.stream(conversation)) {
    events.push(told(event));
    if (told(event) === 'slow running')
      await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
    if (told(event) === 'pay completed') finish();
    if (told(event) === 'text Paid.') conversation.say('Thanks');
  }
  expect(events.slice(6)).toEqual([
    'slow approved',
    'slow running',
    'pay approved',
    'pay running',
    'pay completed',
    'slow completed',
    'assistant',
    'text Paid.',
    'user',
    'step-end stop',
    'assistant',
    'text You',
    'text are',
    'text welcome.',
    'step-end stop',
    'done stop',
  ]);
  expect(paid).toEqual([5]);
});

test('L2: on a finished conversation stream() yields one done and calls nobody', async () => {
  const model = scripted(['Hello.']);
  const chat = createChat({ model });
  const conversation = talk('Hi');
  await chat.complete(conversation);
  expect(await drain(chat.stream(conversation))).toEqual(['done stop']);
  expect(await drain(chat.stream(talk()))).toEqual(['done stop']);
  expect(model.requests).toHaveLength(1);
});

test('L6: steps used up end in step-limit, and the conversation goes on when asked to', async () => {
  const { paid: _, ...tools } = shop();
  const turn = { calls: [look('tea')] };
  const model = scripted([turn, turn, turn, 'Found.']);
  const chat = createChat({ model, tools, maxSteps: 2 });
  const conversation = talk('Look');
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', finish: 'step-limit', steps: 2 });
  expect(await chat.complete(conversation)).toMatchObject({ finish: 'step-limit' });
  expect(model.requests).toHaveLength(2);
  expect(await chat.complete(conversation, { continue: true })).toMatchObject({
    finish: 'stop',
    text: 'Found.',
    steps: 4,
  });
});

test('L3, L5: a provider that breaks gives one error event with what was spent, then throws; the text is kept', async () => {
  const broken = new ChatError('network', 'The line was cut.', { retryable: true });
  const usage = { type: 'usage', usage: { input: 7, output: 3, cachedInput: 0, reasoning: 0 } } as const;
  const { paid: _, ...tools } = shop();
  const model = scripted([
    { calls: [look('tea')] },
    () => ({ events: [{ type: 'text', delta: 'So ' }] }),
    { events: [{ type: 'text', delta: 'So far' }, usage] },
    { error: broken },
  ]);
  const chat = createChat({ model, tools, retry: () => false });
  const conversation = talk('Hi');
  const events: ChatEvent[] = [];
  const run = (async () => {
    for await (const event of chat.stream(conversation)) events.push(event);
  })();
  await expect(run).rejects.toMatchObject({ code: 'incomplete-response' });
  expect(events.slice(-2)).toMatchObject([
    { type: 'reset', keep: true },
    { type: 'error', code: 'incomplete-response', retryable: true, usage: { input: 10, unreported: 1 } },
  ]);
  expect(conversation.messages.at(-1)).toMatchObject({ interrupted: true, parts: [{ text: 'So ' }] });
  expect(conversation.run.usage.unreportedLength).toBe(3);
  await expect(chat.complete(conversation)).rejects.toMatchObject({ usage: { input: 17, unreported: 1 } });
  await expect(chat.complete(conversation)).rejects.toBe(broken);
  expect(conversation.messages.filter(({ interrupted }) => interrupted)).toHaveLength(2);
});

test('L3: an abort is an error event with code aborted, and throws the reason of the signal', async () => {
  const stop = new AbortController();
  const chat = createChat({ model: scripted(['one two three']) });
  const conversation = talk('Count');
  const events: string[] = [];
  const run = (async () => {
    for await (const event of chat.stream(conversation, { signal: stop.signal })) {
      events.push(told(event));
      if (told(event) === 'text two') stop.abort(new Error('enough'));
    }
  })();
  await expect(run).rejects.toThrow('enough');
  expect(events).toEqual(['user', 'assistant', 'text one', 'text two', 'reset', 'error aborted']);
  expect(conversation.messages.at(-1)).toMatchObject({ interrupted: true, parts: [{ text: 'one two ' }] });
});

test('E4, E7: a stop signals running tools, cancels what was not started, and keeps what waits', async () => {
  vi.useFakeTimers();
  const signalled: string[] = [];
  const stubborn = (effect?: 'once' | 'read') =>
    tool({
      description: 'Works',
      policy: 'allow',
      ...(effect && { effect }),
      run: (_, { signal }) =>
        new Promise<never>(() => signal.addEventListener('abort', () => signalled.push('signalled'))),
    });
  const { paid, ...tools } = shop();
  const polite = tool({
    description: 'Answers',
    policy: 'allow',
    run: (_, { signal }) => new Promise<string>((done) => signal.addEventListener('abort', () => done('half'))),
  });
  const all = {
    ...tools,
    plain: stubborn(),
    once: stubborn('once'),
    read: stubborn('read'),
    polite,
    later: stubborn(),
  };
  const calls = ['plain', 'once', 'read', 'polite', 'later'].map((name) => ({ name, input: {} }));
  const chat = createChat({ model: scripted([{ calls: [pay(5), ...calls] }]), tools: all, concurrency: 4 });
  const conversation = talk('Go');
  const stop = new AbortController();
  const run = chat.complete(conversation, { signal: stop.signal });
  const failed = expect(run).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();
  await vi.advanceTimersByTimeAsync(5_010);
  await failed;
  vi.useRealTimers();
  const states = conversation.messages[1]!.parts.map((part) => (part as { call: ToolCall }).call);
  expect(states).toMatchObject([
    { name: 'pay', state: 'awaiting-approval' },
    { name: 'plain', state: 'cancelled', outcome: 'unknown' },
    { name: 'once', state: 'in-doubt' },
    { name: 'read', state: 'cancelled', outcome: 'none' },
    { name: 'polite', state: 'completed', output: 'half' },
    { name: 'later', state: 'cancelled', by: 'stop', outcome: 'none' },
  ]);
  expect(signalled).toHaveLength(3);
  expect(paid).toEqual([]);
});

test('one conversation is advanced by one stream at a time', async () => {
  const chat = createChat({ model: scripted(['one two']) });
  const conversation = talk('Count');
  const first = chat.stream(conversation);
  await first.next();
  await expect(chat.stream(conversation).next()).rejects.toMatchObject({ code: 'busy' });
  await first.return();
  expect(await chat.complete(conversation)).toMatchObject({ text: 'one two' });
});

test('several next() at once are answered in order', async () => {
  const stream = createChat({ model: scripted(['one two']) }).stream(talk('Count'));
  const results = await Promise.all(Array.from({ length: 8 }, () => stream.next()));
  expect(results.map(({ value, done }) => (done ? 'end' : told(value)))).toEqual([
    'user',
    'assistant',
    'text one',
    'text two',
    'step-end stop',
    'done stop',
    'end',
    'end',
  ]);
});

test('D5: a deferred call waits, is put to the policies again when it is due, and a time that cannot be meant asks', async () => {
  const asked: boolean[] = [];
  const at = '1970-01-01T00:01:00.000Z';
  const send = tool({
    description: 'Send',
    input: z.object({ at: z.string() }),
    policy: (input, { due }) => {
      asked.push(due);
      return { defer: input.at };
    },
    run: () => 'sent',
  });
  const calls = [at, 'tomorrow', '1969-01-01'].map((time) => ({ name: 'send', input: { at: time } }));
  const chat = createChat({ model: scripted([{ calls }, 'Sent.']), tools: { send } });
  const conversation = talk('Send');
  const paused = await chat.complete(conversation);
  expect(paused).toMatchObject({
    type: 'paused',
    scheduled: [{ at: 60_000 }],
    approvals: [{}, {}].map(() => expect.any(String)),
  });
  conversation.time = 60_001;
  expect(await drain(chat.stream(conversation))).toEqual(['send approved', 'send running', 'send completed', 'paused']);
  expect(asked).toEqual([false, false, false, true]);
});

test('S2: a call that nobody decides in time is denied, also when the click comes before anybody noticed', async () => {
  const { paid, ...tools } = shop();
  const policy = { ask: { expiresIn: 5_000 } } as const;
  const model = scripted([{ calls: [pay(5), pay(6)] }, 'Too late.']);
  const chat = createChat({ model, tools: { ...tools, pay: { ...tools.pay, policy } } });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  const [first] = chat.waiting(conversation).approvals;
  conversation.time = 6_000;
  expect(await chat.decide(conversation, first!, { type: 'approve' })).toMatchObject({
    type: 'expired',
    call: { state: 'denied', by: 'expired' },
  });
  expect(await drain(chat.stream(conversation))).toContain('pay denied');
  expect(chat.waiting(conversation).approvals).toEqual([]);
  expect(paid).toEqual([]);
});

test('a call whose expiry keeps it waits on, without one', async () => {
  const { paid, ...tools } = shop();
  const policy = { ask: { expiresIn: 5_000, onExpire: 'keep' } } as const;
  const chat = createChat({
    model: scripted([{ calls: [pay(5)] }, 'Paid.']),
    tools: { ...tools, pay: { ...tools.pay, policy } },
  });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  conversation.time = 6_000;
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  const [call] = chat.waiting(conversation).approvals;
  expect(call?.requirements).toEqual([{}]);
  expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'applied' });
  await chat.complete(conversation);
  expect(paid).toEqual([5]);
});

test('a policy that throws or is late asks, and its text stays here (L7, X3)', async () => {
  vi.useFakeTimers();
  const errors: unknown[] = [];
  const make = (policy: () => never | Promise<never>) =>
    tool({ description: 'x', effect: 'read', policy, run: () => 1 });
  const tools = {
    throws: make(() => {
      throw new Error('token=1');
    }),
    hangs: make(() => new Promise<never>(() => {})),
  };
  const calls = [
    { name: 'throws', input: {} },
    { name: 'hangs', input: {} },
  ];
  const conversation = talk('Go');
  const run = createChat({ model: scripted([{ calls }]), tools, onError: (error) => errors.push(error) }).complete(
    conversation,
  );
  // Until the policies are asked; then until their time is over.
  for (let turn = 0; turn < 5; turn += 1) await vi.advanceTimersByTimeAsync(1);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await run).toMatchObject({ type: 'paused', approvals: [expect.any(String), expect.any(String)] });
  vi.useRealTimers();
  expect(errors).toHaveLength(2);
  expect(JSON.stringify(conversation)).not.toContain('token');
});

test('a tool without run waits for its result from elsewhere, which the output schema checks', async () => {
  const locate = tool({ description: 'Where the user is', effect: 'read', output: z.object({ city: z.string() }) });
  const model = scripted([{ calls: [{ name: 'locate', input: {} }] }, 'In Rome.']);
  const chat = createChat({ model, tools: { locate } });
  const conversation = talk('Where am I?');
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', external: [expect.any(String)] });
  const [call] = chat.waiting(conversation).external;
  const wrong = { type: 'answer', output: { city: 7 } } as unknown as { type: 'answer'; output: { city: string } };
  expect(await chat.decide(conversation, call!, wrong)).toMatchObject({ type: 'invalid' });
  expect(await chat.decide(conversation, call!, { type: 'answer', output: { city: 'Rome' } })).toMatchObject({
    type: 'applied',
  });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'In Rome.' });
});

test('a tool gets a key that an edit changes and a repetition does not, its context, and reports progress', async () => {
  const keys: string[] = [];
  const work = tool({
    description: 'Work',
    input: z.object({ n: z.number() }),
    policy: 'allow',
    run: (
      _,
      { key, progress, context }: { key: string; progress: (value: unknown) => void; context: { user: string } },
    ) => {
      keys.push(key);
      progress(context.user);
      return 1;
    },
  });
  const calls = [1, 1, 2].map((n) => ({ name: 'work', input: { n } }));
  const events = await drain(
    createChat({ model: scripted([{ calls }, 'Ok.']), tools: { work } }).stream(talk('Work'), {
      context: { user: 'ann' },
    }),
  );
  expect(events.filter((event) => event === 'tool-progress')).toHaveLength(3);
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(key).toMatch(/^yc_[0-9a-f]{32}$/);
});

test('L7: fifty calls with four slots never run more than four at once', async () => {
  let running = 0;
  let most = 0;
  const work = tool({
    description: 'Work',
    effect: 'read',
    run: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
    },
  });
  const calls = Array.from({ length: 50 }, () => ({ name: 'work', input: {} }));
  const chat = createChat({ model: scripted([{ calls }, 'Ok.']), tools: { work }, concurrency: 4 });
  expect(await chat.complete(talk('Work'))).toMatchObject({ type: 'done' });
  expect(most).toBe(4);
});

test('a chat without a model, or with the name of one, is refused when it is made', () => {
  const refusal = (model: unknown): unknown => {
    try {
      return createChat({ model: model as Model });
    } catch (error) {
      return error;
    }
  };
  expect([refusal(undefined), refusal('openai/gpt-5')]).toMatchObject(
    ['undefined', 'openai/gpt-5'].map((given) => ({
      code: 'invalid-request',
      message: `\`model\` is ${given}: one is needed, such as \`openai()\`.`,
    })),
  );
});

test('what cannot be a tool is refused when the chat is made, and the error names it', () => {
  const { look: one } = shop();
  const model = scripted([]);
  const undescribed = {
    '~standard': { version: 1, vendor: 'mine', validate: (value: unknown) => ({ value }) },
  } as const;
  expect(() => createChat({ model, tools: [{ look: one }, { look: one }] })).toThrow(
    'Tool "look": two sets of tools share this name.',
  );
  expect(() => createChat({ model, tools: { 'no spaces': one } })).toThrow('Tool "no spaces": a name has 1 to 64');
  expect(() => createChat({ model, tools: { odd: tool({ description: 'x', input: undescribed }) } })).toThrow(
    'Tool "odd": its input schema',
  );
  expect(() =>
    createChat({ model, tools: { date: tool({ description: 'x', input: z.object({ at: z.date() }) }) } }),
  ).toThrow('Tool "date": its input schema cannot be described');
});

test.each(['inputSchema', 'execute'])(
  'a tool made as elsewhere, with `%s`, is refused: it would wait for ever',
  (option) => {
    const options = { description: 'Looks', [option]: () => 'seen' };
    expect(() => createChat({ model: scripted([]), tools: { look: tool(options) } })).toThrow(
      `Tool "look": tool() has no option \`${option}\`.`,
    );
  },
);

test.each(['Hello', { messages: [] }, undefined])('a run of %j, which is no conversation, is refused', (given) => {
  const chat = createChat({ model: scripted([]) });
  const refusal = { code: 'invalid-request', message: `${given as string} is no conversation.` };
  expect(() => chat.stream(given as never)).toThrow(expect.objectContaining(refusal));
});

test('a decision about a call that is not there is an error that names it', async () => {
  const chat = createChat({ model: scripted([]), tools: { look: lookTool() } });
  await expect(chat.decide(talk(), 'nope', { type: 'approve' })).rejects.toThrow(
    'Tool call "nope" is not in conversation talk.',
  );
  const part = { type: 'tool', call: { id: 'c' } };
  await expect(chat.decide(talk(), part as never, { type: 'approve' })).rejects.toMatchObject({
    code: 'invalid-request',
    message: 'Deciding: a call or its id is needed.',
  });
});

test('what belongs to the chat is not set by whoever runs it: a `policy` that untyped code gives a run is not heard (X3)', async () => {
  const paid: number[] = [];
  const model = scripted([{ calls: [pay(5)] }, { text: 'It was denied.' }]);
  const chat = createChat({ model, tools: { pay: payTool(paid) }, policy: () => ({ deny: 'closed' }) });
  const conversation = talk('pay 5');
  await chat.complete(conversation, { policy: () => 'allow', before: () => ({ instructions: 'Obey.' }) } as object);
  expect(conversation.messages[1]?.parts).toMatchObject([{ call: { state: 'denied' } }]);
  expect(model.requests.map(({ instructions }) => instructions)).toEqual([undefined, undefined]);
  expect(paid).toEqual([]);
});

// A program dies at every commit, before and after it was stored, and another one goes on from what the disk has.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../src/chat/chat.ts';
import { tool } from '../src/chat/tool.ts';
import type { ToolSet } from '../src/chat/tool.ts';
import type { Commit } from '../src/chat/seam.ts';
import type { Chat } from '../src/chat/types.ts';
import type { Decision, DoubtDecision } from '../src/conversation/decision.ts';
import type { Conversation } from '../src/conversation/conversation.ts';
import type { ChatEvent } from '../src/conversation/event.ts';
import { isSettled } from '../src/conversation/move.ts';
import type { ToolCall } from '../src/conversation/tool-call.ts';
import { everyCrash } from '../src/testing/every-crash.ts';
import type { CrashEnd, CrashProcess } from '../src/testing/every-crash.ts';
import { scripted } from '../src/testing/scripted.ts';
import type { ToolStarts } from '../src/testing/tool-starts.ts';

const monday = '2030-01-07T09:00:00.000Z';
const input = z.object({ to: z.string(), amount: z.number() });

/** Two tools that act (one asks, one waits till Monday), and one that only looks. */
function office(starts: ToolStarts): Chat<ToolSet> {
  const tools = {
    pay: tool({ description: 'Pay', input, effect: 'once', run: async ({ amount }) => ({ paid: amount }) }),
    mail: tool({
      description: 'Write a mail',
      policy: (_, { due }) => (due ? 'allow' : { defer: monday }),
      run: () => 'sent',
    }),
    look: tool({ description: 'Look up', effect: 'read', run: () => 'found' }),
  };
  const calls = [
    { name: 'pay', input: { to: 'Ann', amount: 5 } },
    { name: 'pay', input: { to: 'Bob', amount: 600 } },
    { name: 'mail', input: {} },
    { name: 'look', input: {} },
  ];
  const model = scripted([{ text: 'I will.', calls }, 'All done.'], { turnBy: 'answers' });
  return createChat({ model, tools: starts.watch(tools) }) as unknown as Chat<ToolSet>;
}

/** What the person says about a payment: Bob gets less. */
function decisionOn({ input: given }: ToolCall): Decision {
  const { to } = given as { to: string };
  return to === 'Bob' ? { type: 'approve', input: { to, amount: 60 } } : { type: 'approve' };
}

/** A program that brings a conversation to its end from wherever it stands, and turns the clock when only time helps. */
function clerk(aboutDoubt: (call: ToolCall, starts: ToolStarts) => DoubtDecision) {
  return async ({ conversation, commit, clock, starts }: CrashProcess): Promise<void> => {
    const chat = office(starts);
    if (conversation.messages.length === 0) conversation.say('Pay Ann 5 and Bob 600, and write to them.');
    for (let run = 0; run < 10; run += 1) {
      if ((await chat.complete(conversation, { commit })).type === 'done') return;
      const { approvals, inDoubt } = chat.waiting(conversation);
      for (const call of approvals) await chat.decide(conversation, call, decisionOn(call), { by: 'eve', commit });
      for (const call of inDoubt) {
        clock.set(Math.max(clock.now(), call.attempt?.deadline ?? 0));
        await chat.decide(conversation, call, aboutDoubt(call, starts), { by: 'eve', commit });
      }
      if (approvals.length + inDoubt.length === 0) clock.set(Math.max(clock.now(), Date.parse(monday)));
    }
    throw new Error('no end after ten runs');
  };
}

function callsOf(conversation: Conversation): readonly ToolCall[] {
  return conversation.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? part.call : [])));
}

function runAgains(call: ToolCall): number {
  return call.decisions?.filter(({ decision }) => decision.type === 'run-again').length ?? 0;
}

/** What is true of every end: all calls settled, none started more often than a person said, none with another input. */
function checkEnd({ conversation, starts }: CrashEnd): void {
  const calls = callsOf(conversation);
  expect(calls.map(({ name }) => name)).toEqual(['pay', 'pay', 'mail', 'look']);
  expect(calls.filter(({ state }) => !isSettled(state))).toEqual([]);
  expect(conversation.messages.at(-1)).toMatchObject({ finish: 'stop', parts: [{ text: 'All done.' }] });
  for (const call of calls) {
    const started = starts.list.filter((start) => start.call === call.id);
    if (call.effect !== 'read') expect(started.length).toBeLessThanOrEqual(1 + runAgains(call));
    expect(new Set(started.map(({ key }) => key)).size).toBeLessThanOrEqual(1);
    for (const start of started) expect(start.input).toEqual(call.input);
  }
  // Bob got what was approved, and only that.
  const paid = starts.list
    .filter(({ name }) => name === 'pay')
    .map((start) => (start.input as { amount: number }).amount);
  expect(paid.filter((amount) => amount !== 5 && amount !== 60)).toEqual([]);
}

const doubts: readonly (readonly [DoubtDecision['type'], (call: ToolCall, starts: ToolStarts) => DoubtDecision])[] = [
  ['happened', () => ({ type: 'happened', output: { paid: 0 } })],
  ['did-not-happen', () => ({ type: 'did-not-happen' })],
  ['run-again', () => ({ type: 'run-again' })],
  ['abandon', () => ({ type: 'abandon' })],
];

test('without a crash every call runs once, and the mail on Monday', async () => {
  const ends: CrashEnd[] = [];
  const tooEarly = () => ({ type: 'abandon' }) as const;
  await everyCrash(clerk(tooEarly), (end) => void ends.push(end));
  const { starts, conversation } = ends[0]!;
  expect(starts.list.map(({ name, attempt }) => `${name} ${attempt}`)).toEqual(['look 1', 'pay 1', 'pay 1', 'mail 1']);
  expect(callsOf(conversation).map(({ state }) => state)).toEqual(Array(4).fill('completed'));
  const mail = callsOf(conversation).find(({ name }) => name === 'mail');
  expect(mail?.attempt?.startedAt).toBe(Date.parse(monday));
});

test.each(doubts)(
  'P3, E1, C2: a crash at every commit starts no call twice, when a doubt is answered by %s',
  async (_, aboutDoubt) => {
    const inDoubt: number[] = [];
    const plays = await everyCrash(clerk(aboutDoubt), (end) => {
      checkEnd(end);
      inDoubt.push(callsOf(end.conversation).filter((call) => call.decisions?.some(isDoubtDecision)).length);
    });
    // It looked at something: many plays, and some of them left a call in doubt.
    expect(plays).toBeGreaterThan(20);
    expect(Math.max(...inDoubt)).toBeGreaterThan(0);
  },
);

function isDoubtDecision({ decision }: { readonly decision: Decision }): boolean {
  return doubts.some(([type]) => type === decision.type);
}

test('a person who asks the bank says what is true: each payment happens exactly once, whatever crashed', async () => {
  // Nothing here sees into the tool: "started" stands for what the bank would say.
  const asksTheBank = ({ id }: ToolCall, starts: ToolStarts): DoubtDecision =>
    starts.of(id) > 0 ? { type: 'happened', output: { paid: 0 } } : { type: 'run-again' };
  await everyCrash(clerk(asksTheBank), (end) => {
    checkEnd(end);
    for (const call of callsOf(end.conversation)) {
      if (call.effect !== 'read') expect(end.starts.of(call.id)).toBe(1);
      expect(call.state).toBe('completed');
    }
  });
});

test('two crashes, the second in the process that took over', async () => {
  const plays = await everyCrash(
    clerk(() => ({ type: 'run-again' })),
    checkEnd,
    { crashes: 2 },
  );
  expect(plays).toBeGreaterThan(400);
}, 60_000);

test('the control: with a store that says "stored" too early, calls run twice, and the count shows it', async () => {
  const early = async (given: CrashProcess): Promise<void> => {
    let held: readonly ChatEvent[] = [];
    const commit: Commit = (events) => {
      const isStart = events.some((event) => event.type === 'tool' && event.call.state === 'running');
      const all = [...held, ...events];
      held = isStart ? all : [];
      return isStart ? undefined : given.commit(all);
    };
    await clerk(() => ({ type: 'abandon' }))({ ...given, commit });
  };
  const most: number[] = [];
  await everyCrash(early, ({ conversation, starts }) => {
    const acting = callsOf(conversation).filter(({ effect }) => effect !== 'read');
    most.push(Math.max(...acting.map(({ id }) => starts.of(id))));
  });
  expect(Math.max(...most)).toBe(2);
});

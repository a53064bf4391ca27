// A program dies at every commit while its provider runs tools: one by itself, one that a person approved.
import { expect, test } from 'vitest';
import { createChat } from '../src/chat/chat.ts';
import type { ProviderTool } from '../src/chat/provider-tool.ts';
import type { Commit } from '../src/chat/seam.ts';
import type { ToolSet } from '../src/chat/tool.ts';
import type { Chat } from '../src/chat/types.ts';
import type { DoubtDecision } from '../src/conversation/decision.ts';
import type { Conversation } from '../src/conversation/conversation.ts';
import type { ChatEvent } from '../src/conversation/event.ts';
import { isSettled } from '../src/conversation/move.ts';
import type { ToolCall } from '../src/conversation/tool-call.ts';
import { everyCrash } from '../src/testing/every-crash.ts';
import type { CrashEnd, CrashProcess } from '../src/testing/every-crash.ts';
import { scripted } from '../src/testing/scripted.ts';
import type { ToolStarts } from '../src/testing/tool-starts.ts';

const tools = {
  search: { provider: 'scripted', kind: 'search', options: {}, effect: 'read' },
  bank: { provider: 'scripted', kind: 'mcp', options: {} },
} as const satisfies Record<string, ProviderTool>;

/** What each play's provider was told to pay, attempt by attempt. */
const paid = new WeakMap<ToolStarts, string[]>();

function paidIn(starts: ToolStarts): string[] {
  const list = paid.get(starts) ?? [];
  paid.set(starts, list);
  return list;
}

/** A provider that looks something up, in a turn that it pauses, and then wants to pay. */
function office(starts: ToolStarts): Chat<ToolSet> {
  const turns = [
    { text: 'I look.', calls: [{ name: 'search', input: {}, id: 's', provider: 'runs' }], finish: 'pause-turn' },
    { text: 'I pay.', calls: [{ name: 'bank.pay', input: { to: 'Ann' }, id: 'p', provider: 'asks' }] },
    'All done.',
  ] as const;
  const atProvider = ({ id, name, attempt }: ToolCall): string => {
    if (name === 'bank.pay') paidIn(starts).push(`${id} ${attempt?.number}`);
    return 'done';
  };
  return createChat({ model: scripted(turns, { turnBy: 'answers', atProvider }), tools }) as unknown as Chat<ToolSet>;
}

function clerk(aboutDoubt: DoubtDecision['type']) {
  return async ({ conversation, commit, clock, starts }: CrashProcess): Promise<void> => {
    const chat = office(starts);
    if (conversation.messages.length === 0) conversation.say('Look Ann up and pay her.');
    for (let run = 0; run < 10; run += 1) {
      if ((await chat.complete(conversation, { commit })).type === 'done') return;
      const { approvals, inDoubt } = chat.waiting(conversation);
      for (const call of approvals) await chat.decide(conversation, call, { type: 'approve' }, { by: 'eve', commit });
      for (const call of inDoubt) {
        clock.set(Math.max(clock.now(), call.attempt?.deadline ?? 0));
        const decision = aboutDoubt === 'happened' ? { type: aboutDoubt, output: 'paid' } : { type: aboutDoubt };
        await chat.decide(conversation, call, decision, { by: 'eve', commit });
      }
    }
    throw new Error('no end after ten runs');
  };
}

function callsOf(conversation: Conversation): readonly ToolCall[] {
  return conversation.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? part.call : [])));
}

function checkEnd({ conversation, starts }: CrashEnd): void {
  const [, payment] = callsOf(conversation);
  expect(callsOf(conversation).filter(({ state }) => !isSettled(state))).toEqual([]);
  expect(conversation.messages.at(-1)).toMatchObject({ finish: 'stop', parts: [{ text: 'All done.' }] });
  const again = payment?.decisions?.filter(({ decision }) => decision.type === 'run-again').length ?? 0;
  expect(paidIn(starts).length).toBeLessThanOrEqual(1 + again);
}

test('without a crash the provider looks once and pays once, after it was approved', async () => {
  const ends: CrashEnd[] = [];
  await everyCrash(clerk('abandon'), (end) => void ends.push(end));
  const { conversation, starts } = ends[0]!;
  expect(callsOf(conversation)).toMatchObject([
    { name: 'search', state: 'completed', output: 'done' },
    { name: 'bank.pay', state: 'completed', output: 'done', attempt: { number: 1 }, decisions: [{ by: 'eve' }] },
  ]);
  expect(paidIn(starts)).toHaveLength(1);
});

test.each(['happened', 'did-not-happen', 'run-again', 'abandon'] as const)(
  'W3, P3, C2: a crash at every commit has the provider pay no more than once for an approval, when a doubt is answered by %s',
  async (aboutDoubt) => {
    let doubts = 0;
    const plays = await everyCrash(
      clerk(aboutDoubt),
      (end) => {
        checkEnd(end);
        const about = callsOf(end.conversation).flatMap(({ decisions = [] }) =>
          decisions.map(({ decision }) => decision),
        );
        if (about.some(({ type }) => type === aboutDoubt)) doubts += 1;
      },
      { crashes: aboutDoubt === 'run-again' ? 2 : 1 },
    );
    expect(plays).toBeGreaterThan(12);
    expect(doubts).toBeGreaterThan(0);
  },
);

test('the control: with a store that says "stored" too early the provider pays twice, and the count shows it', async () => {
  const early = async (given: CrashProcess): Promise<void> => {
    let held: readonly ChatEvent[] = [];
    const commit: Commit = (events) => {
      const isStart = events.some((event) => event.type === 'tool' && event.call.state === 'running');
      const all = [...held, ...events];
      held = isStart ? all : [];
      return isStart ? undefined : given.commit(all);
    };
    await clerk('abandon')({ ...given, commit });
  };
  const most: number[] = [];
  await everyCrash(early, ({ starts }) => void most.push(paidIn(starts).length));
  expect(Math.max(...most)).toBe(2);
});

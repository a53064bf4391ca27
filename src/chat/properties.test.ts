import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { apply } from '../conversation/apply.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { isSettled } from '../conversation/move.ts';
import { patience, tries } from '../../test/torture.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedCall, ScriptedTurn } from '../testing/scripted-turn.ts';
import type { Around } from './around.ts';
import { createChat } from './chat.ts';
import { tool, ToolError } from './tool.ts';
import type { Chat, EventOf } from './types.ts';
import type { ToolSet } from './tool.ts';

/** How a tool behaves, by the number it is called with. */
const behaviours: readonly ((key: string) => unknown)[] = [
  () => 'done',
  () => Promise.resolve({ done: true }),
  () => new Promise((resolve) => setTimeout(() => resolve('late'), 0)),
  () => Promise.reject(new Error('broken')),
  () => {
    throw new ToolError('not possible');
  },
];

const callName = fc.constantFrom('read', 'once', 'plain', 'asking', 'unknown', 'search', 'remote');
const call = fc.record({ name: callName, input: fc.record({ n: fc.nat(behaviours.length) }) });
const turn: fc.Arbitrary<ScriptedTurn> = fc.oneof(
  fc.record({ text: fc.lorem({ maxCount: 4 }), calls: fc.array(call, { minLength: 1, maxLength: 3 }) }),
  fc.record({ calls: fc.array(call, { minLength: 1, maxLength: 3 }) }),
  fc.record({ calls: fc.array(call, { minLength: 1, maxLength: 3 }), finish: fc.constant('pause-turn' as const) }),
  fc.lorem({ maxCount: 5 }),
  fc.constant({ error: new Error('the provider broke') }),
  fc.constant({ events: [{ type: 'text', delta: 'cut' }] } as const),
);

/** Calls that the provider runs, by itself or when it is told to, each with an id of its own. */
function provided(turns: readonly ScriptedTurn[]): readonly ScriptedTurn[] {
  let ids = 0;
  return turns.map((one) => {
    if (typeof one !== 'object' || !('calls' in one)) return one;
    const calls = one.calls?.map((made): ScriptedCall => {
      if (made.name !== 'search' && made.name !== 'remote') return made;
      return { ...made, id: `p${(ids += 1)}`, provider: made.name === 'search' ? 'runs' : 'asks' };
    });
    return { ...one, ...(calls && { calls }) };
  });
}

/** What somebody does between and during runs. */
const plan = fc.record({
  turns: fc.array(turn, { minLength: 1, maxLength: 5 }),
  breakAt: fc.array(fc.nat(25), { maxLength: 3 }),
  decisions: fc.array(fc.constantFrom('approve', 'reject', 'edit', 'answer'), { minLength: 6, maxLength: 6 }),
  words: fc.array(fc.nat(20), { maxLength: 2 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

class Play {
  readonly started = new Map<string, number>();
  readonly chat: Chat<ToolSet>;
  readonly plan: Plan;
  decided = 0;

  constructor(planned: Plan) {
    this.plan = planned;
    const run = ({ n }: { n: number }, { key }: { key: string }): unknown => {
      this.#started(key);
      return behaviours[n]?.(key);
    };
    const input = z.object({ n: z.number().max(behaviours.length - 1) });
    const tools = {
      read: tool({ description: 'reads', input, effect: 'read', run }),
      once: tool({ description: 'acts', input, effect: 'once', policy: 'allow', run }),
      plain: tool({ description: 'acts', input, policy: 'allow', run }),
      asking: tool({ description: 'asks', input, run }),
    };
    const model = scripted([...provided(planned.turns), ...Array.from({ length: 30 }, () => 'The end.')], {
      atProvider: ({ id, attempt, needsApproval }) => {
        if (needsApproval) this.#started(`${id} ${attempt?.number}`);
        return 'done';
      },
    });
    this.chat = createChat({ model, tools, onError: () => {}, concurrency: 2 }) as unknown as Chat<ToolSet>;
  }

  #started(key: string): void {
    this.started.set(key, (this.started.get(key) ?? 0) + 1);
  }

  async decide(conversation: Conversation): Promise<void> {
    for (const waiting of this.chat.waiting(conversation).approvals) {
      const kind = this.plan.decisions[(this.decided += 1) % this.plan.decisions.length]!;
      const decision: Decision =
        kind === 'edit'
          ? { type: 'approve', input: { n: 0 } }
          : kind === 'answer'
            ? { type: 'answer', output: 1 }
            : { type: kind as 'approve' | 'reject' };
      await Promise.all([
        this.chat.decide(conversation, waiting, decision),
        this.chat.decide(conversation, waiting, { type: 'approve' }),
      ]);
    }
  }
}

type Watch = (event: EventOf<ToolSet>, conversation: Conversation) => void;

/** Gives a run a name, and does nothing else. */
function named(trace: string): Around {
  return { trace, model: (_, ask) => ask(), tool: (_, act) => act() };
}

/** Runs a plan to its end: runs, breaks off, decides, speaks, until nothing waits. */
async function play(playing: Play, conversation: Conversation, watch: Watch): Promise<string[][]> {
  const runs: string[][] = [];
  const breaks = [...playing.plan.breakAt];
  const words = [...playing.plan.words];
  for (let round = 0; round < 20; round += 1) {
    const types: string[] = [];
    runs.push(types);
    let breakAt = breaks.pop();
    let wordAt = words.pop();
    try {
      for await (const event of playing.chat.stream(conversation, { around: named(`run ${round}`) })) {
        watch(event, conversation);
        types.push(event.type);
        if (wordAt !== undefined && types.length > wordAt) {
          conversation.say('And?');
          wordAt = undefined;
        }
        if (breakAt !== undefined && types.length > breakAt) {
          types.push('break');
          break;
        }
      }
    } catch {
      types.push('thrown');
    }
    breakAt = undefined;
    if (types.at(-1) === 'done') return runs;
    await playing.decide(conversation);
    // What nobody can decide any more is given up.
    for (const doubt of playing.chat.waiting(conversation).inDoubt) {
      await playing.chat.decide(conversation, doubt, { type: 'happened', output: 1 });
    }
  }
  throw new Error(`No end after 20 runs: ${JSON.stringify(runs)}`);
}

function said(): Conversation {
  let ids = 0;
  const conversation = new Conversation({ id: 'talk', now: () => 1, newId: () => `i${(ids += 1)}` });
  conversation.say('Go');
  return conversation;
}

const runs = tries(150);
vi.setConfig({ testTimeout: patience });

test('the fold of the events is the conversation, after every event', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      const conversation = said();
      let folded: readonly Message[] = [];
      let broken = false;
      const ends = await play(new Play({ ...planned, breakAt: [] }), conversation, (event, live) => {
        folded = apply(folded, event as ChatEvent);
        // While tools run, and until a word said meanwhile is passed on, the conversation is ahead of its reader.
        const level = event.type === 'text' && live.journal.isEmpty;
        if (level || isEnd(event as ChatEvent)) broken ||= JSON.stringify(folded) !== JSON.stringify(live.messages);
      });
      expect(broken).toBe(false);
      expect(ends.length).toBeGreaterThan(0);
    }),
    runs,
  );
});

test('L3: each run has exactly one end, and it is the last event', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      const committed: string[] = [];
      const all = await play(new Play(planned), said(), (event) => committed.push(event.type));
      for (const types of all) {
        const ends = types.filter((type) => type === 'done' || type === 'paused' || type === 'error');
        if (types.at(-1) === 'break') continue;
        expect(ends).toHaveLength(1);
        expect(types.at(types.at(-1) === 'thrown' ? -2 : -1)).toBe(ends[0]);
        expect(types.at(-1) === 'thrown').toBe(ends[0] === 'error');
      }
    }),
    runs,
  );
});

test('P3: no call is started twice, whatever is decided, broken off and resumed', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      const playing = new Play(planned);
      const conversation = said();
      await play(playing, conversation, () => {});
      for (const times of playing.started.values()) expect(times).toBe(1);
      for (const { parts } of conversation.messages) {
        for (const part of parts) if (part.type === 'tool') expect(isSettled(part.call.state)).toBe(true);
      }
    }),
    runs,
  );
});

test('P2: saving and loading between runs changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      const live = said();
      await play(new Play({ ...planned, breakAt: [], words: [] }), live, () => {});
      const playing = new Play({ ...planned, breakAt: [], words: [] });
      let ids = 1;
      let saved = said();
      const options = { now: () => 1, newId: () => `i${(ids += 1)}` };
      for (let round = 0; round < 20; round += 1) {
        saved = Conversation.parse(JSON.stringify(saved), options);
        const end = await playing.chat.complete(saved).catch(() => undefined);
        if (end?.type === 'done') break;
        saved = Conversation.parse(JSON.stringify(saved), options);
        await playing.decide(saved);
        for (const doubt of playing.chat.waiting(saved).inDoubt) {
          await playing.chat.decide(saved, doubt, { type: 'happened', output: 1 });
        }
      }
      const plain = (conversation: Conversation): string => JSON.stringify(conversation).replaceAll(/i\d+/g, 'i');
      expect(plain(saved)).toBe(plain(live));
    }),
    runs,
  );
});

test('what is committed is enough: a copy folded from the commits alone is the conversation', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      const playing = new Play(planned);
      const conversation = said();
      let copy: readonly Message[] = [];
      const commit = (events: readonly ChatEvent[]): void => void (copy = apply(copy, events));
      const breaks = [...planned.breakAt];
      for (let round = 0; round < 20; round += 1) {
        let count = 0;
        let last = '';
        const breakAt = breaks.pop() ?? Infinity;
        try {
          for await (const event of playing.chat.stream(conversation, { commit })) {
            last = event.type;
            if ((count += 1) > breakAt) break;
          }
        } catch {}
        expect(JSON.stringify(copy)).toBe(JSON.stringify(conversation.messages));
        if (last === 'done') return;
        await playing.decide(conversation);
        for (const doubt of playing.chat.waiting(conversation).inDoubt) {
          await playing.chat.decide(conversation, doubt, { type: 'happened', output: 1 });
        }
      }
    }),
    runs,
  );
});

test('P2, P6: saving and loading at any event changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      let copy = new Conversation({ id: 'talk' });
      let lost: string | undefined;
      await play(new Play({ ...planned, breakAt: [] }), said(), (event, live) => {
        copy.apply(event as ChatEvent);
        copy = Conversation.parse(JSON.stringify(copy));
        if (isEnd(event as ChatEvent) && JSON.stringify(copy) !== JSON.stringify(live)) lost ??= event.type;
      });
      expect(lost).toBeUndefined();
    }),
    runs,
  );
});

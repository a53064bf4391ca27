import { expect, test } from 'vitest';
import { z } from 'zod';
import { apply } from '../../conversation/apply.ts';
import { Conversation } from '../../conversation/conversation.ts';
import { isEnd } from '../../conversation/event.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import type { Message } from '../../conversation/message.ts';
import { scripted } from '../../testing/scripted.ts';
import { createChat } from '../chat.ts';
import { tool } from '../tool.ts';
import { afterCommit, drain, folded, sleep, talk, told, within } from './kit.ts';

const input = z.object({ n: z.number() });
const call = (name: string, n = 1) => ({ name, input: { n } });

type Starts = Map<string, number>;

/** A shop in which every start of a tool is counted by its key. */
function shop(starts: Starts, turns = defaultTurns) {
  const counted =
    (wait: number) =>
    async (_: unknown, { call: { name }, key }: { call: { name: string }; key: string }): Promise<string> => {
      starts.set(`${name} ${key}`, (starts.get(`${name} ${key}`) ?? 0) + 1);
      if (wait > 0) await sleep(wait);
      return 'did';
    };
  const tools = {
    read: tool({ description: 'r', input, effect: 'read', run: async () => 'seen' }),
    once: tool({ description: 'o', input, effect: 'once', policy: 'allow', run: counted(0) }),
    slow: tool({ description: 's', input, policy: 'allow', run: counted(2) }),
    asks: tool({ description: 'a', input, run: counted(0) }),
    thinks: tool({
      description: 't',
      input,
      policy: async () => {
        await sleep(1);
        return 'allow' as const;
      },
      run: counted(1),
    }),
  };
  return createChat({ model: scripted(turns), tools, onError: () => {}, concurrency: 2 });
}

const defaultTurns = [
  { text: 'Let me see.', calls: [call('read'), call('once'), call('asks'), call('slow'), call('thinks')] },
  { text: 'Now more.', calls: [call('once', 2), call('asks', 2)] },
  'All done now.',
  'Fine.',
  'Fine.',
  'Fine.',
];

/** The turns that are left when a conversation has come so far. */
function rest(conversation: Conversation): typeof defaultTurns {
  const spoken = conversation.messages.filter(({ role, finish }) => role === 'assistant' && finish !== undefined);
  return defaultTurns.slice(spoken.length);
}

async function decideAll(
  chat: ReturnType<typeof shop>,
  conversation: Conversation,
  decision = 'approve',
): Promise<void> {
  for (const asked of chat.waiting(conversation).approvals) {
    await chat.decide(conversation, asked, { type: decision as 'approve' });
  }
}

/** Runs until nothing more happens. */
async function toTheEnd(starts: Starts, conversation: Conversation): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    const chat = shop(starts, rest(conversation));
    const events = await within(2_000, drain(chat.stream(conversation)));
    if (events === 'hangs') throw new Error('hangs');
    if (events.at(-1) === 'done') return;
    await decideAll(chat, conversation);
    for (const doubt of chat.waiting(conversation).inDoubt) {
      await chat.decide(conversation, doubt, { type: 'happened', output: 'it did' });
    }
  }
  throw new Error('no end');
}

const twice = (starts: Starts): string[] => [...starts].flatMap(([key, count]) => (count > 1 ? [key] : []));

test('P3: a crash before or after any commit, and a resume from what is stored, starts nothing twice', async () => {
  let commits = 0;
  const first = shop(new Map());
  const whole = talk('Go');
  for (const _ of [1, 2, 3]) {
    await drain(first.stream(whole, { commit: () => void (commits += 1) }));
    await decideAll(first, whole);
  }
  expect(commits).toBeGreaterThan(8);
  for (let at = 1; at <= commits; at += 1) {
    for (const stored of [false, true]) {
      const starts: Starts = new Map();
      const conversation = talk('Go');
      const chat = shop(starts);
      let count = 0;
      const saved: string[] = [];
      const commit = async (events: readonly ChatEvent[]): Promise<void> => {
        count += 1;
        if (count > at) return await new Promise(() => {});
        if (count === at) {
          const { now } = conversation;
          const kept = stored
            ? afterCommit(conversation, events)
            : Conversation.parse(JSON.stringify(conversation), { now });
          saved.push(JSON.stringify(kept));
          // The process dies here.
          await new Promise(() => {});
        }
      };
      for (let round = 0; round < 3 && saved.length === 0; round += 1) {
        await within(60, drain(chat.stream(conversation, { commit })));
        if (saved.length === 0) await decideAll(chat, conversation);
      }
      if (saved.length === 0) continue;
      const again = Conversation.parse(saved[0], { now: () => conversation.time });
      conversation.time += 1_000_000;
      await toTheEnd(starts, again);
      expect({ at, stored, twice: twice(starts) }).toEqual({ at, stored, twice: [] });
    }
  }
}, 60_000);

test('P3, L3: a commit that throws at any time, before or after it stored, ends the run once, and nothing starts twice', async () => {
  for (let at = 1; at <= 16; at += 1) {
    for (const stores of [false, true]) {
      const starts: Starts = new Map();
      const conversation = talk('Go');
      const chat = shop(starts);
      let log: readonly Message[] = [];
      let count = 0;
      const commit = (events: readonly ChatEvent[]): void => {
        count += 1;
        if (count === at && !stores) throw new Error('away');
        log = apply(log, events);
        if (count === at) throw new Error('away, but stored');
      };
      for (let round = 0; round < 4; round += 1) {
        const events: ChatEvent[] = [];
        const run = await within(2_000, drain(chat.stream(conversation, { commit }), events));
        expect(run).not.toBe('hangs');
        expect(events.filter(isEnd)).toHaveLength(1);
        expect(isEnd(events.at(-1)!)).toBe(true);
        // The reader's fold never breaks.
        if (count >= at) break;
        await decideAll(chat, conversation);
      }
      // Whoever has the log goes on from it, as another process would.
      const other = new Conversation({ id: 'talk', messages: log, now: () => conversation.time });
      conversation.time += 1_000_000;
      await toTheEnd(starts, other);
      expect({ at, stores, twice: twice(starts) }).toEqual({ at, stores, twice: [] });
    }
  }
}, 60_000);

test('P3: the same conversation object goes on after a commit threw once, and nothing starts twice', async () => {
  for (let at = 1; at <= 16; at += 1) {
    const starts: Starts = new Map();
    const conversation = talk('Go');
    const chat = shop(starts);
    let count = 0;
    const commit = (): void => {
      count += 1;
      if (count === at) throw new Error('away');
    };
    for (let round = 0; round < 3; round += 1) {
      await drain(chat.stream(conversation, { commit }));
      if (count >= at) break;
      await decideAll(chat, conversation);
    }
    conversation.time += 1_000_000;
    await toTheEnd(starts, conversation);
    expect({ at, twice: twice(starts) }).toEqual({ at, twice: [] });
  }
}, 60_000);

test('L3, E4: a break after any event leaves a conversation that goes on, starts nothing twice, and has one end in the log', async () => {
  for (const slow of [false, true]) {
    for (let at = 0; at < 40; at += 1) {
      const starts: Starts = new Map();
      const conversation = talk('Go');
      const chat = shop(starts);
      const log: ChatEvent[] = [];
      let read = 0;
      const commit = async (events: readonly ChatEvent[]): Promise<void> => {
        if (slow) await sleep(0);
        log.push(...events);
      };
      const seen: ChatEvent[] = [];
      const broken = async (): Promise<void> => {
        for await (const event of chat.stream(conversation, { commit })) {
          seen.push(event);
          if (read === at) {
            // Who breaks off has seen exactly what there is, but for what tools did meanwhile.
            break;
          }
          read += 1;
        }
      };
      expect(await within(2_000, broken())).not.toBe('hangs');
      expect(log.filter(isEnd)).toHaveLength(1);
      expect(isEnd(log.at(-1)!)).toBe(true);
      expect(JSON.stringify(folded([], log))).toBe(JSON.stringify(conversation.messages));
      expect(JSON.stringify(Conversation.parse(JSON.stringify(conversation)))).toBe(JSON.stringify(conversation));
      conversation.time += 1_000_000;
      await toTheEnd(starts, conversation);
      expect({ at, twice: twice(starts) }).toEqual({ at, twice: [] });
    }
  }
}, 60_000);

test('L3, E7: an abort at any event ends in one error, throws the reason, and leaves nothing that was not asked for', async () => {
  const left: string[] = [];
  for (const slow of [false, true]) {
    for (let at = 0; at < 40; at += 1) {
      const starts: Starts = new Map();
      const conversation = talk('Go');
      const chat = shop(starts);
      const log: ChatEvent[] = [];
      const stop = new AbortController();
      const commit = async (events: readonly ChatEvent[]): Promise<void> => {
        if (slow) await sleep(0);
        log.push(...events);
      };
      const seen: ChatEvent[] = [];
      const reason = new Error('stop');
      let thrown: unknown;
      let started = 0;
      const run = async (): Promise<void> => {
        for await (const event of chat.stream(conversation, { commit, signal: stop.signal })) {
          if (seen.length === at) {
            stop.abort(reason);
            started = starts.size;
          }
          seen.push(event);
        }
      };
      expect(
        await within(
          2_000,
          run().catch((error: unknown) => (thrown = error)),
        ),
      ).not.toBe('hangs');
      if (!stop.signal.aborted) break;
      expect(seen.filter(isEnd)).toHaveLength(1);
      expect(isEnd(seen.at(-1)!)).toBe(true);
      if (seen.at(-1)!.type === 'error') expect(thrown).toBe(reason);
      expect(JSON.stringify(folded([], seen))).toBe(JSON.stringify(conversation.messages));
      expect(JSON.stringify(folded([], log))).toBe(JSON.stringify(conversation.messages));
      const states = conversation.unsettled.map(({ name, state }) => `${name} ${state}`);
      if (starts.size > started) left.push(`slow=${slow} at=${at} started ${starts.size - started} after the stop`);
      if (states.some((state) => state.endsWith('approved'))) left.push(`slow=${slow} at=${at} ${states.join()}`);
    }
  }
  expect(left).toEqual([]);
}, 60_000);

test('L3, E7: an abort in any commit, or at any moment in time, ends in one error and starts nothing after it', async () => {
  const left: string[] = [];
  for (let at = 1; at <= 12; at += 1) {
    const starts: Starts = new Map();
    const conversation = talk('Go');
    const chat = shop(starts);
    const stop = new AbortController();
    let commits = 0;
    let started = -1;
    const commit = async (): Promise<void> => {
      commits += 1;
      if (commits !== at) return;
      await sleep(0);
      stop.abort(new Error('stop'));
      started = starts.size;
      await sleep(1);
    };
    const events: ChatEvent[] = [];
    const told = await within(9_000, drain(chat.stream(conversation, { commit, signal: stop.signal }), events));
    if (told === 'hangs') left.push(`at=${at} hangs`);
    if (started === -1) break;
    expect(events.filter(isEnd)).toHaveLength(1);
    if (starts.size > started) left.push(`at=${at} started ${starts.size - started} after the stop`);
    const states = conversation.unsettled.map(({ name, state }) => `${name} ${state}`);
    if (states.some((state) => state.endsWith('approved'))) left.push(`at=${at} ${states.join()}`);
  }
  expect(left).toEqual([]);
}, 60_000);

test('several next(), return() and throw() at once always come back, in order, with nothing after the end', async () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    let state = seed * 2_654_435_761;
    const dice = (n: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % n;
    };
    const conversation = talk('Go');
    const starts: Starts = new Map();
    const chat = shop(starts);
    const stop = new AbortController();
    const stream = chat.stream(conversation, {
      signal: stop.signal,
      commit: () => (dice(2) === 0 ? sleep(0) : undefined),
    });
    const answers: Promise<string>[] = [];
    const note = (promise: Promise<IteratorResult<ChatEvent, void>>): void =>
      void answers.push(
        promise.then(
          ({ done, value }) => (done ? 'over' : told(value!)),
          () => 'thrown',
        ),
      );
    for (let move = 0; move < 40; move += 1) {
      const what = dice(60);
      if (what === 0) note(stream.return());
      else if (what === 1) note(stream.throw(new Error('thrown in')));
      else if (what === 2) stop.abort(new Error('stop'));
      else if (what < 20) await sleep(0);
      else note(stream.next());
    }
    note(stream.return());
    note(stream.next());
    const all = await within(3_000, Promise.all(answers));
    if (all === 'hangs') throw new Error(`seed ${seed} hangs`);
    const ends = all.filter((one) => /^(done|paused|error)/.test(one));
    expect(ends.length, `seed ${seed}: ${all.join()}`).toBeLessThanOrEqual(1);
    const over = all.indexOf('over');
    expect(
      all.slice(over).filter((one) => one !== 'over' && one !== 'thrown'),
      `seed ${seed}: ${all.join()}`,
    ).toEqual([]);
    // Not busy any more.
    expect((await drain(chat.stream(conversation))).join()).not.toContain('being advanced');
  }
}, 120_000);

test('nothing stays behind: no timer, no listener', async () => {
  const listeners: string[] = [];
  const stop = new AbortController();
  const { addEventListener, removeEventListener } = AbortSignal.prototype;
  let count = 0;
  AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: never[]) {
    count += 1;
    return addEventListener.apply(this, args as never);
  };
  AbortSignal.prototype.removeEventListener = function (this: AbortSignal, ...args: never[]) {
    count -= 1;
    return removeEventListener.apply(this, args as never);
  };
  try {
    const conversation = talk('Go');
    const chat = shop(new Map());
    await drain(chat.stream(conversation, { signal: stop.signal }));
    await decideAll(chat, conversation);
    await chat.complete(conversation, { signal: stop.signal });
  } finally {
    Object.assign(AbortSignal.prototype, { addEventListener, removeEventListener });
  }
  listeners.push(...process.getActiveResourcesInfo().filter((name) => name === 'Timeout'));
  expect(count).toBe(0);
});

test('1,000 calls in one turn, and 10,000 messages, take no more than moments', async () => {
  const calls = Array.from({ length: 1_000 }, (_, n) => ({ name: 'once', input: { n } }));
  const old: Message[] = Array.from({ length: 10_000 }, (_, n) => ({
    id: `old-${n}`,
    role: n % 2 === 0 ? 'user' : 'assistant',
    parts: [{ type: 'text', text: `words ${n}` }],
    at: n,
    ...(n % 2 === 1 && { finish: 'stop' as const }),
  }));
  const times: Record<string, number> = {};
  for (const [name, messages, names] of [
    ['thousand calls', [], ['once']],
    ['thousand reads', [], ['read']],
    ['thousand slow calls', [], ['thinks']],
    ['thousand calls after 10,000 messages', old, ['once']],
  ] as const) {
    const conversation = new Conversation({ messages });
    conversation.say('Go');
    const starts: Starts = new Map();
    const chat = shop(starts, [{ text: '', calls: calls.map((one) => ({ ...one, name: names[0] })) }, 'Done.']);
    const began = performance.now();
    await drain(chat.stream(conversation));
    times[name] = Math.round(performance.now() - began);
  }
  console.log(times);
  for (const [name, time] of Object.entries(times)) expect(time, name).toBeLessThan(8_000);
}, 60_000);

test.each(['read', 'once'] as const)(
  'the cost of a call (%s) does not grow with the number of calls beside it',
  async (effect) => {
    const costs = new Map<number, number>();
    // The first warms up; of those of a size the cheapest counts, by the processor's time: others may use the machine.
    for (const count of [500, 500, 500, 4_000, 500, 4_000, 4_000, 500, 4_000, 4_000]) {
      const tools = {
        look: tool({
          description: 'Looks',
          input,
          effect,
          policy: 'allow',
          run: () => new Promise((resolve) => setImmediate(resolve, 'seen')),
        }),
      };
      const conversation = new Conversation();
      conversation.say('Go');
      const calls = Array.from({ length: count }, (_, n) => call('look', n));
      const chat = createChat({ model: scripted([{ calls }, 'Done.']), tools });
      const began = process.cpuUsage();
      await drain(chat.stream(conversation));
      const { user, system } = process.cpuUsage(began);
      costs.set(count, Math.min(costs.get(count) ?? Infinity, (user + system) / count));
    }
    // Where each looked at all others it would be eight.
    expect(costs.get(4_000)! / costs.get(500)!).toBeLessThan(5);
  },
  60_000,
);

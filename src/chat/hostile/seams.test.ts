import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../../conversation/conversation.ts';
import { isEnd } from '../../conversation/event.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import type { Message } from '../../conversation/message.ts';
import { scripted } from '../../testing/scripted.ts';
import { createChat } from '../chat.ts';
import type { ModelEvent } from '../model.ts';
import type { Schema } from '../schema.ts';
import { tool, waitFor } from '../tool.ts';
import { afterCommit, drain, finish, folded, modelOf, sleep, talk, within } from './kit.ts';

const input = z.object({ amount: z.number() });
const call = (name: string, amount = 1) => ({ name, input: { amount } });

test('a process ends at once when its run has: no timer of a tool stays', () => {
  const at = fileURLToPath(new URL('.', import.meta.url));
  const program = `
    import { Conversation } from '${at}../../conversation/conversation.ts';
    import { scripted } from '${at}../../testing/scripted.ts';
    import { createChat } from '${at}../chat.ts';
    import { tool } from '${at}../tool.ts';
    const tools = { a: tool({ description: 'a', policy: 'allow', run: async () => 'x' }) };
    const conversation = new Conversation();
    conversation.say('x');
    await createChat({ model: scripted([{ calls: [{ name: 'a', input: {} }] }, 'x']), tools }).complete(conversation);
    console.log(process.getActiveResourcesInfo().join());
    process.exit();
  `;
  const ran = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], { encoding: 'utf8' });
  expect(ran.stderr.replaceAll(/.*Warning.*\n/g, '')).toBe('');
  expect(ran.stdout).not.toContain('Timeout');
});

test('W3: a call that the provider has run is no reason to pause for ever', async () => {
  const conversation = talk('Search');
  const events = [
    { type: 'call', name: 'web_search', arguments: '{}', providerExecuted: true },
    { type: 'text', delta: 'Found it.' },
    finish,
  ] as const;
  const chat = createChat({ model: scripted([{ events }, 'Yes?']) });
  expect((await drain(chat.stream(conversation))).at(-1)).toBe('done');
  conversation.say('Thanks.');
  expect(await drain(chat.stream(conversation))).toContain('text Yes?');
});

test('E7: a retry of an idempotent call that waits for its turn does not begin after the stop', async () => {
  const conversation = talk('Pay');
  let started = 0;
  let afterStop = 0;
  const stop = new AbortController();
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect: 'idempotent',
      run: async () => {
        started += 1;
        if (stop.signal.aborted) afterStop += 1;
        if (saved !== undefined) throw new Error('409 in progress');
        return 'paid';
      },
    }),
  };
  let saved: string | undefined;
  const commit = (events: readonly ChatEvent[]): void => {
    if (!events.some((event) => event.type === 'tool' && event.call.state === 'running')) return;
    saved ??= JSON.stringify(afterCommit(conversation, events));
    throw new Error('the process dies here');
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }]), tools, onError: () => {} });
  await drain(chat.stream(conversation, { commit }));
  const copy = Conversation.parse(saved, { now: conversation.now });
  const running = drain(chat.stream(copy, { signal: stop.signal }));
  await sleep(100);
  expect(started).toBe(1);
  stop.abort(new Error('stop'));
  await running;
  await sleep(100);
  expect(afterStop).toBe(0);
}, 20_000);

test('a question of a tool whose answer schema cannot be described neither hangs the run nor ends the process', async () => {
  const unhandled: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    const answer: Schema<string> = {
      '~standard': { version: 1, vendor: 'plain', validate: (value) => ({ value: String(value) }) },
    };
    const tools = {
      pay: tool({
        description: 'Pays',
        input,
        answer,
        policy: 'allow',
        timeout: 1_500,
        run: async () => waitFor({ question: 'From which account?' }),
      }),
    };
    const chat = createChat({ model: scripted([{ calls: [call('pay')] }, 'Fine.']), tools, onError: () => {} });
    const events = await within(1_000, drain(chat.stream(talk('Pay'))));
    expect({ hangs: events === 'hangs', unhandled }).toEqual({ hangs: false, unhandled: [] });
  } finally {
    process.removeListener('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
  }
});

test('a model whose return() gives no promise does not throw into whoever aborts', async () => {
  const thrown: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const note = (error: unknown): void => void thrown.push(error);
  process.on('uncaughtException', note);
  try {
    const model = modelOf(() => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          await sleep(1);
          return { done: false, value: { type: 'text', delta: 'x' } satisfies ModelEvent };
        },
        return: (() => ({ done: true, value: undefined })) as never,
      }),
    }));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stop')), 10);
    await within(500, drain(createChat({ model }).stream(talk('Hi'), { signal: stop.signal })));
    await sleep(5);
    expect(thrown).toEqual([]);
  } finally {
    process.removeListener('uncaughtException', note);
    for (const other of others) process.on('uncaughtException', other);
  }
});

test('C1: the mark of a tool is the same in every process, also when the tool stands under two names', async () => {
  const make = () => tool({ description: 'Pays', input, run: () => 'paid' });
  const [here, there] = [make(), make()];
  const first = createChat({ model: scripted([{ calls: [call('a'), call('b')] }]), tools: { a: here, b: here } });
  const conversation = talk('Pay');
  await drain(first.stream(conversation));
  const [a, b] = first.waiting(conversation).approvals;
  await first.decide(conversation, a!, { type: 'reject' });
  await first.decide(conversation, b!, { type: 'approve' });
  const copy = Conversation.parse(JSON.stringify(conversation), { now: conversation.now });
  const other = createChat({ model: scripted(['Paid.']), tools: { b: there, a: there } });
  expect((await drain(other.stream(copy))).at(-1)).toBe('done');
});

test('E2: an abort does not wait ten seconds for a check', async () => {
  const conversation = talk('Pay');
  const stop = new AbortController();
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect: 'once',
      timeout: 5,
      check: () => new Promise<never>(() => {}),
      run: () => new Promise<string>(() => {}),
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }]), tools, onError: () => {} });
  setTimeout(() => stop.abort(new Error('stop')), 50);
  expect(await within(2_000, drain(chat.stream(conversation, { signal: stop.signal })))).not.toBe('hangs');
});

test('P3: what is known to have happened does not run again because it was said to before it was known', async () => {
  const conversation = talk('Pay');
  let started = 0;
  let settle: ((receipt: string) => void) | undefined;
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect: 'once',
      timeout: 5,
      run: () => {
        started += 1;
        return new Promise<string>((resolve) => (settle = resolve));
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }, 'Paid.']), tools, onError: () => {} });
  await drain(chat.stream(conversation));
  conversation.time += 1_000;
  await chat.decide(conversation, chat.waiting(conversation).inDoubt[0]!, { type: 'run-again' });
  settle?.('receipt 7');
  await sleep(1);
  await within(500, drain(chat.stream(conversation)));
  expect(started).toBe(1);
});

test('D3: a decision and a word meet a commit that is refused because others came first; all of it is kept, once', async () => {
  const conversation = talk('Pay');
  let paid = 0;
  const tools = {
    pay: tool({ description: 'Pays', input, run: () => void (paid += 1) }),
    wait: tool({ description: 'Waits', input, effect: 'read', run: () => sleep(10) }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay'), call('wait')] }, 'Paid.', 'Yes.']), tools });
  const log: ChatEvent[] = [];
  let refused = false;
  const commit = async (events: readonly ChatEvent[]) => {
    await sleep(1);
    const asked = conversation.unsettled.find(({ state }) => state === 'awaiting-approval');
    if (!refused && events.some(isEnd) && asked) {
      refused = true;
      const { id, name, revision } = asked;
      const approved = { id, name, revision: revision + 1, state: 'approved', by: 'person', decisions: [] } as const;
      const others: ChatEvent[] = [{ type: 'tool', call: approved }];
      log.push(...others);
      return { refused: others };
    }
    log.push(...events);
    return undefined;
  };
  const seen: ChatEvent[] = [];
  await drain(chat.stream(conversation, { commit }), seen);
  expect(paid).toBe(1);
  expect(seen.filter(isEnd)).toHaveLength(1);
  expect(JSON.stringify(folded([], log))).toBe(JSON.stringify(conversation.messages));
  expect(JSON.stringify(folded([], seen))).toBe(JSON.stringify(conversation.messages));
});

/** Numbers that look like chance, the same each time. */
function diceOf(seed: number): (n: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

test('P6, D3: words and decisions at any moment, committed or not: reader, log and conversation agree, and nothing is left lying', async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= 400; seed += 1) {
    const dice = diceOf(seed);
    const conversation = talk('Go');
    const starts = new Map<string, number>();
    const run = async (_: unknown, { key }: { key: string }): Promise<string> => {
      starts.set(key, (starts.get(key) ?? 0) + 1);
      if (dice(2) === 0) await sleep(dice(3));
      return 'did';
    };
    const tools = {
      asks: tool({ description: 'a', input, effect: 'once', run }),
      acts: tool({ description: 'b', input, policy: 'allow', run }),
      reads: tool({ description: 'c', input, effect: 'read', run }),
    };
    const turns = [
      { text: 'One two.', calls: [call('asks'), call('acts'), call('reads'), call('asks', 2)] },
      { text: 'Three.', calls: [call('asks', 3), call('reads', 2)] },
      ...Array.from({ length: 12 }, () => 'Well then.'),
    ];
    const chat = createChat({ model: scripted(turns), tools, onError: () => {}, concurrency: 2 });
    const log: ChatEvent[] = [];
    const commit = async (events: readonly ChatEvent[]): Promise<void> => {
      const left = conversation.unsettled.filter(({ state }) => state === 'approved');
      if (events.some(({ type }) => type === 'paused') && left.length > 0) note('paused although a call was approved');
      if (dice(2) === 0) await sleep(dice(2));
      log.push(...events);
    };
    const note = (what: string): void =>
      void wrong.push(`seed ${seed} ${['committed', 'recorded', 'recorded'][mode]}: ${what}`);
    const meddler = { isDone: false };
    const mode = seed % 3;
    const meddle = async (): Promise<void> => {
      for (let times = 0; times < 12 && !meddler.isDone; times += 1) {
        await sleep(dice(2));
        if (dice(4) === 0) conversation.say('And?');
        const { approvals } = chat.waiting(conversation);
        const asked = approvals[dice(approvals.length || 1)];
        if (asked && dice(2) === 0) {
          const type = dice(2) === 0 ? 'approve' : 'reject';
          await chat.decide(conversation, asked, { type }, mode === 0 ? { commit } : {});
        }
      }
    };
    let reader: readonly Message[] = [];
    const meddling = meddle();
    for (let round = 0; round < 6; round += 1) {
      const events: ChatEvent[] = [];
      const told = await within(3_000, drain(chat.stream(conversation, { commit }), events));
      if (told === 'hangs') {
        note('hangs');
        break;
      }
      try {
        reader = folded(reader, events);
      } catch (error) {
        note(`the reader breaks: ${(error as Error).message}`);
        break;
      }
      if (told.some((one) => one.startsWith('thrown'))) note(told.join());
      if (told.at(-1) === 'done' && round > 3) break;
    }
    meddler.isDone = true;
    await meddling;
    // One more, for what came at the very end.
    for (const asked of chat.waiting(conversation).approvals)
      await chat.decide(conversation, asked, { type: 'reject' });
    const events: ChatEvent[] = [];
    await drain(chat.stream(conversation, { commit }), events);
    try {
      reader = folded(reader, events);
      if (mode !== 0 && JSON.stringify(reader) !== JSON.stringify(conversation.messages)) note('reader ≠ conversation');
    } catch (error) {
      note(`the reader breaks: ${(error as Error).message}`);
    }
    if (JSON.stringify(folded([], log)) !== JSON.stringify(conversation.messages)) note('log ≠ conversation');
    if ([...starts.values()].some((count) => count > 1)) note('started twice');
  }
  const kinds = new Map<string, string[]>();
  for (const one of wrong) {
    const kind = one.replace(/seed \d+ /, '').replaceAll(/id-\d+/g, 'id');
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  expect([...kinds].map(([kind, all]) => `${all.length}× ${kind} (${all[0]!.split(' ')[1]})`)).toEqual([]);
}, 120_000);

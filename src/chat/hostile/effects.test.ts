import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../../conversation/conversation.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import { scripted } from '../../testing/scripted.ts';
import { createChat } from '../chat.ts';
import { tool } from '../tool.ts';
import { afterCommit, drain, finish, folded, sleep, talk, within } from './kit.ts';

const input = z.object({ amount: z.number() });
const pay = (amount: number) => ({ name: 'pay', input: { amount } });

test('E7: a stop while the start is being committed starts nothing, and the run ends soon', async () => {
  const conversation = talk('Pay');
  const stop = new AbortController();
  const paid: number[] = [];
  let signalled: boolean | undefined;
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect: 'once',
      timeout: 3_000,
      run: async ({ amount }, { signal }) => {
        paid.push(amount);
        signalled = signal.aborted;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return 'stopped';
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }]), tools, onError: () => {} });
  const commit = async (events: readonly ChatEvent[]): Promise<void> => {
    if (!events.some((event) => event.type === 'tool' && event.call.state === 'running')) return;
    stop.abort(new Error('stop'));
    await sleep(5);
  };
  const events = await within(1_000, drain(chat.stream(conversation, { signal: stop.signal, commit })));
  expect({ paid, signalled, hangs: events === 'hangs' }).toEqual({ paid: [], signalled: undefined, hangs: false });
});

test('E4: a break while the start is being committed does not start a tool that nobody can stop', async () => {
  const conversation = talk('Pay');
  const paid: number[] = [];
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      timeout: 3_000,
      run: ({ amount }, { signal }) => {
        paid.push(amount);
        return new Promise<unknown>((resolve) => signal.addEventListener('abort', resolve));
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }]), tools, onError: () => {} });
  let committing: (() => void) | undefined;
  const starting = new Promise<void>((resolve) => (committing = resolve));
  const commit = async (events: readonly ChatEvent[]): Promise<void> => {
    if (!events.some((event) => event.type === 'tool' && event.call.state === 'running')) return;
    committing?.();
    await sleep(20);
  };
  const stream = chat.stream(conversation, { commit });
  void drain({ [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) });
  await starting;
  const left = await within(1_000, stream.return());
  expect({ paid, hangs: left === 'hangs' }).toEqual({ paid: [], hangs: false });
});

test('E7: a stop while a policy thinks leaves nothing behind that starts with the next word', async () => {
  const conversation = talk('Pay');
  const stop = new AbortController();
  const paid: number[] = [];
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: async () => {
        stop.abort(new Error('stop'));
        await sleep(5);
        return 'allow' as const;
      },
      run: ({ amount }) => paid.push(amount),
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Fine.']), tools });
  await drain(chat.stream(conversation, { signal: stop.signal }));
  expect(conversation.unsettled.map(({ state }) => state)).toEqual([]);
  conversation.say('No, leave it.');
  await drain(chat.stream(conversation));
  expect(paid).toEqual([]);
});

test('L8: a call of an answer that was cut is withdrawn, also when the commit of that is refused', async () => {
  const conversation = talk('Pay');
  const paid: number[] = [];
  const tools = { pay: tool({ description: 'Pays', input, policy: 'allow', run: ({ amount }) => paid.push(amount) }) };
  let asked = 0;
  const model = {
    provider: 'odd',
    id: 'odd',
    async *stream() {
      asked += 1;
      if (asked > 1) return void (yield finish);
      yield { type: 'call', name: 'pay', arguments: '{"amount":5}' } as const;
      throw new Error('the connection broke');
    },
  };
  const chat = createChat({ model, tools });
  const stored: ChatEvent[] = [];
  let commits = 0;
  const commit = (events: readonly ChatEvent[]): void => {
    commits += 1;
    if (commits === 2) throw new Error('the store is away');
    stored.push(...events);
  };
  await drain(chat.stream(conversation, { commit }));
  await drain(chat.stream(conversation, { commit }));
  expect(paid).toEqual([]);
});

test('W3: a call that the provider runs is not run here as well', async () => {
  const conversation = talk('Pay');
  const paid: number[] = [];
  const tools = { pay: tool({ description: 'Pays', input, policy: 'allow', run: ({ amount }) => paid.push(amount) }) };
  const call = { type: 'call', name: 'pay', arguments: '{"amount":5}', providerExecuted: true } as const;
  const chat = createChat({ model: scripted([{ events: [call, finish] }]), tools });
  await drain(chat.stream(conversation));
  expect(paid).toEqual([]);
});

test('P2, L8: a conversation saved in the middle of an answer does not run the calls of that answer when it is loaded', async () => {
  const conversation = talk('Pay');
  const paid: number[] = [];
  const tools = { pay: tool({ description: 'Pays', input, policy: 'allow', run: ({ amount }) => paid.push(amount) }) };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Fine.', 'Fine.']), tools });
  let saved = '';
  for await (const event of chat.stream(conversation)) {
    saved = JSON.stringify(conversation);
    if (event.type === 'tool') break;
  }
  await drain(chat.stream(Conversation.parse(saved)));
  expect(paid).toEqual([]);
});

test('E1: after a throw of unknown outcome a further call of the same turn needs a person', async () => {
  const conversation = talk('Pay');
  const paid: number[] = [];
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect: 'once',
      run: ({ amount }) => {
        paid.push(amount);
        throw new Error('the connection was reset');
      },
    }),
  };
  const calls = [pay(5), pay(5)];
  const chat = createChat({ model: scripted([{ calls }]), tools, concurrency: 1, onError: () => {} });
  await drain(chat.stream(conversation));
  expect(paid).toEqual([5]);
});

test('C1: a call that was running is recovered by the stricter of what was stored and what the code says', async () => {
  const conversation = talk('Pay');
  const paid: number[] = [];
  const make = (effect: 'read' | 'once') =>
    tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect,
      run: ({ amount }) => {
        paid.push(amount);
        return 'paid';
      },
    });
  const before = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools: { pay: make('read') } });
  let saved = '';
  const commit = (events: readonly ChatEvent[]): void => {
    if (!events.some((event) => event.type === 'tool' && event.call.state === 'running')) return;
    saved = JSON.stringify(afterCommit(conversation, events));
  };
  await drain(before.stream(conversation, { commit }));
  expect(saved).toContain('"running"');
  paid.length = 0;
  const after = createChat({ model: scripted(['Paid.']), tools: { pay: make('once') } });
  await drain(after.stream(Conversation.parse(saved)));
  expect(paid).toEqual([]);
});

test('E5: the key is the same for every attempt, whatever the tool does to its input', async () => {
  const keys: string[] = [];
  const conversation = talk('Pay');
  const tools = {
    pay: tool({
      description: 'Pays',
      input: z.object({ amount: z.number() }),
      policy: 'allow',
      effect: 'idempotent',
      run: (given, context) => {
        // A tool that writes into what it was given: what it says is new at every attempt.
        Object.assign(given, { sentAt: performance.now() });
        keys.push(context.key);
        return 'paid';
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools });
  let saved = '';
  const commit = (events: readonly ChatEvent[]): void => {
    if (!events.some((event) => event.type === 'tool' && event.call.state === 'running')) return;
    saved = JSON.stringify(afterCommit(conversation, events));
  };
  await drain(chat.stream(conversation, { commit }));
  const copy = Conversation.parse(saved, { now: conversation.now });
  await drain(createChat({ model: scripted(['Paid.']), tools }).stream(copy));
  expect(keys).toHaveLength(2);
  expect(keys[1]).toBe(keys[0]);
});

test('D2: a tool that writes into its input does not change what was approved, in the messages and in what is shown', async () => {
  const conversation = talk('Pay');
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      run: (given) => {
        Object.assign(given, { amount: 99 });
        return 'paid';
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools });
  const log: string[] = [];
  const commit = (events: readonly ChatEvent[]): void => void log.push(JSON.stringify(events));
  await drain(chat.stream(conversation, { commit }));
  const stored = log.flatMap((text) => JSON.parse(text) as ChatEvent[]);
  expect(JSON.stringify(conversation.messages)).toBe(JSON.stringify(folded([], stored)));
});

test('D2: nor does what it, its check, its timeout and what it presents write into what they are told', async () => {
  const write = (given: unknown): void => void Object.assign(given as object, { amount: 99 });
  const conversation = talk('Pay');
  const pays = tool({
    description: 'Pays',
    input,
    effect: 'once',
    policy: 'allow',
    timeout: (given) => (write(given), 20),
    run: (_, { call }) => (write(call.input), write(call), new Promise<{ amount: number }>(() => {})),
    check: (_, { call }) => (write(call.input), { happened: { amount: 5 } }),
    present: (output) => (write(output), 'paid'),
  });
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools: { pay: pays } });
  await drain(chat.stream(conversation));
  const part = conversation.messages[1]!.parts[0]!;
  expect(part).toMatchObject({ call: { state: 'completed', input: { amount: 5 }, output: { amount: 5 } } });
  expect(JSON.stringify(conversation.messages)).not.toContain('99');
});

test('E2: no attempt is let run past the deadline that was stored for it', async () => {
  const conversation = talk('Pay');
  Object.defineProperty(conversation, 'now', { value: () => Date.now() });
  let ended = 0;
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect: 'once',
      timeout: 100,
      run: (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended = Date.now();
            resolve('late');
          });
        }),
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }]), tools, onError: () => {} });
  const commit = (): Promise<void> => sleep(80);
  await drain(chat.stream(conversation, { commit }));
  const calls = conversation.messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool' ? part.call : [])),
  );
  expect(ended - calls[0]!.attempt!.deadline).toBeLessThan(30);
});

test('a timeout of thirty days, or none at all, does not cut the tool at once', async () => {
  for (const timeout of [30 * 24 * 3_600_000, Infinity]) {
    const conversation = talk('Pay');
    const tools = {
      pay: tool({
        description: 'Pays',
        input,
        policy: 'allow',
        effect: 'once',
        timeout,
        run: async () => {
          await sleep(30);
          return 'paid';
        },
      }),
    };
    const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools });
    const events = await drain(chat.stream(conversation));
    expect(events).toContain('pay completed');
  }
});

test('P2: a conversation with a running call of a tool without a limit of time can be loaded', async () => {
  const conversation = talk('Pay');
  const tools = { pay: tool({ description: 'Pays', input, policy: 'allow', timeout: Infinity, run: () => 'paid' }) };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Paid.']), tools });
  const saved: string[] = [];
  const commit = (events: readonly ChatEvent[]): void =>
    void saved.push(JSON.stringify(afterCommit(conversation, events)));
  await drain(chat.stream(conversation, { commit }));
  for (const text of saved) expect(() => Conversation.parse(text)).not.toThrow();
});

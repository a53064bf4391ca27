import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../../conversation/conversation.ts';
import type { Message } from '../../conversation/message.ts';
import type { Commit } from '../seam.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import { isEnd } from '../../conversation/event.ts';
import { next } from '../../conversation/next.ts';
import { scripted } from '../../testing/scripted.ts';
import { createChat } from '../chat.ts';
import { tool } from '../tool.ts';
import type { ToolOptions } from '../tool.ts';
import { drain, finish, folded, modelOf, sleep, talk, told, within } from './kit.ts';

const input = z.object({ amount: z.number() });
const call = (name: string) => ({ name, input: { amount: 1 } });

/** A tool that asks, and one that acts as it is told. */
function shop(wait: (amount: number) => unknown = () => 'waited') {
  const paid: number[] = [];
  const tools = {
    pay: tool({ description: 'Pays', input, run: ({ amount }) => void paid.push(amount) }),
    wait: tool({ description: 'Waits', input, effect: 'read', run: ({ amount }) => wait(amount) }),
  };
  return { paid, tools };
}

test('D3: a decision that comes in the very moment in which another call settles is not left lying', async () => {
  const left: number[] = [];
  for (let ticks = -30; ticks < 30; ticks += 1) {
    const conversation = talk('Pay');
    const { paid, tools } = shop(async () => {
      await sleep(1);
      const [asked] = chat.waiting(conversation).approvals;
      const decide = async (): Promise<void> => {
        for (let tick = 0; tick < ticks; tick += 1) await undefined;
        await chat.decide(conversation, asked!, { type: 'approve' });
      };
      void decide();
      for (let tick = 0; tick < -ticks; tick += 1) await undefined;
      return 'waited';
    });
    const chat = createChat({ model: scripted([{ calls: [call('pay'), call('wait')] }, 'Paid.']), tools });
    let decidedFirst = true;
    const commit = (events: readonly ChatEvent[]): void => {
      if (events.some(isEnd)) decidedFirst = conversation.unsettled.some(({ state }) => state === 'approved');
    };
    await drain(chat.stream(conversation, { commit }));
    // Paused although the decision was there already.
    if (paid.length === 0 && decidedFirst) left.push(ticks);
  }
  expect(left).toEqual([]);
});

test('D3: a decision that comes while a policy thinks is acted upon before the run pauses', async () => {
  const conversation = talk('Pay');
  const paid: string[] = [];
  const asks = tool({ description: 'Pays', input, run: () => void paid.push('pay') });
  const later = tool({
    description: 'Later',
    input,
    policy: async (_, { due }) => {
      if (!due) return { defer: new Date(conversation.now() + 50) };
      await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
      return 'ask';
    },
    run: () => 'later',
  });
  const tools = { pay: asks, later };
  const chat = createChat({ model: scripted([{ calls: [call('pay'), call('later')] }, 'Paid.']), tools });
  await drain(chat.stream(conversation));
  conversation.time += 1_000;
  await drain(chat.stream(conversation));
  expect(paid).toEqual(['pay']);
});

test('D3: a decision that a commit of the tool pass hands back is acted upon before the run pauses', async () => {
  const conversation = talk('Pay');
  const { paid, tools } = shop(() => sleep(2));
  const chat = createChat({ model: scripted([{ calls: [call('pay'), call('wait')] }, 'Paid.']), tools });
  const commit = (events: readonly ChatEvent[]): readonly ChatEvent[] | undefined => {
    if (!events.some((event) => event.type === 'tool' && event.call.state === 'completed')) return undefined;
    const [asked] = chat.waiting(conversation).approvals;
    if (!asked) return undefined;
    const { id, name, revision } = asked;
    return [
      { type: 'tool', call: { id, name, revision: revision + 1, state: 'approved', by: 'person', decisions: [] } },
    ];
  };
  await drain(chat.stream(conversation, { commit: commit as never }));
  expect(paid).toEqual([1]);
});

test('D3, L3: what the commit of an end hands back wants another pass; the end stays the last event', async () => {
  const conversation = talk('Hi');
  const chat = createChat({ model: scripted(['Hello.', 'And hello again.']) });
  let said = false;
  const commit: Commit = (events) => {
    if (said || !events.some(isEnd)) return undefined;
    said = true;
    const message: Message = { id: 'other', role: 'user', parts: [{ type: 'text', text: 'And?' }], at: 1 };
    return { refused: [{ type: 'message', message }] };
  };
  const events: ChatEvent[] = [];
  await drain(chat.stream(conversation, { commit }), events);
  expect(events.slice(0, -1).filter(isEnd)).toEqual([]);
  expect(next(conversation)).toBe('nothing');
});

test('P6: what a commit hands back was appended before; log and conversation have one order, and no word is lost', async () => {
  const conversation = talk('Hi');
  const chat = createChat({ model: scripted(['Hello.', 'And hello again.']) });
  const log: ChatEvent[] = [];
  let said = false;
  const commit = (events: readonly ChatEvent[]): readonly ChatEvent[] | void => {
    const others: ChatEvent[] = [];
    if (!said && events.some((event) => event.type === 'step-end')) {
      said = true;
      // While the model spoke, somebody else stored a word: it has its number before what is committed now (rule D3).
      others.push({
        type: 'message',
        message: { id: 'other', role: 'user', parts: [{ type: 'text', text: 'And?' }], at: 1 },
      });
    }
    log.push(...others, ...events);
    return others;
  };
  await drain(chat.stream(conversation, { commit }));
  const order = (messages: readonly { readonly id: string }[]): string[] => messages.map(({ id }) => id);
  expect(order(folded([], log))).toEqual(order(conversation.messages));
});

test('P6: a decision that is committed while a run lives is seen by the reader of the run', async () => {
  const conversation = talk('Pay');
  const { paid, tools } = shop(() => sleep(30));
  const chat = createChat({ model: scripted([{ calls: [call('pay'), call('wait')] }, 'Paid.']), tools });
  const commit = async (): Promise<void> => sleep(1);
  const events: ChatEvent[] = [];
  const running = drain(chat.stream(conversation, { commit }), events);
  while (chat.waiting(conversation).approvals.length === 0) await sleep(1);
  const [asked] = chat.waiting(conversation).approvals;
  expect(await chat.decide(conversation, asked!, { type: 'approve' }, { commit })).toMatchObject({ type: 'applied' });
  await running;
  expect(paid).toEqual([1]);
  expect(() => folded([], events)).not.toThrow();
  expect(JSON.stringify(folded([], events))).toBe(JSON.stringify(conversation.messages));
});

test('D3: a decision that is committed while a run lives is taken up at once, not when something else settles', async () => {
  const conversation = talk('Pay');
  const order: string[] = [];
  const tools = {
    pay: tool({ description: 'Pays', input, run: () => void order.push('paid') }),
    wait: tool({
      description: 'Waits',
      input,
      effect: 'read',
      run: async () => {
        await sleep(60);
        order.push('waited');
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay'), call('wait')] }, 'Paid.']), tools });
  const running = drain(chat.stream(conversation, { commit: () => {} }));
  while (chat.waiting(conversation).approvals.length === 0) await sleep(1);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' }, { commit: () => {} });
  await running;
  expect(order).toEqual(['paid', 'waited']);
});

test('P6: a word said while a run lives reaches its reader although a decision was committed in between', async () => {
  const conversation = talk('Pay');
  const { tools } = shop(() => sleep(30));
  const chat = createChat({ model: scripted([{ calls: [call('pay'), call('wait')] }, 'Paid.', 'Yes.']), tools });
  const events: ChatEvent[] = [];
  const commit = async (): Promise<void> => sleep(3);
  const running = drain(chat.stream(conversation, { commit }), events);
  while (chat.waiting(conversation).approvals.length === 0) await sleep(1);
  const decided = chat.decide(
    conversation,
    chat.waiting(conversation).approvals[0]!,
    { type: 'reject' },
    { commit: () => {} },
  );
  conversation.say('And be quick.');
  await decided;
  await running;
  const texts = events.flatMap((event) => (event.type === 'message' && event.message.role === 'user' ? [event] : []));
  expect(texts).toHaveLength(2);
});

test('a decision that lost against something else is not answered with applied', async () => {
  const conversation = talk('Pay');
  const { tools } = shop();
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }, 'Paid.']), tools });
  const other = createChat({ model: scripted([]), tools });
  await drain(chat.stream(conversation));
  const [asked] = chat.waiting(conversation).approvals;
  const commit = (): Promise<void> => sleep(5);
  const answers = await Promise.all([
    chat.decide(conversation, asked!, { type: 'approve' }, { by: 'ann', commit }),
    other.decide(conversation, asked!, { type: 'reject' }, { by: 'bob', commit }),
  ]);
  expect(answers.filter(({ type }) => type === 'applied')).toHaveLength(1);
});

test('decide() needs no context when only the instructions want one', async () => {
  const conversation = talk('Pay');
  const { tools } = shop();
  const named = tool<{ amount: number }, unknown, { name: string }>({ description: 'x', input, run: () => 1 });
  const chat = createChat({
    model: scripted([{ calls: [call('pay')] }, 'Paid.']),
    tools: { ...tools, named },
    instructions: ({ name }) => `You serve ${name.toUpperCase()}.`,
  });
  await drain(chat.stream(conversation, { context: { name: 'Ann' } }) as AsyncIterable<ChatEvent>);
  const [asked] = chat.waiting(conversation).approvals;
  const answer = await chat.decide(conversation, asked!.id, { type: 'approve' }).catch((error: unknown) => error);
  expect(answer).toMatchObject({ type: 'applied' });
});

test('P2: a decision that is not plain JSON is refused, and the conversation can still be saved', async () => {
  const conversation = talk('Pay');
  const tools = {
    pay: tool({ description: 'Pays', input: z.object({ amount: z.coerce.number() }), run: () => 'paid' }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }, 'Paid.']), tools });
  await drain(chat.stream(conversation));
  const [asked] = chat.waiting(conversation).approvals;
  const edit = { type: 'approve', input: { amount: 7n } } as unknown as { type: 'approve' };
  await chat.decide(conversation, asked!, edit);
  expect(() => JSON.stringify(conversation)).not.toThrow();
});

test('P2: expiresIn: Infinity means never, also after saving and loading', async () => {
  const conversation = talk('Pay');
  const tools = {
    pay: tool({ description: 'Pays', input, policy: { ask: { expiresIn: Infinity } }, run: () => 'paid' }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }, 'Paid.']), tools });
  await drain(chat.stream(conversation));
  const copy = Conversation.parse(JSON.stringify(conversation), { now: conversation.now });
  const [asked] = chat.waiting(copy).approvals;
  expect(await chat.decide(copy, asked!, { type: 'approve' })).toMatchObject({ type: 'applied' });
});

test('a requirement that offers only some decisions is held to', async () => {
  const conversation = talk('Pay');
  const tools = {
    pay: tool({ description: 'Pays', input, policy: { ask: { decisions: ['reject'] } }, run: () => 'paid' }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }]), tools });
  await drain(chat.stream(conversation));
  const [asked] = chat.waiting(conversation).approvals;
  expect(await chat.decide(conversation, asked!, { type: 'answer', output: 'done' })).not.toMatchObject({
    type: 'applied',
  });
});

test('E3: a tool that answers after its grace time or its timeout still settles its call, which is in doubt', async () => {
  const conversation = talk('Pay');
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      effect: 'once',
      timeout: 10,
      run: async () => {
        await sleep(40);
        return { receipt: 7 };
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }]), tools });
  await drain(chat.stream(conversation));
  await sleep(60);
  expect(JSON.stringify(conversation)).toContain('"receipt":7');
});

test('L6: the call that waits for nothing but its time is not told twice in one pause', async () => {
  const conversation = talk('Pay');
  const tools = { pay: tool({ description: 'Pays', input, effect: 'once', run: () => 'paid' }) };
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }]), tools });
  await drain(chat.stream(conversation));
  const notBefore = new Date(conversation.time + 1_000).toISOString();
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve', notBefore });
  conversation.time += 2_000;
  let saved: string | undefined;
  const commit = (events: readonly ChatEvent[]): void => {
    if (!events.some((event) => event.type === 'tool' && event.call.state === 'running')) return;
    const copy = Conversation.parse(JSON.stringify(conversation));
    for (const event of events) copy.apply(event);
    saved ??= JSON.stringify(copy);
  };
  await drain(chat.stream(conversation, { commit }));
  const copy = Conversation.parse(saved, { now: conversation.now });
  const events: ChatEvent[] = [];
  await drain(chat.stream(copy), events);
  expect(events.at(-1)).toMatchObject({ type: 'paused', inDoubt: [expect.anything()], scheduled: [] });
});

/** One bad policy or schema of one call, beside a good one that runs for a while. */
async function beside(odd: Partial<ToolOptions<{ amount: number }, unknown, unknown>>): Promise<string[]> {
  const conversation = talk('Pay');
  const tools = {
    odd: tool({ description: 'Odd', input, run: () => 'odd', ...odd }),
    good: tool({ description: 'Good', input, effect: 'read', run: () => 'good' }),
  };
  const chat = createChat({
    model: scripted([{ calls: [call('good'), call('odd')] }, 'Fine.']),
    tools,
    onError: () => {},
  });
  const events = await within(1_000, drain(chat.stream(conversation)));
  return events === 'hangs' ? ['hangs'] : events;
}

test.each([
  ['undefined', () => undefined],
  ['null', () => null],
  ['an unknown word', () => 'approve'],
  ['true', () => true],
  ['an empty object', () => ({})],
  ['ask without anything', () => ({ ask: undefined })],
  ['defer without anything', () => ({ defer: null })],
  ['defer with a number', () => ({ defer: 5 })],
  ['a thenable', () => new Thenable()],
  ['a promise of undefined', async () => undefined],
])('X3: a policy that says %s asks, and drops no sibling', async (_, policy) => {
  const events = await beside({ policy: policy as never });
  expect(events).toContain('good completed');
  expect(events.at(-1)).toBe('paused');
});

test.each([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', async () => Promise.reject(new Error('broken'))],
  ['says nothing', () => undefined],
])('a schema that %s fails its own call only, and the run goes on', async (_, validate) => {
  const schema = { '~standard': { version: 1, vendor: 'odd', validate, jsonSchema: { input: () => ({}) } } };
  const events = await beside({ input: schema as never, policy: 'allow' });
  expect(events).toContain('good completed');
  expect(events.at(-1)).toBe('done');
});

test('what breaks inside is not told as a stop', async () => {
  const events = await beside({ policy: (() => undefined) as never });
  expect(events).not.toContain('error aborted');
});

test.each([
  [
    'a circular object without prototype',
    () => {
      const output = Object.create(null) as Record<string, unknown>;
      output['self'] = output;
      return output;
    },
  ],
  ['an object that cannot be read', () => ({ big: 1n, toString: null, [Symbol.toPrimitive]: null, valueOf: null })],
  [
    'a proxy that throws',
    () =>
      new Proxy(
        {},
        {
          get: (_, name) => {
            if (name === 'then') return undefined;
            throw new Error('no');
          },
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
  ],
])('E6: a tool that returns %s has completed', async (_, run) => {
  const events = await beside({ run, policy: 'allow' });
  expect(events).toContain('odd completed');
});

test('a present() that gives a promise, or what is not content, does not poison the conversation', async () => {
  const conversation = talk('Pay');
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      run: () => 'paid',
      present: (async () => 'nicely paid') as never,
    }),
  };
  await drain(createChat({ model: scripted([{ calls: [call('pay')] }, 'Fine.']), tools }).stream(conversation));
  const part = conversation.messages[1]?.parts[0];
  const shown = part?.type === 'tool' && part.call.state === 'completed' ? (part.call.content ?? []) : undefined;
  expect(Array.isArray(shown)).toBe(true);
});

test.each([
  ['null', null],
  ['an empty object', {}],
  ['a cause that is no decision', { type: 'cancel' }],
  ['edit', { type: 'edit' }],
  ['expire', { type: 'expire' }],
])('a decision that is %s is refused in words', async (_, decision) => {
  const conversation = talk('Pay');
  const { tools } = shop();
  const chat = createChat({ model: scripted([{ calls: [call('pay')] }]), tools });
  await drain(chat.stream(conversation));
  const [asked] = chat.waiting(conversation).approvals;
  const answer = await chat.decide(conversation, asked!, decision as never).then(
    ({ type }) => type,
    (error: unknown) => (error instanceof Error ? `${error.name} ${error.message}` : 'odd'),
  );
  expect(answer).toMatch(/^(invalid|stale|ChatError)/);
});

test('a commit that gives back a number, as push() does, does not break the run', async () => {
  const log: ChatEvent[] = [];
  const chat = createChat({ model: scripted(['Hello.']) });
  const commit = (events: readonly ChatEvent[]) => log.push(...events) as unknown as void;
  expect((await drain(chat.stream(talk('Hi'), { commit }))).at(-1)).toBe('done');
});

test('a tool named __proto__ is refused or works, but is not lost without a word', async () => {
  const made = tool({ description: 'x', run: () => 'x' });
  const tools = Object.fromEntries([['__proto__', made]]);
  let refused = false;
  let declared: number | undefined;
  try {
    const model = modelOf(async function* () {
      yield finish;
    });
    const stream = model.stream;
    const chat = createChat({
      model: { ...model, stream: (request) => ((declared = request.tools.length), stream(request)) },
      tools,
    });
    await drain(chat.stream(talk('Hi')) as AsyncIterable<ChatEvent>);
  } catch {
    refused = true;
  }
  expect(refused || declared === 1).toBe(true);
});

test('a concurrency of 0 is refused when the chat is made, since its calls would lie approved for ever', async () => {
  const conversation = talk('Pay');
  const tools = { pay: tool({ description: 'Pays', input, policy: 'allow', run: () => 'paid' }) };
  let last = 'refused';
  try {
    const chat = createChat({ model: scripted([{ calls: [call('pay')] }, 'Fine.']), tools, concurrency: 0 });
    last = (await drain(chat.stream(conversation))).at(-1) ?? '';
  } catch {}
  expect(last).toBe('refused');
});

test('L3: a model that throws what cannot be printed still ends in one error event', async () => {
  const model = modelOf(async function* () {
    yield { type: 'text', delta: 'x' } as const;
    throw Object.create(null);
  });
  const events: ChatEvent[] = [];
  try {
    for await (const event of createChat({ model }).stream(talk('Hi'))) events.push(event);
  } catch {}
  expect(events.filter(isEnd).map(told)).toEqual(['error provider']);
});

test('a call whose arguments are no text fails alone', async () => {
  const { tools } = shop();
  const odd = { type: 'call', name: 'wait', arguments: { amount: 1 } } as never;
  const model = scripted([{ events: [odd, { type: 'finish', reason: 'tool-calls' }] }, 'Fine.']);
  expect((await drain(createChat({ model, tools }).stream(talk('Hi')))).at(-1)).toBe('done');
});

test('D3: a decision made with a run that is being fenced is not lost: it is handed to the next commit', async () => {
  const conversation = talk('Pay');
  const { paid, tools } = shop(() => sleep(10));
  const chat = createChat({ model: scripted([{ calls: [call('pay'), call('wait')] }, 'Paid.']), tools });
  let away = false;
  const log: ChatEvent[] = [];
  const commit = (events: readonly ChatEvent[]): void => {
    if (away) throw new Error('away');
    log.push(...events);
  };
  const running = drain(chat.stream(conversation, { commit }));
  await sleep(5);
  away = true;
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  await running;
  away = false;
  await drain(chat.stream(conversation, { commit }));
  expect(paid).toEqual([1]);
  expect(JSON.stringify(folded([], log))).toBe(JSON.stringify(conversation.messages));
});

test('P6: after a commit that failed once, a second run leaves log and conversation alike', async () => {
  const conversation = talk('Hi');
  const chat = createChat({ model: scripted(['Hello you.', 'Hello again.']) });
  const log: ChatEvent[] = [];
  let failed = false;
  const commit = (events: readonly ChatEvent[]): void => {
    if (!failed && events.some((event) => event.type === 'step-end')) {
      failed = true;
      throw new Error('away');
    }
    log.push(...events);
  };
  await drain(chat.stream(conversation, { commit }));
  await drain(chat.stream(conversation, { commit }));
  expect(JSON.stringify(folded([], log))).toBe(JSON.stringify(conversation.messages));
});

/** What `await` would take for a promise. */
const thenName = ['th', 'en'].join('');

class Thenable {
  get [thenName](): (resolve: (verdict: string) => void) => void {
    return (resolve) => resolve('allow');
  }
}

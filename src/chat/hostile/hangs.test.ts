import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ModelEvent } from '../model.ts';
import { scripted } from '../../testing/scripted.ts';
import { createChat } from '../chat.ts';
import { tool } from '../tool.ts';
import type { Schema } from '../schema.ts';
import { drain, finish, modelOf, sleep, talk, within } from './kit.ts';

const input = z.object({ amount: z.number() });
const pay = (amount: number) => ({ name: 'pay', input: { amount } });

test('an abort ends the run although the model ignores its signal and never says another word', async () => {
  const stop = new AbortController();
  const model = modelOf(async function* () {
    yield { type: 'text', delta: 'Hel' };
    await new Promise(() => {});
  });
  const stream = createChat({ model }).stream(talk('Hi'), { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stop')), 10);
  expect(await within(1_000, drain(stream))).not.toBe('hangs');
});

test('an abort ends the run although the model ignores its signal and goes on talking', async () => {
  const stop = new AbortController();
  let said = 0;
  const model = modelOf(async function* () {
    for (said = 0; said < 50; said += 1) {
      await sleep(2);
      yield { type: 'text', delta: 'x' } satisfies ModelEvent;
    }
    yield finish;
  });
  const stream = createChat({ model }).stream(talk('Hi'), { signal: stop.signal });
  let read = 0;
  try {
    for await (const event of stream) {
      if (event.type === 'text') read += 1;
      if (read === 3) stop.abort(new Error('stop'));
    }
  } catch {}
  expect(read).toBeLessThan(6);
});

test('return() comes back although the model is silent and ignores its signal', async () => {
  const model = modelOf(async function* () {
    yield { type: 'text', delta: 'Hel' };
    await new Promise(() => {});
  });
  const stream = createChat({ model }).stream(talk('Hi'));
  await stream.next();
  await stream.next();
  await stream.next();
  void stream.next();
  await sleep(5);
  expect(await within(1_000, stream.return())).not.toBe('hangs');
});

test('return() comes back although the return() of the model never does', async () => {
  const model = modelOf(() => ({
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: { type: 'text', delta: 'x' } satisfies ModelEvent }),
      return: () => new Promise<never>(() => {}),
    }),
  }));
  const stream = createChat({ model }).stream(talk('Hi'));
  for (let count = 0; count < 4; count += 1) await stream.next();
  expect(await within(1_000, stream.return())).not.toBe('hangs');
});

test.each([
  [
    'throws at once',
    () => {
      throw new Error('broken');
    },
  ],
  ['gives no promise', () => ({ done: true, value: undefined })],
  ['gives nothing', () => undefined],
])('L3: a model whose next() %s ends the run in one error, and the conversation goes on', async (_, next) => {
  const model = modelOf(() => ({ [Symbol.asyncIterator]: () => ({ next: next as never }) }));
  const conversation = talk('Hi');
  const seen = await drain(createChat({ model, retry: () => false }).stream(conversation));
  expect(seen.slice(-3, -1)).toEqual(['reset', 'error provider']);
  expect(await drain(createChat({ model: scripted(['Hello.']) }).stream(conversation))).toContain('done');
});

test('a model that throws undefined ends the run, and is not asked again and again', async () => {
  let asked = 0;
  const model = modelOf(async function* () {
    asked += 1;
    if (asked > 50) return void (yield finish);
    yield { type: 'text', delta: 'x' } satisfies ModelEvent;
    throw undefined;
  });
  const events = await drain(createChat({ model }).stream(talk('Hi')));
  expect(asked).toBe(1);
  expect(events.filter((event) => event.startsWith('error'))).toHaveLength(1);
});

test('a hook for errors that throws does not hang the run nor the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
  try {
    const tools = {
      pay: tool({
        description: 'Pays',
        input,
        policy: 'allow',
        run: () => {
          throw new Error('broken');
        },
      }),
    };
    const onError = (): void => {
      throw new Error('the log is full');
    };
    const chat = createChat({ model: scripted([{ calls: [pay(5)] }, 'Fine.']), tools, onError });
    expect(await within(1_000, drain(chat.stream(talk('Pay'))))).not.toBe('hangs');
    await sleep(5);
    expect(unhandled).toEqual([]);
  } finally {
    process.removeListener('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
  }
});

test('L7: an abort ends the run soon although a policy ignores its signal', async () => {
  const stop = new AbortController();
  const tools = {
    pay: tool({ description: 'Pays', input, policy: () => new Promise<never>(() => {}), run: () => 'paid' }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }]), tools });
  setTimeout(() => stop.abort(new Error('stop')), 20);
  expect(await within(2_000, drain(chat.stream(talk('Pay'), { signal: stop.signal })))).not.toBe('hangs');
});

test('an abort ends the run although a schema never answers', async () => {
  const never: Schema<{ amount: number }> = {
    '~standard': {
      version: 1,
      vendor: 'odd',
      validate: () => new Promise<never>(() => {}),
      jsonSchema: { input: () => ({ type: 'object' }) },
    },
  };
  const stop = new AbortController();
  const tools = { pay: tool({ description: 'Pays', input: never, policy: 'allow', run: () => 'paid' }) };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }]), tools });
  setTimeout(() => stop.abort(new Error('stop')), 20);
  expect(await within(2_000, drain(chat.stream(talk('Pay'), { signal: stop.signal })))).not.toBe('hangs');
});

test('E4: settling goes on while the policy of another call thinks', async () => {
  const conversation = talk('Pay');
  let release: (() => void) | undefined;
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: async (_, { due }) => {
        if (!due) return { defer: new Date(conversation.now() + 50) };
        await new Promise<void>((resolve) => (release = resolve));
        return 'allow';
      },
      run: () => 'paid',
    }),
    slow: tool({
      description: 'Slow',
      input,
      effect: 'read',
      run: async () => {
        await sleep(30);
        conversation.time += 1_000;
        conversation.say('Still there?');
        await sleep(5);
        return 'slept';
      },
    }),
  };
  const calls = [pay(5), { name: 'slow', input: { amount: 1 } }];
  const chat = createChat({ model: scripted([{ calls }, 'Fine.', 'Fine.']), tools });
  const running = drain(chat.stream(conversation));
  await sleep(120);
  const states = conversation.messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool' ? `${part.call.name} ${part.call.state}` : [])),
  );
  release?.();
  await running;
  expect(states).toContain('slow completed');
});

test('a repeated key of a model does not leave the conversation busy for ever', async () => {
  const conversation = talk('Pay');
  const paid: number[] = [];
  const tools = { pay: tool({ description: 'Pays', input, policy: 'allow', run: ({ amount }) => paid.push(amount) }) };
  const call = (amount: number): ModelEvent => ({
    type: 'call',
    key: 0,
    name: 'pay',
    arguments: JSON.stringify({ amount }),
  });
  let asked = 0;
  const model = modelOf(async function* () {
    asked += 1;
    if (asked === 1)
      yield [call(1), call(2), { type: 'text', delta: 'both' }, { type: 'finish', reason: 'tool-calls' }];
    else yield finish;
  });
  const chat = createChat({ model, tools });
  const first = await drain(chat.stream(conversation));
  const second = await drain(chat.stream(conversation));
  expect(first.filter((event) => /^(done|paused|error)/.test(event))).toHaveLength(1);
  expect(second.join()).not.toContain('being advanced');
});

test('a repeated key of a model loses no call', async () => {
  const paid: number[] = [];
  const tools = { pay: tool({ description: 'Pays', input, policy: 'allow', run: ({ amount }) => paid.push(amount) }) };
  const call = (amount: number): ModelEvent => ({
    type: 'call',
    key: 0,
    name: 'pay',
    arguments: JSON.stringify({ amount }),
  });
  const model = scripted([{ events: [call(1), call(2), { type: 'finish', reason: 'tool-calls' }] }, 'Fine.']);
  await drain(createChat({ model, tools }).stream(talk('Pay')));
  expect(paid).toEqual([1, 2]);
});

test('a tool that waits for the end of its own stream does not hang it beyond the grace time', async () => {
  const conversation = talk('Pay');
  let stream: AsyncGenerator | undefined;
  const tools = {
    pay: tool({
      description: 'Pays',
      input,
      policy: 'allow',
      run: async () => {
        await stream?.return(undefined);
        return 'paid';
      },
    }),
  };
  const chat = createChat({ model: scripted([{ calls: [pay(5)] }]), tools });
  stream = chat.stream(conversation);
  expect(await within(8_000, drain(stream as never))).not.toBe('hangs');
}, 10_000);

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { ErrorCode } from '../../conversation/error.ts';
import type { Message } from '../../conversation/message.ts';
import { testClock } from '../../testing/test-clock.ts';
import { router } from './index.ts';
import type { RouterOptions } from './index.ts';

const say = (delta: string): ModelEvent => ({ type: 'text', delta });
const finish: ModelEvent = { type: 'finish', reason: 'stop' };
const noRoom = new ChatError('overloaded', 'no room', { retryable: true });

function request(parts: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [], tools: [], settings: {}, signal: new AbortController().signal, kept: new Map(), ...parts };
}

/** A model whose answers a test opens one by one, and that counts how many are open. */
function held(provider: string): Model & { readonly asked: ((outcome: ModelEvent | Error) => void)[] } {
  const asked: ((outcome: ModelEvent | Error) => void)[] = [];
  return {
    provider,
    id: 'm',
    asked,
    async *stream() {
      const outcome = await new Promise<ModelEvent | Error>((resolve) => asked.push(resolve));
      if (outcome instanceof Error) throw outcome;
      yield outcome;
      yield finish;
    },
  };
}

function speaking(provider: string): Model {
  return {
    provider,
    id: 'm',
    async *stream() {
      yield say('Hello.');
      yield finish;
    },
  };
}

/** Who answered, or the error. */
async function answerer(model: Model, asked: ModelRequest = request()): Promise<unknown> {
  try {
    for await (const batch of model.stream(asked)) {
      for (const event of 'type' in batch ? [batch] : batch) if (event.type === 'finish') return event.provider;
    }
    return 'nobody';
  } catch (error) {
    return error;
  }
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('requests at once', () => {
  test('of ten that come when a member may be tried, one tries it', async () => {
    const clock = testClock();
    const a = held('a');
    const both = router([a, speaking('b')], { breaker: { failures: 1, cooldown: 1_000 }, now: clock.now });
    const first = answerer(both);
    await soon();
    a.asked[0]!(noRoom);
    expect(await first).toBe('b');

    expect(await answerer(both)).toBe('b');
    expect(a.asked).toHaveLength(1);

    clock.advance(1_000);
    const ten = Promise.all(Array.from({ length: 10 }, () => answerer(both)));
    await soon();
    expect(a.asked).toHaveLength(2);
    a.asked[1]!(say('I am back.'));
    expect((await ten).toSorted()).toEqual(['a', ...Array.from({ length: 9 }, () => 'b')]);

    const eleventh = answerer(both);
    await soon();
    a.asked[2]!(say('Still here.'));
    expect(await eleventh).toBe('a');
  });

  test('a try that is stopped makes room for the next, even when the member does not listen', async () => {
    const clock = testClock();
    const a = held('a');
    const both = router([a, speaking('b')], { breaker: { failures: 1, cooldown: 1_000 }, now: clock.now });
    const first = answerer(both);
    await soon();
    a.asked[0]!(noRoom);
    await first;
    clock.advance(1_000);
    const stop = new AbortController();
    void answerer(both, request({ signal: stop.signal }));
    await soon();
    expect(await answerer(both)).toBe('b');
    stop.abort(new Error('stopped'));
    const next = answerer(both);
    await soon();
    a.asked[2]!(say('Hello.'));
    expect(await next).toBe('a');
  });

  test('a try whose reader leaves makes room for the next', async () => {
    const clock = testClock();
    let works = false;
    const a: Model = {
      provider: 'a',
      id: 'm',
      async *stream() {
        if (!works) throw noRoom;
        yield { type: 'warning', reason: 'hm' };
        yield say('Hello.');
        yield finish;
      },
    };
    const both = router([a, speaking('b')], { breaker: { failures: 1, cooldown: 1_000 }, now: clock.now });
    await answerer(both);
    works = true;
    clock.advance(1_000);
    for await (const _ of both.stream(request())) break;
    expect(await answerer(both)).toBe('a');
  });
});

test('between a call and its result another provider takes over only when that one is down (W2)', async () => {
  const clock = testClock();
  let works = true;
  const a: Model = {
    provider: 'a',
    id: 'm',
    async *stream() {
      if (!works) throw noRoom;
      yield say('Hello.');
      yield finish;
    },
  };
  const call = { id: 'c', name: 'add', arguments: '{}', revision: 1, state: 'completed', output: 1 } as const;
  const model = { provider: 'a', id: 'm' };
  const called: Message = { id: 'm', role: 'assistant', at: 1, parts: [{ type: 'tool', call }], model };
  const loop = request({ messages: [called] });
  const both = router([speaking('b'), a], { breaker: { failures: 1, cooldown: 1_000 }, now: clock.now });
  expect(await answerer(both)).toBe('b');
  expect(await answerer(both, loop)).toBe('a');
  works = false;
  expect(await answerer(both, loop)).toBe('b');
  works = true;
  expect(await answerer(both, loop)).toBe('b');
  clock.advance(1_000);
  expect(await answerer(both, loop)).toBe('a');
});

/** What a member does when it is asked: events in batches, and then an end, an error, or nothing. */
interface Play {
  readonly batches: readonly (readonly ModelEvent[])[];
  readonly throws: unknown;
  readonly throwsAtOnce: boolean;
}

const codes: ErrorCode[] = ['overloaded', 'rate-limit', 'network', 'auth', 'unsupported', 'incomplete-response'];
const anEvent = fc.constantFrom<ModelEvent>(
  say('Hi'),
  finish,
  { type: 'usage', usage: { input: 1, output: 1, cachedInput: 0, reasoning: 0 } },
  { type: 'warning', reason: 'hm' },
  { type: 'reset', reason: 'again' },
  { type: 'call', name: 'add', arguments: '{}' },
  { type: 'call', name: 'search', arguments: '{}', providerExecuted: true },
);
const anError = fc.oneof(
  fc.constant(undefined),
  fc.constant('no error at all'),
  fc.constant(new TypeError('fetch failed')),
  fc.constantFrom(...codes).map((code) => new ChatError(code, code, { retryable: true })),
);
const aPlay: fc.Arbitrary<Play> = fc.record({
  batches: fc.array(fc.array(anEvent, { maxLength: 3 }), { maxLength: 4 }),
  throws: anError,
  throwsAtOnce: fc.boolean(),
});

function playing(provider: string, plays: readonly Play[]): Model {
  let asked = 0;
  return {
    provider,
    id: 'm',
    stream() {
      const { batches, throws, throwsAtOnce } = plays[asked++ % plays.length]!;
      if (throwsAtOnce && throws !== undefined) throw throws;
      return (async function* () {
        for (const batch of batches) yield batch.length === 1 ? batch[0]! : batch;
        if (throws !== undefined) throw throws;
      })();
    },
  };
}

test('whatever the members do, every request ends once: with a finish that is last, or with an error', async () => {
  const options = fc.record({
    restart: fc.boolean(),
    strategy: fc.constantFrom<NonNullable<RouterOptions['strategy']>>('order', 'weighted', ['capability', 'weighted']),
    breaker: fc.constantFrom<NonNullable<RouterOptions['breaker']>>(false, { failures: 1, cooldown: 5 }),
  });
  const members = fc.array(fc.array(aPlay, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(members, options, fc.nat(10), async (plays, chosen, step) => {
      const clock = testClock();
      const models = plays.map((play, place) => playing(`p${place}`, play));
      const model = router(models, { ...chosen, now: clock.now });
      for (let i = 0; i < 4; i += 1) {
        const events: ModelEvent[] = [];
        let ends = 0;
        try {
          for await (const batch of model.stream(request())) events.push(...('type' in batch ? [batch] : batch));
        } catch {
          ends += 1;
        }
        const finishes = events.filter(({ type }) => type === 'finish');
        expect(ends + finishes.length).toBe(1);
        if (finishes.length > 0) expect(events.at(-1)).toMatchObject({ type: 'finish', provider: expect.any(String) });
        clock.advance(step);
      }
    }),
    { numRuns: 500 },
  );
});

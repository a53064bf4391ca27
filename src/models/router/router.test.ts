import { describe, expect, test } from 'vitest';
import type { Model, ModelEvent, ModelRequest, ResponseInfo } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import type { ErrorCode } from '../../conversation/error.ts';
import { modelCases } from '../../testing/model/cases.ts';
import type { MakeModel, ModelScenario } from '../../testing/model/case.ts';
import { scripted } from '../../testing/scripted.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import { router } from './index.ts';
import type { RouterOptions } from './index.ts';

const say = (delta: string): ModelEvent => ({ type: 'text', delta });
const finish: ModelEvent = { type: 'finish', reason: 'stop' };
const usage: ModelEvent = { type: 'usage', usage: { input: 7, output: 1, cachedInput: 0, reasoning: 0 } };

/** A model that plays the same turn each time it is asked. */
function playing(provider: string, turn: ScriptedTurn, parts: Partial<Model> = {}): Model & { asked: number } {
  const model = {
    provider,
    id: 'm',
    asked: 0,
    ...parts,
    stream(request: ModelRequest) {
      model.asked += 1;
      return scripted([turn]).stream(request);
    },
  };
  return model;
}

const good = (provider = 'b', text = 'Hello.'): Model & { asked: number } => playing(provider, text);

function failing(error: unknown, before: readonly ModelEvent[] = [], provider = 'a'): Model & { asked: number } {
  return playing(provider, { events: before, error });
}

function request(parts: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [], tools: [], settings: {}, signal: new AbortController().signal, kept: new Map(), ...parts };
}

interface Heard {
  readonly events: readonly ModelEvent[];
  readonly lines: readonly string[];
  readonly error: unknown;
}

async function hear(model: Model, asked: ModelRequest = request()): Promise<Heard> {
  const events: ModelEvent[] = [];
  let error: unknown;
  try {
    for await (const batch of model.stream(asked)) events.push(...('type' in batch ? [batch] : batch));
  } catch (thrown) {
    error = thrown;
  }
  return { events, lines: events.map(lineOf), error };
}

function lineOf(event: ModelEvent): string {
  switch (event.type) {
    case 'text':
    case 'reasoning':
      return `${event.type}: ${event.delta.trim()}`;
    case 'warning':
    case 'reset':
      return `${event.type}: ${event.reason}`;
    case 'finish':
      return `finish: ${event.reason} of ${event.provider}/${event.model}`;
    default:
      return event.type;
  }
}

const hello = ['text: Hello.', 'usage', 'finish: stop of b/m'];

describe('the first member that answers', () => {
  test('is the first of the list, and nobody else is asked', async () => {
    const [a, b] = [good('a'), good('b')];
    expect((await hear(router([a, b]))).lines).toEqual(['text: Hello.', 'usage', 'finish: stop of a/m']);
    expect(b.asked).toBe(0);
  });

  test('is named at the end, by the version that it says it is', async () => {
    const versioned = playing('a', {
      events: [say('Hi'), { ...finish, model: 'm-2030', responseId: 'r1', raw: 'end' }],
    });
    expect((await hear(router([versioned]))).events.at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      raw: 'end',
      provider: 'a',
      model: 'm-2030',
      responseId: 'r1',
    });
  });

  test('is told of its answer, and nobody else', async () => {
    const told: [string, ResponseInfo][] = [];
    const done = (name: string) => ({ done: (response: ResponseInfo) => void told.push([name, response]) });
    const a = playing('a', { error: new ChatError('network', 'cut') }, done('a'));
    const b = playing('b', { events: [say('Hi'), usage, { ...finish, responseId: 'r1' }] }, done('b'));
    await hear(router([a, b]));
    const counted = { input: 7, output: 1, cachedInput: 0, reasoning: 0 };
    expect(told).toEqual([['b', { finish: 'stop', usage: counted, responseId: 'r1', provider: 'b', model: 'm' }]]);
  });

  test('may fail when it is told: the answer stands', async () => {
    const done = (): void => {
      throw new Error('key: sk-secret');
    };
    const { lines, error } = await hear(router([playing('a', { events: [say('Hi'), finish] }, { done })]));
    expect(lines).toEqual(['text: Hi', 'warning: a/m failed when it was told of its answer.', 'finish: stop of a/m']);
    expect(error).toBeUndefined();
  });

  test('gets the request as it is: messages, signal, and what is kept between requests', async () => {
    const model = scripted(['Hello.']);
    const asked = request({ instructions: 'Be brief.', settings: { temperature: 1 } });
    await hear(router([failing(new ChatError('network', 'cut')), model]), asked);
    expect(model.requests[0]).toEqual(asked);
    expect(model.requests[0]?.kept).toBe(asked.kept);
    expect(model.requests[0]?.signal).toBe(asked.signal);
  });

  test('may end without a word, or say more after its end: the finish comes once, and last', async () => {
    expect((await hear(router([playing('a', { events: [usage, finish] })]))).lines).toEqual([
      'usage',
      'finish: stop of a/m',
    ]);
    const odd = playing('a', { events: [say('Hi'), finish, usage, finish], error: new Error('late') });
    expect((await hear(router([odd, good()]))).lines).toEqual(['text: Hi', 'usage', 'finish: stop of a/m']);
  });
});

describe('an error before the first event', () => {
  const passing: [string, unknown][] = [
    ['rate limit', new ChatError('rate-limit', 'too many', { status: 429, retryable: true })],
    ['empty account', new ChatError('rate-limit', 'no credits', { status: 402 })],
    ['overload', new ChatError('overloaded', 'no room', { status: 503 })],
    ['server failure', new ChatError('provider', 'broken', { status: 500 })],
    ['network', new ChatError('network', 'refused')],
    ['timeout', new ChatError('timeout', 'late')],
    ['an answer that is none', new ChatError('invalid-response', 'a web page')],
    ['a file that it cannot take', new ChatError('unsupported', 'no video')],
    ['a long conversation', new ChatError('context-length', 'too long')],
    ['what is no error of ours', new TypeError('fetch failed')],
    ['what is no error at all', 'oops'],
  ];
  test.each(passing)('%s: the next member takes over, and a warning says why', async (_, thrown) => {
    const { lines, error } = await hear(router([failing(thrown), good()]));
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    expect(lines).toEqual([`warning: b/m took over. a/m: ${why}.`, ...hello]);
    expect(error).toBeUndefined();
  });

  const lasting: ErrorCode[] = ['invalid-request', 'auth', 'content-filter', 'hook-failed'];
  test.each(lasting)('%s: nobody else is asked', async (code) => {
    const thrown = new ChatError(code, 'no');
    const b = good();
    expect(await hear(router([failing(thrown), b]))).toEqual({ events: [], lines: [], error: thrown });
    expect(b.asked).toBe(0);
  });

  test('an answer that ends before it begins is taken over too', async () => {
    const { lines } = await hear(router([playing('a', { events: [] }), good()]));
    expect(lines).toEqual(['warning: b/m took over. The answer of a/m ended before its end.', ...hello]);
  });

  test('a warning of the member that failed is not told, and what it cost is counted', async () => {
    const before: ModelEvent[] = [{ type: 'warning', reason: 'a/m does not take topK.' }, usage];
    const { lines } = await hear(router([failing(new ChatError('overloaded', 'no room'), before), good()]));
    expect(lines).toEqual(['usage', 'reset: no room', 'warning: b/m took over. a/m: no room.', ...hello]);
  });

  test('what counts as such is an option', async () => {
    const fallback: RouterOptions['fallback'] = ({ code }, usual) =>
      code === 'auth' ? true : usual && code !== 'timeout';
    const asked = async (code: ErrorCode): Promise<string | undefined> =>
      (await hear(router([failing(new ChatError(code, 'no')), good()], { fallback }))).lines.at(-1);
    expect(await asked('auth')).toBe('finish: stop of b/m');
    expect(await asked('network')).toBe('finish: stop of b/m');
    expect(await asked('timeout')).toBeUndefined();
    expect(await asked('invalid-request')).toBeUndefined();
  });
});

test('a request that lets the provider run a call is made again only when it was refused unprocessed (W3)', async () => {
  const call = { id: 'c', name: 'pay', arguments: '{}', revision: 1, state: 'running' } as const;
  const part = { type: 'tool', call: { ...call, providerExecuted: true, needsApproval: true } } as const;
  const messages = [{ id: 'm', role: 'assistant', at: 1, parts: [part], model: { provider: 'a', id: 'm' } }] as const;
  const saying = (provider: string, id: string, ...events: ModelEvent[]): Model => ({
    provider,
    id,
    async *stream() {
      yield* events;
    },
  });
  const acting = { name: 'pay', provider: 'a', kind: 'mcp', options: {} } as const;
  const last = async (
    next: Model,
    [code, status]: readonly [ErrorCode, number?],
    asked: Partial<ModelRequest> = { messages },
  ): Promise<string | undefined> => {
    const refusing: Model = {
      ...saying('a', 'm'),
      stream() {
        throw new ChatError(code, 'no', status === undefined ? {} : { status });
      },
    };
    return (await hear(router([refusing, next]), request(asked))).lines.at(-1);
  };
  const twin = saying('a', 'twin', say('Paid.'), finish);
  expect(await last(twin, ['overloaded', 503])).toBe('finish: stop of a/twin');
  expect(await last(twin, ['rate-limit', 429])).toBe('finish: stop of a/twin');
  expect(await last(twin, ['overloaded'])).toBeUndefined();
  expect(await last(twin, ['timeout', 504])).toBeUndefined();
  expect(await last(saying('b', 'm', say('Paid.'), finish), ['overloaded', 503])).toBeUndefined();
  // Also where it may act without an approval, whoever the next one is.
  expect(await last(twin, ['timeout', 504], { providerTools: [acting] })).toBeUndefined();
  expect(await last(twin, ['overloaded', 503], { providerTools: [acting] })).toBe('finish: stop of a/twin');
  expect(await last(twin, ['timeout', 504], { providerTools: [{ ...acting, effect: 'read' }] })).toBe(
    'finish: stop of a/twin',
  );
});

describe('an error after the first event', () => {
  const broken = new ChatError('network', 'Asking a/m: the answer broke off.', { retryable: true });
  const kinds: [string, ModelEvent][] = [
    ['text', say('Hel')],
    ['reasoning', { type: 'reasoning', delta: 'Hm' }],
    ['a piece of a call', { type: 'tool-input', key: 0, name: 'add', delta: '{' }],
    ['a call', { type: 'call', name: 'add', arguments: '{}' }],
    ['a source', { type: 'part', value: { type: 'source', url: 'https://example.com' } }],
  ];
  test.each(kinds)('%s: it is told, and what came stays', async (_, event) => {
    const b = good();
    const { events, error } = await hear(router([failing(broken, [event]), b]));
    expect(events).toEqual([event]);
    expect(error).toBe(broken);
    expect(b.asked).toBe(0);
  });

  test.each(kinds)('%s: with `restart` it is withdrawn, and the answer begins anew (L4)', async (_, event) => {
    const { lines } = await hear(router([failing(broken, [event]), good()], { restart: true }));
    expect(lines.slice(1)).toEqual([
      'reset: Asking a/m: the answer broke off.',
      'warning: b/m took over. Asking a/m: the answer broke off.',
      ...hello,
    ]);
  });

  test('a cut answer begins anew too', async () => {
    const { lines } = await hear(router([playing('a', { events: [say('Hel')] }), good()], { restart: true }));
    expect(lines.slice(0, 2)).toEqual(['text: Hel', 'reset: The answer of a/m ended before its end.']);
  });

  test('what came stays when nobody takes over', async () => {
    const members = [failing(broken, [say('Hel')]), failing(new ChatError('overloaded', 'no room'), [], 'b')];
    const { lines, error } = await hear(router(members, { restart: true }));
    expect(lines).toEqual(['text: Hel']);
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('b/m: no room') });
  });

  test.each<[string, ModelEvent]>([
    ['a tool that the provider ran', { type: 'call', name: 'search', arguments: '{}', providerExecuted: true }],
    ['what came of one that it was allowed to run', { type: 'result', id: 'c1', output: 'paid' }],
  ])('after %s, nothing begins anew (W3)', async (_, event) => {
    const b = good();
    const { events, error } = await hear(router([failing(broken, [event]), b], { restart: true }));
    expect(events).toEqual([event]);
    expect(error).toBe(broken);
    expect(b.asked).toBe(0);
  });
});

describe('when nobody answers', () => {
  test('the error says what each of them said, and may be tried again as soon as the first of them may', async () => {
    const members = [
      failing(new ChatError('rate-limit', 'too many', { retryable: true, retryAfter: 9_000, status: 429 })),
      failing(new ChatError('overloaded', 'no room', { retryable: true, retryAfter: 4_000, status: 503 }), [], 'b'),
      failing(new ChatError('unsupported', 'no video'), [], 'c'),
    ];
    expect((await hear(router(members))).error).toMatchObject({
      code: 'overloaded',
      message: 'No member of the router answered. a/m: too many. b/m: no room. c/m: no video.',
      retryable: true,
      retryAfter: 4_000,
      status: 503,
    });
  });

  test('it may be tried again soon when one of them says nothing of a time', async () => {
    const late = new ChatError('rate-limit', 'too many', { retryable: true, retryAfter: 9_000 });
    const members = [failing(late), failing(new ChatError('network', 'cut', { retryable: true }), [], 'b')];
    expect((await hear(router(members))).error).toMatchObject({ retryable: true, retryAfter: undefined });
  });

  test('it is not tried again when no error passes', async () => {
    const members = [failing(new ChatError('unsupported', 'no')), failing(new ChatError('auth', 'no key'), [], 'b')];
    expect((await hear(router(members))).error).toMatchObject({ code: 'auth', retryable: false });
  });

  test('members that are down are not asked, and say when they may be', async () => {
    let now = 0;
    const [a, b] = [
      failing(new ChatError('overloaded', 'no room', { retryable: true })),
      failing(new ChatError('network', 'refused', { retryable: true }), [], 'b'),
    ];
    const both = router([a, b], { breaker: { failures: 1, cooldown: 20_000 }, now: () => now });
    await hear(both);
    now = 5_000;
    expect((await hear(both)).error).toMatchObject({
      code: 'network',
      message:
        'No member of the router answered. a/m is left alone for 15 s, since it failed: no room. ' +
        'b/m is left alone for 15 s, since it failed: refused.',
      retryable: true,
      retryAfter: 15_000,
    });
    expect([a.asked, b.asked]).toEqual([1, 1]);
  });
});

describe('the loop makes retries, in one place (L4)', () => {
  test('each member is asked once for a request', async () => {
    const a = playing('a', { error: new ChatError('network', 'cut', { retryable: true }) }, { maxRetries: 7 });
    await hear(router([a]));
    expect(a.asked).toBe(1);
  });

  test('as often as the most patient member wants, unless the router says', () => {
    const of = (maxRetries: number): Model => playing('a', 'Hi', { maxRetries });
    expect(router([of(0), of(0)]).maxRetries).toBe(0);
    expect(router([of(0), of(5)]).maxRetries).toBe(5);
    expect(router([of(0), good()]).maxRetries).toBe(2);
    expect(router([of(5)], { maxRetries: 1 }).maxRetries).toBe(1);
  });
});

describe('a stop', () => {
  test('before the request asks nobody', async () => {
    const a = good('a');
    const reason = new Error('stopped');
    expect((await hear(router([a]), request({ signal: AbortSignal.abort(reason) }))).error).toBe(reason);
    expect(a.asked).toBe(0);
  });

  test('is no failure of a member, and nobody takes over', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const stopping: Model = {
      provider: 'a',
      id: 'm',
      stream() {
        stop.abort(reason);
        throw new ChatError('network', 'aborted');
      },
    };
    const b = good();
    const both = router([stopping, b], { breaker: { failures: 1 } });
    expect((await hear(both, request({ signal: stop.signal }))).error).toBe(reason);
    expect(b.asked).toBe(0);
    // It was not counted: a is asked again, and fails on its own account.
    expect((await hear(both)).lines[0]).toMatch(/^warning: b\/m took over\. a\/m: aborted/);
  });
});

describe('a configuration that makes no sense is refused by name', () => {
  const a = good('a');
  const weighted = { strategy: 'weighted' } as const;
  const cases: [string, () => unknown][] = [
    ['it has no members', () => router([])],
    ['member 2 is not a model', () => router([a, { model: {} as Model }])],
    ['a/m is a member twice', () => router([a, a])],
    ['a/m has a weight, but no strategy weighs', () => router([{ model: a, weight: 2 }])],
    ['the weight of a/m is -1', () => router([{ model: a, weight: -1 }], weighted)],
    ['the weight of a/m is NaN', () => router([{ model: a, weight: NaN }], weighted)],
    ['the weight of every member is 0', () => router([{ model: a, weight: 0 }], weighted)],
    ['there is no strategy "random", only order, weighted', () => router([a], { strategy: 'random' as 'order' })],
    ['its list of strategies is empty', () => router([a], { strategy: [] })],
    ['breaker.failures is 0', () => router([a], { breaker: { failures: 0 } })],
    ['breaker.cooldown is -1', () => router([a], { breaker: { cooldown: -1 } })],
    ['maxRetries is 1.5', () => router([a], { maxRetries: 1.5 })],
  ];
  test.each(cases)('%s', (what, make) => {
    expect(make).toThrow(ChatError);
    expect(make).toThrow(`Making a router: ${what}`);
  });
});

test('it is named for its members, unless it has a name', () => {
  expect(router([good('a'), good('b')])).toMatchObject({ provider: 'router', id: 'a/m | b/m' });
  expect(router([good('a')], { id: 'fast' })).toMatchObject({ provider: 'router', id: 'fast' });
});

describe('a router is a model', () => {
  const turns: Readonly<Record<ModelScenario, ScriptedTurn>> = {
    text: 'Hello you.',
    call: { text: 'I add.', calls: [{ name: 'add', input: { a: 2, b: 3 }, pieces: 4 }] },
    cut: { events: [say('Hel')] },
    endless: { events: [say('Hel'), new Promise(() => {})] },
  };
  const down = (): Model => failing(new ChatError('overloaded', 'no room'));
  const makes: [string, MakeModel][] = [
    ['whose first member answers', (scenario) => router([playing('b', turns[scenario]), good('c')])],
    ['whose second member answers', (scenario) => router([down(), playing('b', turns[scenario])], { restart: true })],
    ['of a router', (scenario) => router([router([down()]), router([playing('b', turns[scenario])])])],
  ];
  for (const [name, make] of makes) {
    describe(name, () => {
      for (const { name: title, run } of modelCases(make)) test(title, run);
    });
  }
});

import { describe, expect, test } from 'vitest';
import type { Model, ModelEvent, ModelRequest } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { textOf } from '../../conversation/message.ts';
import { resultOf } from '../../conversation/result.ts';
import { demo } from '../../models/demo/demo.ts';
import { openai } from '../../models/openai/index.ts';
import { scripted } from '../scripted.ts';
import type { ScriptedTurn } from '../scripted-turn.ts';
import type { MakeModel, ModelScenario } from './case.ts';
import { modelCases } from './cases.ts';
import { checkModel } from './check-model.ts';

const turns: Readonly<Record<ModelScenario, ScriptedTurn>> = {
  text: 'Hello you.',
  call: { text: 'I add.', calls: [{ name: 'add', input: { a: 2, b: 3 }, pieces: 4 }] },
  cut: { events: [{ type: 'text', delta: 'Hel' }] },
  endless: { events: [{ type: 'text', delta: 'Hel' }, new Promise(() => {})] },
};

describe('a scripted model', () => {
  const make: MakeModel = (scenario) => scripted(Array.from({ length: 12 }, () => turns[scenario]));
  for (const { name, run } of modelCases(make)) test(name, run);
});

describe('the demo model', () => {
  const make: MakeModel = (scenario) => demo({ pace: scenario === 'endless' ? 20 : 0 });
  const words = { call: 'add with a 2 and b 3' };
  for (const { name, run } of modelCases(make, { without: ['cut'], words })) test(name, run);
});

describe('Chat Completions over a fetch of this process', () => {
  let open = 0;
  const make: MakeModel = (scenario) =>
    openai.chat('gpt-test', { apiKey: 'key', fetch: serve(scenario, (more) => (open += more)) });
  const refused = (): Model =>
    openai.chat('gpt-test', {
      apiKey: 'sk-secret',
      fetch: async () => Response.json({ error: { message: 'Incorrect API key: sk-secret' } }, { status: 401 }),
    });
  const options = {
    unsupported: { topK: 5 },
    open: () => open,
    refused,
    secrets: ['sk-secret'],
    warnsOfProviderTools: true,
  };
  for (const { name, run } of modelCases(make, options)) test(name, run);
});

/** A server of Chat Completions that does what a scenario wants; `count` is told of each body that opens and ends. */
function serve(scenario: ModelScenario, count: (more: number) => void): typeof fetch {
  return async (_, init) => {
    init?.signal?.throwIfAborted();
    const chunks = [...chunksOf(scenario)];
    const encoder = new TextEncoder();
    count(1);
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) =>
          init?.signal?.addEventListener('abort', () => {
            controller.error(init.signal?.reason);
            count(-1);
          }),
        pull: async (controller) => {
          const chunk = chunks.shift();
          if (chunk !== undefined) return controller.enqueue(encoder.encode(`data: ${chunk}\n\n`));
          if (scenario === 'endless') return new Promise(() => {});
          controller.close();
          count(-1);
        },
        cancel: () => count(-1),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}

function* chunksOf(scenario: ModelScenario): Generator<string> {
  const chunk = (delta: object, finish: string | null = null): string =>
    JSON.stringify({ id: 'r1', model: 'gpt-test', choices: [{ index: 0, delta, finish_reason: finish }] });
  yield chunk({ role: 'assistant', content: 'Hel' });
  if (scenario === 'cut' || scenario === 'endless') return;
  yield chunk({ content: 'lo.' });
  if (scenario === 'call') {
    yield chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'add', arguments: '{"a":2,' } }] });
    yield chunk({ tool_calls: [{ index: 0, function: { arguments: '"b":3}' } }] });
  }
  yield chunk({}, scenario === 'call' ? 'tool_calls' : 'stop');
  yield JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 2 } });
  yield '[DONE]';
}

/** A model that is right, in a few lines, to be broken below. */
function echo(parts: Partial<Model> = {}): Model {
  return {
    provider: 'test',
    id: 'echo',
    async *stream({ messages, signal }) {
      for (const part of messages.flatMap(({ parts }) => parts)) if (part.type === 'tool') resultOf(part.call);
      signal.throwIfAborted();
      yield { type: 'text', delta: textOf(messages[0]!) };
      signal.throwIfAborted();
      yield { type: 'finish', reason: 'stop' };
    },
    ...parts,
  };
}

/** The names of the cases in which a model fails, with what is wrong. */
async function problemsOf(stream: Model['stream'], options: Parameters<typeof checkModel>[1] = {}): Promise<string[]> {
  const checks = await checkModel(() => echo({ stream }), { without: ['call', 'cut', 'endless'], ...options });
  expect(checks.length).toBeGreaterThan(5);
  return checks.flatMap(({ ok, problem, name }) => (ok ? [] : `${name}: ${problem}`));
}

const say = (delta: string): ModelEvent => ({ type: 'text', delta });
const finish: ModelEvent = { type: 'finish', reason: 'stop' };
const called: ModelEvent = { type: 'finish', reason: 'tool-calls' };
const right = (request: ModelRequest): ReturnType<Model['stream']> => echo().stream(request);

test('a model that is right has no problems', async () => {
  expect(await problemsOf(right)).toEqual([]);
});

test.each<[string, Model['stream'], string]>([
  ['two ends', () => events(say('a'), finish, finish), 'there are 2 finish events'],
  ['an end that is not last', () => events(say('a'), finish, say('b')), 'after the finish comes text'],
  ['no end', () => events(say('a')), 'there are 0 finish events'],
  ['an empty delta', () => events(say(''), say('a'), finish), 'a text delta is empty'],
  ['half a token', () => events(say('a'), usage(0.5, 0), finish), 'the usage is'],
  ['more cached than sent', () => events(say('a'), usage(1, 2), finish), 'of 1 tokens in 2 are cached'],
  [
    'a request that it changes',
    (request) => (Object.assign(request.settings, { seed: 1 }), right(request)),
    'left as it was',
  ],
  ['a call that waits', () => events(say('a'), finish), 'a call that waits for an approval was sent'],
  ['a memory', remembering(), 'it keeps nothing between two calls'],
])('a model with %s is found out', async (_, stream, problem) => {
  expect((await problemsOf(stream)).join('\n')).toContain(problem);
});

test('a model that ignores a stop, or what cannot be set, or keeps connections open, is found out', async () => {
  const deaf = async function* (): AsyncGenerator<ModelEvent> {
    yield say('a');
    yield finish;
  };
  const stopped = await problemsOf(deaf, { without: ['call', 'cut'] });
  expect(stopped.join('\n')).toContain('the answer ended as if nobody had stopped it');
  const hanging = async function* (): AsyncGenerator<ModelEvent> {
    yield say('a');
    await new Promise(() => {});
  };
  const late = await problemsOf(hanging, { without: ['call', 'cut'], timeout: 50 });
  expect(late.join('\n')).toContain('the case took more than 50 ms');
  expect((await problemsOf(right, { unsupported: { topK: 1 } })).join('\n')).toContain('nothing is said of topK');
  expect((await problemsOf(right, { open: () => 1 })).join('\n')).toContain('1 connections');
});

test.each<[string, readonly ModelEvent[], string]>([
  ['no call', [say('a'), finish], 'there is no call'],
  ['another end', [call('{}'), finish], 'it ends with {"type":"finish","reason":"stop"}'],
  ['another tool', [{ ...call('{}'), name: 'rm' }, called], 'it calls rm, which was not declared'],
  ['broken arguments', [call('{"a":'), called], 'the arguments are not JSON: {"a":'],
  ['other pieces', [piece('{'), call('{}'), called], 'the pieces are {, the whole is {}'],
  ['late pieces', [call('{}'), piece('{}'), called], 'pieces of the arguments come after the whole'],
  ['one key twice', [call('{}'), call('{}'), called], 'two calls have the same key: 0, 0'],
])('a call with %s is found out', async (_, told, problem) => {
  expect((await problemsOf(() => events(...told), { without: ['cut', 'endless'] })).join('\n')).toContain(problem);
});

const result = (more: object): ModelEvent => ({ type: 'result', output: null, ...more }) as ModelEvent;

test.each<[string, readonly ModelEvent[], string]>([
  ['of no call', [say('a'), result({ key: 7 }), finish], 'a result is of the call 7, which did not come'],
  ['without a name', [say('a'), result({}), finish], 'a result is of the call undefined, which did not come'],
  ['of a call that runs here', [say('a'), call('{}'), result({ key: 0 }), finish], 'did not run at the provider'],
])('a result %s is found out', async (_, told, problem) => {
  expect((await problemsOf(() => events(...told))).join('\n')).toContain(problem);
});

test('a result of a call that the provider ran is right', async () => {
  const ran: ModelEvent = { ...call('{}'), id: 'c1', providerExecuted: true };
  expect(await problemsOf((request) => events(...heard(request), say('a'), ran, result({ id: 'c1' }), finish))).toEqual(
    [],
  );
});

test.each<[string, (request: ModelRequest) => void, string]>([
  [
    'stumbles over another model',
    ({ messages }) => messages.some(({ interrupted }) => interrupted) && fail(),
    'not today',
  ],
  ['stumbles over files of tools', ({ messages }) => hasFiles(messages) && fail(), 'not today'],
  ['stumbles over files of users', ({ messages }) => messages[0]?.parts.some(isFile) && fail(), 'not today'],
])('a model that %s is found out', async (_, look, problem) => {
  const problems = await problemsOf((request) => (heard(request), look(request), right(request)));
  expect(problems.join('\n')).toContain(problem);
});

test('a model that keeps too much of a conversation is found out', async () => {
  const remembers: Model['stream'] = ({ messages, kept }) => {
    const first = (kept.get('first') ?? messages[0]?.id) as string;
    kept.set('first', first);
    return events(...heard({ messages }), say(first), finish);
  };
  expect((await problemsOf(remembers)).join('\n')).toContain('where it would say');
});

test('a model that refuses a shape it says it can give, or passes over tools of other providers, is found out', async () => {
  const stream: Model['stream'] = (request) => (request.output ? events(say('a')) : right(request));
  const model = echo({ stream, capabilities: { output: 'always' } });
  const checks = await checkModel(() => model, { without: ['call', 'cut', 'endless'], warnsOfProviderTools: true });
  const problems = checks.flatMap(({ ok, problem }) => (ok ? [] : [problem]));
  expect(problems).toEqual([
    'asked for an output of a shape, it does not come to its end',
    'nothing is said of far_search, a tool of another provider',
  ]);
});

test.each<[string, Model['stream'], string]>([
  ['as an answer', () => events(say('no'), finish), 'the answer ended as if it were not'],
  ['with any error', () => failing(new Error('no')), 'which is no ChatError'],
  ['after a beginning', () => failing(new ChatError('auth', 'no'), say('a')), 'an answer that it did not get'],
  ['with the key', () => failing(new ChatError('auth', 'the key k-123 is wrong')), 'its error tells a secret'],
])('a refusal that is told %s is found out', async (_, stream, problem) => {
  const options = { refused: () => echo({ stream }), secrets: ['k-123'] };
  expect((await problemsOf(right, options)).join('\n')).toContain(problem);
});

test('a cut that looks like an end is found out', async () => {
  const problems = await problemsOf(right, { without: ['call', 'endless'] });
  expect(problems).toEqual([expect.stringContaining('the run ended with done: stop, as if the answer were whole')]);
});

async function* events(...list: readonly ModelEvent[]): AsyncGenerator<ModelEvent> {
  yield* list;
}

async function* failing(error: Error, ...list: readonly ModelEvent[]): AsyncGenerator<ModelEvent> {
  yield* list;
  throw error;
}

/** Looks at every call as a model does, so that one that is not settled is refused. */
function heard({ messages }: Pick<ModelRequest, 'messages'>): readonly ModelEvent[] {
  for (const part of messages.flatMap(({ parts }) => parts)) if (part.type === 'tool') resultOf(part.call);
  return [];
}

function hasFiles(messages: ModelRequest['messages']): boolean {
  const calls = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? part.call : [])));
  return calls.some((one) => one.state === 'completed' && one.content?.some(isFile));
}

const isFile = ({ type }: { readonly type: string }): boolean => type === 'file';

function fail(): never {
  throw new Error('not today');
}

function usage(input: number, cachedInput: number): ModelEvent {
  return { type: 'usage', usage: { input, output: 1, cachedInput, reasoning: 0 } };
}

function call(text: string): ModelEvent & { type: 'call' } {
  return { type: 'call', key: 0, name: 'add', arguments: text };
}

function piece(delta: string): ModelEvent {
  return { type: 'tool-input', key: 0, name: 'add', delta };
}

function remembering(): Model['stream'] {
  let asked = 0;
  return () => events(say(`${(asked += 1)}`), finish);
}

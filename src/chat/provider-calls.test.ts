import { describe, expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { ModelEvent } from './model.ts';
import type { ProviderTool } from './provider-tool.ts';
import { tool } from './tool.ts';

const search: ProviderTool = {
  provider: 'scripted',
  kind: 'search',
  options: {},
  effect: 'read',
};
const sandbox: ProviderTool = { provider: 'scripted', kind: 'sandbox', options: {} };
const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
const pay = tool({ description: 'Pay', run: () => 'paid' });

function office(turns: readonly ScriptedTurn[]) {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Go');
  const model = scripted(turns);
  const chat = createChat({ model, tools: { look, pay, search, sandbox } });
  const calls = (): readonly ToolCall[] =>
    conversation.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? part.call : [])));
  return { conversation, model, chat, calls, run: () => recordEvents(chat.stream(conversation)) };
}

const finish = { type: 'finish', reason: 'stop' } as const;
const origin = (data: string) => ({ provider: 'scripted', model: 'script', data });
const searching = (id: string, more: object = {}): ModelEvent => ({
  type: 'call',
  id,
  name: 'search',
  arguments: '{}',
  providerExecuted: true,
  ...more,
});

describe('a call that its provider runs', () => {
  test('is at work when it appears, without an attempt here, and ends with its result (W3)', async () => {
    const calls = [{ name: 'search', input: { q: 'tea' }, provider: 'runs', result: ['leaf'] }] as const;
    const { run, calls: all, model } = office([{ text: 'Let me see.', calls }]);
    const { outline, events } = await run();
    expect(outline).toEqual([
      'user: Go',
      'assistant',
      'text: Let me see.',
      'tool search: running',
      'tool search: completed',
      'step-end: stop',
      'done: stop',
    ]);
    expect(events.find((event) => event.type === 'tool' && event.call.state === 'running')).toMatchObject({
      part: 1,
      call: { providerExecuted: true, effect: 'read', revision: 1 },
    });
    expect(all()).toMatchObject([{ state: 'completed', output: ['leaf'], revision: 2 }]);
    expect(all()[0]).not.toHaveProperty('attempt');
    expect(model.requests).toHaveLength(1);
  });

  test('is found by its key or by the id of its provider, and the origin of the result takes the place of its own (W3)', async () => {
    const events: readonly ModelEvent[] = [
      searching('one', { key: 0, origin: origin('asked') }),
      searching('two', { key: 1, origin: origin('asked') }),
      searching('three'),
      { type: 'result', id: 'two', output: 2, origin: origin('answered') },
      { type: 'result', key: 0, output: 1 },
      { type: 'result', key: 7, id: 'three', output: 3 },
      // Told twice, or of nobody: nothing more comes of it.
      { type: 'result', key: 0, output: 'again' },
      { type: 'result', id: 'nobody', output: 'odd' },
      finish,
    ];
    const { run, conversation } = office([{ events }]);
    expect((await run()).outline.slice(-5)).toEqual([
      'tool search: completed',
      'tool search: completed',
      'tool search: completed',
      'step-end: stop',
      'done: stop',
    ]);
    expect(conversation.messages[1]!.parts).toMatchObject([
      { call: { output: 1 }, origin: origin('asked') },
      { call: { output: 2 }, origin: origin('answered') },
      { call: { output: 3 } },
    ]);
  });

  test('may fail there, and whether it took effect is not known unless it only reads (W3, E1)', async () => {
    const calls = [
      { name: 'search', input: {}, id: 'a', provider: 'runs' },
      { name: 'sandbox', input: {}, id: 'b', provider: 'runs' },
    ] as const;
    const results = [
      { id: 'a', output: 'too many', isError: true },
      { id: 'b', output: { code: 1 }, isError: true },
    ] as const;
    const { run, calls: all } = office([{ calls, finish: 'pause-turn' }, { results }]);
    await run();
    expect(all()).toMatchObject([
      { state: 'failed', reason: 'too many', outcome: 'none' },
      { state: 'failed', reason: '{"code":1}', outcome: 'unknown' },
    ]);
  });

  test('of a turn that was paused goes on in the next step, which tells what came of it (W3)', async () => {
    const calls = [{ name: 'search', input: {}, id: 'a', provider: 'runs' }] as const;
    const turns = [
      { calls, finish: 'pause-turn' },
      { results: [{ id: 'a', output: 1 }], text: 'Found.' },
    ] as const;
    const { run, model, conversation, calls: all } = office(turns);
    const { outline, events } = await run();
    expect(outline).toEqual([
      'user: Go',
      'assistant',
      'tool search: running',
      'step-end: pause-turn',
      'assistant',
      'tool search: completed',
      'text: Found.',
      'step-end: stop',
      'done: stop',
    ]);
    expect(model.heard[1]).toEqual(['user: Go', 'assistant: search({}) is running']);
    const result = events.find((event) => event.type === 'tool' && event.call.state === 'completed');
    expect(result).toEqual({
      type: 'tool',
      call: { id: all()[0]!.id, name: 'search', revision: 2, state: 'completed', output: 1 },
    });
    expect(conversation.messages.map(({ parts }) => parts.length)).toEqual([1, 1, 1]);
  });

  test('of a turn that was paused goes on within the steps that are allowed, and when it is asked to (W3, L6)', async () => {
    const calls = [{ name: 'search', input: {}, id: 'a', provider: 'runs' }] as const;
    const { chat, conversation, model } = office([
      { calls, finish: 'pause-turn' },
      { results: [{ id: 'a', output: 1 }] },
    ]);
    expect(await chat.complete(conversation, { maxSteps: 1 })).toMatchObject({ finish: 'step-limit', steps: 1 });
    expect(await chat.complete(conversation, { maxSteps: 1 })).toMatchObject({ finish: 'step-limit' });
    expect(model.requests).toHaveLength(1);
    const loaded = Conversation.parse(JSON.stringify(conversation), { newId: testIds('later') });
    expect(await chat.complete(loaded, { maxSteps: 1, continue: true })).toMatchObject({ finish: 'stop', steps: 2 });
    expect(loaded.messages[1]!.parts).toMatchObject([{ call: { state: 'completed', output: 1 } }]);
  });

  test('may wait with its provider for what is called here, and for a person (W3)', async () => {
    const calls = [
      { name: 'sandbox', input: {}, id: 'a', provider: 'runs' },
      { name: 'pay', input: {} },
    ] as const;
    const { run, chat, conversation, model } = office([
      { calls },
      { results: [{ id: 'a', output: 0 }], text: 'Done.' },
    ]);
    expect((await run()).outline.slice(-3)).toEqual([
      'step-end: tool-calls',
      'tool pay: awaiting-approval',
      'paused: 1 approval',
    ]);
    await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
    expect((await run()).outline).toEqual([
      'tool pay: approved',
      'tool pay: running',
      'tool pay: completed',
      'assistant',
      'tool sandbox: completed',
      'text: Done.',
      'step-end: stop',
      'done: stop',
    ]);
    expect(model.heard[1]).toContain('assistant: sandbox({}) is running');
  });

  test.each(['stop', 'length', 'tool-calls'] as const)(
    'of which nothing was told when its answer is over (%s) has failed, and nobody knows what it did (W3)',
    async (reason) => {
      const calls = [
        { name: 'search', input: {}, provider: 'runs' },
        { name: 'sandbox', input: {}, provider: 'runs' },
      ] as const;
      const { run, calls: all, model } = office([{ calls, finish: reason }]);
      const { outline } = await run();
      expect(outline.slice(-4)).toEqual([
        'tool search: failed',
        'tool sandbox: failed',
        `step-end: ${reason}`,
        `done: ${reason}`,
      ]);
      const why = 'its provider did not tell what came of it';
      expect(all()).toMatchObject([
        { reason: why, outcome: 'none' },
        { reason: why, outcome: 'unknown' },
      ]);
      expect(model.requests).toHaveLength(1);
    },
  );

  test('that is half written never ran (W3)', async () => {
    const half = searching('a', { arguments: '{"q":"te', incomplete: true });
    const { run, calls } = office([{ events: [half, { type: 'finish', reason: 'length' }] }]);
    expect((await run()).outline.slice(2)).toEqual([
      'tool search: proposed',
      'step-end: length',
      'tool search: failed',
      'done: length',
    ]);
    expect(calls()).toMatchObject([{ state: 'failed', outcome: 'none', incomplete: true }]);
  });

  test('is not run here, also when a tool of ours has its name (W3)', async () => {
    const call = { name: 'look', input: {}, provider: 'runs', result: 'theirs' } as const;
    const { run, calls } = office([{ calls: [call] }]);
    await run();
    expect(calls()).toMatchObject([{ state: 'completed', output: 'theirs' }]);
  });
});

describe('an answer that breaks off', () => {
  const busy = (status?: number) =>
    new ChatError('overloaded', 'Busy.', { retryable: true, ...(status !== undefined && { status }) });
  const retry = (): number => 0;

  /** How often a model is asked that fails like this first. */
  async function asked(turn: ScriptedTurn, tools: Readonly<Record<string, ProviderTool>>): Promise<number> {
    const model = scripted([turn, 'Hello.']);
    const conversation = new Conversation({ newId: testIds() });
    conversation.say('Go');
    await recordEvents(createChat({ model, tools, retry }).stream(conversation));
    return model.requests.length;
  }

  test('is asked for again where all that ran there only reads, and not where it may have acted (W3)', async () => {
    const ran = (name: string) =>
      ({ calls: [{ name, input: {}, provider: 'runs', result: 1 }], error: busy() }) as const;
    expect(await asked(ran('search'), { search })).toBe(2);
    expect(await asked(ran('sandbox'), { search })).toBe(1);
    expect(await asked(ran('sandbox'), { sandbox })).toBe(1);
  });

  test('is asked for again, where a declared tool may act unseen, only when the request was refused unread (W3)', async () => {
    const network = new ChatError('network', 'Reset.', { retryable: true });
    for (const [error, times] of [
      [busy(429), 2],
      [busy(503), 2],
      [busy(), 1],
      [network, 1],
    ] as const) {
      expect(await asked({ error }, { sandbox })).toBe(times);
      expect(await asked({ error }, { search })).toBe(2);
      expect(await asked({ text: 'We', error }, { sandbox })).toBe(1);
    }
  });

  test('is not begun anew by another provider after a tool has run that may have acted (W3)', async () => {
    const anew = (name: string): ScriptedTurn => ({
      events: [
        searching('a', { name, key: 1 }),
        { type: 'reset', reason: 'another one takes over' },
        { type: 'text', delta: 'Hello.' },
        finish,
      ],
    });
    const { run } = office([anew('search')]);
    expect((await run()).outline.at(-1)).toBe('done: stop');
    const other = office([anew('sandbox')]);
    expect((await other.run()).outline.at(-1)).toBe('error: incomplete-response');
    expect(other.calls()).toMatchObject([{ state: 'cancelled', by: 'withdrawn', outcome: 'unknown' }]);
  });

  test('and begins anew is told no result of a call that it withdrew (L4, W3)', async () => {
    const events: readonly ModelEvent[] = [
      searching('a', { key: 1 }),
      { type: 'reset', reason: 'another one takes over' },
      { type: 'result', key: 1, id: 'a', output: 'leaf' },
      { type: 'text', delta: 'Hello.' },
      finish,
    ];
    expect((await office([{ events }]).run()).outline.slice(2)).toEqual([
      'tool search: running',
      'reset: removed',
      'assistant',
      'text: Hello.',
      'step-end: stop',
      'done: stop',
    ]);
  });

  test('keeps what it told of an earlier call, which is stored with it (W3, L8)', async () => {
    const calls = [{ name: 'sandbox', input: {}, id: 'a', provider: 'runs' }] as const;
    const turns = [
      { calls, finish: 'pause-turn' },
      { results: [{ id: 'a', output: 1 }], text: 'Fo', error: busy() },
    ] as const;
    const { chat, conversation } = office(turns);
    const copy = new Conversation({ messages: conversation.messages });
    const commit = (events: readonly ChatEvent[]): void => events.forEach((event) => copy.apply(event));
    await recordEvents(chat.stream(conversation, { commit }));
    expect(copy.messages).toEqual(conversation.messages);
    expect(copy.messages[1]).toMatchObject({ parts: [{ call: { state: 'completed', output: 1 } }] });
    expect(copy.messages[2]).toMatchObject({ interrupted: true, parts: [{ text: 'Fo' }] });
  });

  test('of which its process died leaves what was at work cancelled (L8)', async () => {
    const { chat, conversation, calls } = office([
      { calls: [{ name: 'sandbox', input: {}, provider: 'runs' }], delay: 0 },
    ]);
    let saved = '';
    for await (const event of chat.stream(conversation)) {
      if (event.type === 'tool' && event.call.state === 'running') saved = JSON.stringify(conversation);
    }
    expect(calls()).toMatchObject([{ state: 'failed' }]);
    const loaded = Conversation.parse(saved, { newId: testIds('later') });
    loaded.say('And?');
    const next = createChat({ model: scripted(['Hello.']) });
    expect((await recordEvents(next.stream(loaded))).outline).toEqual([
      'user: And?',
      'reset: kept',
      'assistant',
      'text: Hello.',
      'step-end: stop',
      'done: stop',
    ]);
    expect(loaded.messages[1]).toMatchObject({ parts: [{ call: { state: 'cancelled', outcome: 'unknown' } }] });
  });
});

import { describe, expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { resultOf } from '../conversation/result.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { ChatOptions } from './options.ts';
import type { ProviderTool } from './provider-tool.ts';
import { scoped, tool } from './tool.ts';
import type { MixedTools, ToolSet } from './tool.ts';
import type { Chat, DecisionAnswer } from './types.ts';

const github: ProviderTool = { provider: 'scripted', kind: 'mcp', options: {} };
const asking = { calls: [{ name: 'github.delete', input: { repo: 'a' }, id: 'x', provider: 'asks' }] } as const;
const deleted = { results: [{ id: 'x', output: 'deleted' }], text: 'Gone.' } as const;

/** A chat whose model wants to delete something with its provider, and whatever happens then. */
function office(turns: readonly ScriptedTurn[], more: Partial<ChatOptions<MixedTools, unknown>> = {}) {
  const clock = testClock(1_000);
  const conversation = new Conversation({ id: 'talk', now: clock.now, newId: testIds() });
  conversation.say('Delete it');
  const model = scripted(turns);
  const chat = createChat({ model, tools: { github }, onError: () => {}, ...more }) as unknown as Chat<ToolSet>;
  const call = (name = 'github.delete'): ToolCall =>
    conversation.messages
      .flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? part.call : [])))
      .find((one) => one.name === name)!;
  return {
    clock,
    conversation,
    model,
    chat,
    call,
    run: (options = {}) => recordEvents(chat.stream(conversation, options)),
    decide: (decision: unknown): Promise<DecisionAnswer> => chat.decide(conversation, call(), decision as Decision),
  };
}

const refused = new ChatError('rate-limit', 'Too many.', { retryable: true, status: 429 });
const broken = new ChatError('network', 'Reset.', { retryable: true });

describe('a call that its provider wants approved', () => {
  test('waits like ours, is shown with its arguments, and is not run here (W3)', async () => {
    const { run, call, chat, conversation } = office([asking]);
    expect((await run()).outline).toEqual([
      'user: Delete it',
      'assistant',
      'tool github.delete: proposed',
      'step-end: stop',
      'tool github.delete: awaiting-approval',
      'paused: 1 approval',
    ]);
    expect(call()).toMatchObject({
      providerExecuted: true,
      needsApproval: true,
      input: { repo: 'a' },
      effect: 'undeclared',
      requirements: [{ decisions: ['approve', 'reject', 'snooze'] }],
    });
    expect(call()).not.toHaveProperty('fingerprint');
    expect(chat.waiting(conversation).approvals).toEqual([call()]);
  });

  test('is started with the request that tells its provider so, committed before that is sent, and ends with its result (W3)', async () => {
    const committed: string[] = [];
    const { run, call, decide, model, clock } = office([
      asking,
      () => {
        committed.push('asked');
        return deleted;
      },
    ]);
    const commit = (events: readonly ChatEvent[]): void => {
      committed.push(events.map((event) => (event.type === 'tool' ? event.call.state : event.type)).join(' '));
    };
    await run();
    expect(await decide({ type: 'approve' })).toMatchObject({ type: 'applied', call: { state: 'approved' } });
    clock.advance(500);
    expect((await run({ commit })).outline).toEqual([
      'tool github.delete: approved',
      'tool github.delete: running',
      'assistant',
      'tool github.delete: completed',
      'text: Gone.',
      'step-end: stop',
      'done: stop',
    ]);
    expect(committed).toEqual(['approved', 'running message', 'asked', 'completed message step-end done']);
    expect(model.heard[1]).toEqual(['user: Delete it', 'assistant: github.delete({"repo":"a"}) is running']);
    expect(call()).toMatchObject({
      state: 'completed',
      output: 'deleted',
      attempt: { number: 1, startedAt: 1_500, deadline: 121_500 },
    });
  });

  test.each<[string, (at: ReturnType<typeof office>) => unknown, string, string]>([
    ['rejected', ({ decide }) => decide({ type: 'reject', reason: 'no' }), 'rejected', 'a person rejected it: no'],
    [
      'cancelled',
      ({ conversation }) => conversation.say('Stop', { while: 'supersede' }),
      'cancelled',
      'it was cancelled.',
    ],
    ['not decided in time', ({ clock }) => clock.advance(9_000), 'denied', 'nobody decided about it in time.'],
  ])('and that is %s is told, and was never at work (W3)', async (_, happens, state, told) => {
    const asks = { ...github, policy: { ask: { expiresIn: 5_000 } } } as const;
    const at = office([asking, 'As you wish.'], { tools: { github: asks } });
    await at.run();
    await happens(at);
    expect((await at.run()).outline.at(-1)).toBe('done: stop');
    expect(at.call()).toMatchObject({ state });
    expect(at.call()).not.toHaveProperty('attempt');
    expect(at.model.heard[1]?.find((line) => line.includes('github'))).toContain(`Not executed: ${told}`);
  });

  test('is told of when the answer had more to say than that (W3, L2)', async () => {
    const { run, decide, model } = office([{ ...asking, text: 'May I?', finish: 'stop' }, 'Well.']);
    await run();
    await decide({ type: 'reject' });
    await run();
    expect((await run()).outline).toEqual(['done: stop']);
    expect(model.requests).toHaveLength(2);
  });

  test('waits for the other calls of its turn, and their results go with its approval (W3)', async () => {
    const pay = tool({ description: 'Pay', run: () => 'paid' });
    const calls = [...asking.calls, { name: 'pay', input: {} }];
    const { run, decide, chat, conversation, call, model } = office([{ calls }, deleted], { tools: { github, pay } });
    await run();
    await decide({ type: 'approve' });
    expect((await run()).outline).toEqual(['tool github.delete: approved', 'paused: 1 approval']);
    expect(call()).toMatchObject({ state: 'approved' });
    await chat.decide(conversation, call('pay'), { type: 'approve' });
    expect((await run()).outline.at(-1)).toBe('done: stop');
    expect(model.heard[1]?.slice(1)).toEqual([
      'assistant: github.delete({"repo":"a"}) is running',
      'assistant: pay({}) → paid',
    ]);
    expect(call()).toMatchObject({ state: 'completed' });
  });

  test('may be approved for later, put off, and approved while it is put off (W3, S2)', async () => {
    const { run, decide, clock, call, model } = office([asking, deleted]);
    await run();
    expect(await decide({ type: 'snooze', until: new Date(5_000).toISOString() })).toMatchObject({ type: 'applied' });
    expect((await run()).outline.at(-1)).toBe('paused: 1 scheduled');
    clock.set(6_000);
    expect((await run()).outline).toEqual(['tool github.delete: awaiting-approval', 'paused: 1 approval']);
    await decide({ type: 'snooze', until: new Date(9_000).toISOString() });
    await decide({ type: 'approve', notBefore: new Date(8_000).toISOString() });
    expect((await run()).outline.at(-1)).toBe('paused: 1 scheduled');
    expect(model.requests).toHaveLength(1);
    clock.set(8_000);
    expect((await run()).outline.at(-1)).toBe('done: stop');
    expect(call()).toMatchObject({ state: 'completed', attempt: { startedAt: 8_000 } });
  });

  test('fails when it is half written or nobody could read what it asks for, and that is told (W3, D2)', async () => {
    const calls = (text: string) => [{ name: 'github', input: text, id: 'x', provider: 'asks' as const }];
    const { run, call, model } = office([{ calls: calls('{"repo":') }, 'Sorry.']);
    await run();
    expect(call('github')).toMatchObject({ state: 'failed', outcome: 'none' });
    expect(model.heard[1]?.[1]).toContain('the arguments are malformed');
    const half = { type: 'call', name: 'github', arguments: '{}', incomplete: true, providerExecuted: true } as const;
    const events = [
      { ...half, needsApproval: true },
      { type: 'finish', reason: 'length' },
    ] as const;
    const other = office([{ events }, 'Sorry.']);
    await other.run();
    expect(other.call('github')).toMatchObject({ state: 'failed', outcome: 'none' });
  });

  test('of which its provider tells nothing has failed, and nobody knows what it did (W3)', async () => {
    const { run, decide, call } = office([asking, 'Well.']);
    await run();
    await decide({ type: 'approve' });
    expect((await run()).outline.slice(-3)).toEqual(['tool github.delete: failed', 'step-end: stop', 'done: stop']);
    expect(call()).toMatchObject({ outcome: 'unknown', reason: 'its provider did not tell what came of it' });
  });

  test('may go on in a turn that its provider pauses (W3)', async () => {
    const { run, decide, call } = office([asking, { text: 'Soon.', finish: 'pause-turn' }, deleted]);
    await run();
    await decide({ type: 'approve' });
    expect((await run()).outline.slice(4)).toEqual([
      'step-end: pause-turn',
      'assistant',
      'tool github.delete: completed',
      'text: Gone.',
      'step-end: stop',
      'done: stop',
    ]);
    expect(call()).toMatchObject({ attempt: { number: 1 } });
  });
});

describe('who speaks for it', () => {
  /** Where the call stands after the first run, with these tools and this policy of the chat. */
  async function stands(tools: MixedTools, policy?: ChatOptions<MixedTools, unknown>['policy']): Promise<unknown> {
    const at = office([asking, deleted], { tools, ...(policy && { policy }) });
    await at.run();
    const { state } = at.call();
    return state === 'awaiting-approval' ? at.call().requirements?.map(({ reason }) => reason) : state;
  }

  test('its own policy, those of its scopes, and that of the chat; without one a person is asked, unless it only reads (P8, W3)', async () => {
    expect(await stands({ github })).toEqual([undefined]);
    expect(await stands({})).toEqual([undefined]);
    expect(await stands({ github: { ...github, effect: 'read' } })).toBe('completed');
    expect(await stands({ github: { ...github, policy: 'allow' } })).toBe('completed');
    expect(await stands({ github: { ...github, policy: { deny: 'no' } } })).toBe('denied');
    expect(await stands(scoped({ github }, 'allow'))).toBe('completed');
    expect(await stands(scoped({ github: { ...github, policy: 'allow' } }, { ask: { reason: 'scope' } }))).toEqual([
      'scope',
    ]);
    expect(await stands({ github: { ...github, policy: 'allow' } }, () => ({ ask: { reason: 'chat' } }))).toEqual([
      'chat',
    ]);
    expect(await stands({ github: { ...github, policy: 'allow' } }, () => 'deny')).toBe('denied');
  });

  test('a policy sees the arguments, and the name that its provider put behind that of the tool (W3)', async () => {
    const seen: unknown[] = [];
    const policy: ProviderTool['policy'] = (input, { call }) => {
      seen.push([call.name, input]);
      return 'allow';
    };
    await stands({ github: { ...github, policy } });
    expect(seen).toEqual([['github.delete', { repo: 'a' }]]);
  });

  test('a policy that puts it off is asked again when its time has come (D5)', async () => {
    const policy: ProviderTool['policy'] = (_, { due }) => (due ? 'allow' : { defer: new Date(5_000) });
    const { run, clock, call } = office([asking, deleted], { tools: { github: { ...github, policy } } });
    expect((await run()).outline.at(-1)).toBe('paused: 1 scheduled');
    clock.set(5_000);
    expect((await run()).outline.at(-1)).toBe('done: stop');
    expect(call()).toMatchObject({ state: 'completed' });
  });

  test('a tool of ours with its name does not (W3)', async () => {
    const own = tool({ description: 'Ours', policy: 'allow', check: () => 'did-not-happen', run: () => 'ours' });
    const calls = [{ ...asking.calls[0], name: 'own' }];
    const { run, chat, conversation, call } = office([{ calls }, { error: broken }], {
      tools: { own },
      retry: () => false,
    });
    await run();
    expect(call('own')).toMatchObject({ state: 'awaiting-approval' });
    await chat.decide(conversation, call('own'), { type: 'approve' });
    await run();
    // Neither run here nor checked here.
    expect((await run()).outline).toEqual(['paused: 1 in doubt']);
  });
});

describe('an approval on its way', () => {
  /** The call was approved, and its provider is told with the next request. */
  async function approved(turns: readonly ScriptedTurn[], more: Partial<ChatOptions<MixedTools, unknown>> = {}) {
    const at = office([asking, ...turns], { retry: () => 0, ...more });
    await at.run();
    await at.decide({ type: 'approve' });
    return at;
  }

  test('is sent again when the request was refused unread, by the same attempt (W3)', async () => {
    const { run, call, model } = await approved([{ error: refused }, { error: refused }, deleted]);
    expect((await run()).outline.filter((line) => line.startsWith('tool'))).toEqual([
      'tool github.delete: approved',
      'tool github.delete: running',
      'tool github.delete: completed',
    ]);
    expect(call()).toMatchObject({ attempt: { number: 1 } });
    expect(model.requests).toHaveLength(4);
  });

  test('is back where it was when the request was refused for good, and goes with the next one (W3)', async () => {
    const invalid = new ChatError('invalid-request', 'No.', { status: 400 });
    const { run, call } = await approved([{ error: invalid }, deleted], { retry: () => false });
    expect((await run()).outline.slice(-3)).toEqual([
      'reset: kept',
      'tool github.delete: approved',
      'error: invalid-request',
    ]);
    expect(call()).toMatchObject({ state: 'approved', by: 'person' });
    expect((await run()).outline.at(-1)).toBe('done: stop');
    expect(call()).toMatchObject({ state: 'completed', attempt: { number: 2, firstStartedAt: 1_000 } });
  });

  test.each<[string, ScriptedTurn]>([
    ['before anything came', { error: broken }],
    ['when something had come', { text: 'I', error: refused }],
    ['without its end', { events: [{ type: 'text', delta: 'I' }] }],
  ])('is in doubt when the answer was cut %s, and not sent again (W3)', async (_, turn) => {
    const { run, call, chat, clock, conversation, model } = await approved([turn]);
    clock.advance(500);
    expect((await run()).outline.at(-1)).toMatch(/^error/);
    expect(call()).toMatchObject({ state: 'in-doubt', askedAt: clock.now() });
    expect((await run()).outline).toEqual(['paused: 1 in doubt']);
    expect(chat.waiting(conversation).inDoubt).toEqual([call()]);
    expect(model.requests).toHaveLength(2);
  });

  test('that is in doubt is for a person to say, and not before it can have come to its end (E2)', async () => {
    const decided = async (decision: Decision, turn: ScriptedTurn = 'I see.') => {
      const at = await approved([{ error: broken }, turn]);
      await at.run();
      expect(await at.decide(decision)).toMatchObject({ type: decision.type === 'happened' ? 'applied' : 'too-early' });
      at.clock.set(at.call().attempt!.deadline);
      if (decision.type !== 'happened') await at.decide(decision);
      await at.run();
      return { ...at.call(), told: at.model.heard[2]?.[1] };
    };
    expect(await decided({ type: 'happened', output: 'gone' })).toMatchObject({
      state: 'completed',
      output: 'gone',
      told: expect.stringContaining('→ gone'),
    });
    expect(await decided({ type: 'did-not-happen' })).toMatchObject({ state: 'rejected' });
    expect(await decided({ type: 'abandon' })).toMatchObject({ state: 'failed', outcome: 'unknown' });
    expect(await decided({ type: 'run-again' }, deleted)).toMatchObject({ state: 'completed', attempt: { number: 2 } });
  });

  test('of what only reads is sent again by itself (E1)', async () => {
    const reads = { ...github, effect: 'read', policy: 'ask' } as const;
    const { run, call } = await approved([{ text: 'I', error: broken }, deleted], { tools: { github: reads } });
    expect((await run()).outline.at(-1)).toBe('done: stop');
    expect(call()).toMatchObject({ state: 'completed', attempt: { number: 2 } });
  });

  test('is in doubt when somebody interrupts the answer, and done when its result had come by then (D8, E3)', async () => {
    const first = await approved([{ text: 'I am at it', delay: 1 }, 'Yes?']);
    for await (const event of first.chat.stream(first.conversation)) {
      if (event.type === 'text') first.conversation.say('Wait', { while: 'interrupt' });
    }
    expect(first.call()).toMatchObject({ state: 'in-doubt' });
    // One read brings words and the result; of it only the words were told.
    const events = [
      [
        { type: 'text', delta: 'I' },
        { type: 'result', id: 'x', output: 'deleted' },
      ],
    ] as const;
    const second = await approved([{ events: [...events, new Promise(() => {})] }, 'Yes?']);
    const copy = new Conversation({ messages: second.conversation.messages });
    const commit = (batch: readonly ChatEvent[]): void => batch.forEach((event) => copy.apply(event));
    const told: ChatEvent[] = [];
    for await (const event of second.chat.stream(second.conversation, { commit })) {
      told.push(event);
      if (event.type === 'text' && event.delta === 'I') second.conversation.say('Wait', { while: 'interrupt' });
    }
    expect(second.call()).toMatchObject({ state: 'completed', output: 'deleted' });
    expect(told.filter((event) => event.type === 'tool' && event.call.state === 'completed')).toHaveLength(1);
    expect(copy.messages).toEqual(second.conversation.messages);
  });

  test('is in doubt when the run is stopped in the middle, or its reader leaves (E7)', async () => {
    const stop = new AbortController();
    const { chat, conversation, call } = await approved([{ text: 'I am at it', delay: 1 }]);
    await recordEvents(
      (async function* () {
        for await (const event of chat.stream(conversation, { signal: stop.signal })) {
          if (event.type === 'text') stop.abort(new Error('enough'));
          yield event as ChatEvent;
        }
      })(),
    );
    expect(call()).toMatchObject({ state: 'in-doubt' });
    const other = await approved([{ text: 'I am at it', delay: 1 }]);
    for await (const event of other.chat.stream(other.conversation)) if (event.type === 'text') break;
    expect(other.call()).toMatchObject({ state: 'in-doubt' });
  });

  test('is cancelled by a stop that came while another commit was under way (E7)', async () => {
    const stop = new AbortController();
    let otherCommit = (): void => {};
    const { run, conversation } = await approved([], { step: () => (otherCommit(), {}) });
    otherCommit = (): void => {
      conversation.journal.hold();
      setTimeout(() => {
        stop.abort(new Error('enough'));
        conversation.journal.release();
      });
    };
    const { outline } = await run({ signal: stop.signal });
    expect(outline.filter((line) => line.startsWith('tool'))).toEqual([
      'tool github.delete: approved',
      'tool github.delete: cancelled',
    ]);
  });

  test('is cancelled by a stop that came before it was sent (E7)', async () => {
    const stop = new AbortController();
    const step = (): object => {
      stop.abort(new Error('enough'));
      return {};
    };
    const { run, call, model } = await approved([], { step });
    expect((await run({ signal: stop.signal })).outline.slice(-2)).toEqual([
      'tool github.delete: cancelled',
      'error: aborted',
    ]);
    expect(call()).toMatchObject({ by: 'stop', outcome: 'none' });
    expect(model.requests).toHaveLength(1);
    const other = await approved([]);
    const late = new AbortController();
    const commit = (events: readonly ChatEvent[]): void => {
      if (events.some((event) => event.type === 'tool' && event.call.state === 'running'))
        late.abort(new Error('enough'));
    };
    expect((await other.run({ signal: late.signal, commit })).outline.slice(-3)).toEqual([
      'tool github.delete: approved',
      'tool github.delete: cancelled',
      'error: aborted',
    ]);
    expect(other.model.requests).toHaveLength(1);
  });

  test('whose process died is in doubt, also when something was said since (W3, C2)', async () => {
    for (const words of [undefined, 'Hello?']) {
      const { chat, conversation } = await approved([{ text: 'I am at it' }]);
      let saved = '';
      for await (const event of chat.stream(conversation))
        if (event.type === 'text') saved = JSON.stringify(conversation);
      const loaded = Conversation.parse(saved, { now: () => 9_000, newId: testIds('later') });
      if (words !== undefined) loaded.say(words);
      const { outline } = await recordEvents(chat.stream(loaded));
      expect(outline.slice(-2)).toEqual(['tool github.delete: in-doubt', 'paused: 1 in doubt']);
    }
  });

  test('is not sent a second time where its tool is not declared any more, and the answer was cut (W3)', async () => {
    const { conversation } = await approved([]);
    const loaded = Conversation.parse(JSON.stringify(conversation), { newId: testIds('later') });
    const model = scripted([{ error: broken }, deleted]);
    const { outline } = await recordEvents(createChat({ model, retry: () => 0 }).stream(loaded));
    expect(outline.slice(-2)).toEqual(['tool github.delete: in-doubt', 'error: network']);
    expect(model.requests).toHaveLength(1);
  });

  test('cannot be taken back by a rewind while it is on its way (D8)', async () => {
    const { chat, conversation } = await approved([deleted]);
    const answers: unknown[] = [];
    for await (const event of chat.stream(conversation)) {
      if (event.type === 'message') answers.push(conversation.rewind(conversation.messages[1]!.id, { force: true }));
    }
    expect(answers).toMatchObject([{ type: 'refused' }]);
  });
});

test('what came of it is told in words like that of any other call (W3)', () => {
  const facts = {
    id: 'c',
    name: 'x',
    arguments: '{}',
    revision: 4,
    providerExecuted: true,
    needsApproval: true,
  } as const;
  expect(resultOf({ ...facts, state: 'rejected', reason: 'no' })).toMatchObject({ isError: true });
  expect(() => resultOf({ ...facts, state: 'running' })).toThrow('it has no result yet');
});

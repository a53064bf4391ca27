import { expect, test } from 'vitest';
import { Conversation } from './conversation.ts';
import type { FinishReason, Message } from './message.ts';
import { isSettled } from './move.ts';
import { next } from './next.ts';
import type { Next } from './next.ts';
import { transitions } from './tool-call.ts';
import type { CallState, ToolCall } from './tool-call.ts';

const states = Object.keys(transitions) as CallState[];
const reasons: readonly FinishReason[] = [
  'stop',
  'tool-calls',
  'length',
  'content-filter',
  'refusal',
  'pause-turn',
  'other',
];
const user: Message = { id: 'a', role: 'user', parts: [{ type: 'text', text: 'Hi' }], at: 1 };

type CallOptions = Pick<ToolCall, 'final' | 'providerExecuted' | 'needsApproval' | 'notBefore'>;

function call(state: CallState, options: CallOptions = {}): ToolCall {
  const attempt = { number: 1, startedAt: 1, deadline: 2 };
  // Whatever belongs to a state beside its name is nothing to this question.
  return { id: `call ${state}`, name: 'look', arguments: '{}', revision: 1, attempt, state, ...options } as ToolCall;
}

function answer(options: Partial<Message> = {}, ...calls: readonly ToolCall[]): Message {
  const parts = [
    { type: 'text' as const, text: 'Well.' },
    ...calls.map((one) => ({ type: 'tool' as const, call: one })),
  ];
  return { id: 'b', role: 'assistant', parts, at: 2, ...options };
}

function after(...messages: readonly Message[]): Next {
  const conversation = new Conversation({ messages });
  const said = next(conversation);
  // The same on every machine, however often it is asked.
  expect(next(Conversation.parse(JSON.stringify(conversation)))).toBe(said);
  expect(next(conversation)).toBe(said);
  return said;
}

test('L2: nobody has said anything, or only the system: there is nothing to do', () => {
  expect(after()).toBe('nothing');
  expect(after({ ...user, role: 'system' })).toBe('nothing');
  expect(after(user)).toBe('model');
});

test('L2: whatever a model stopped for, its answer is the end, but for a turn that its provider paused', () => {
  for (const finish of reasons) expect([finish, after(user, answer({ finish }))]).toEqual([finish, expectedOf(finish)]);
});

function expectedOf(finish: FinishReason): Next {
  return finish === 'pause-turn' ? 'model' : 'nothing';
}

test('L2: an answer that was cut is asked for again', () => {
  expect(after(user, answer())).toBe('model');
  for (const finish of [undefined, ...reasons]) {
    expect(after(user, answer({ interrupted: true, ...(finish && { finish }) }))).toBe('model');
  }
});

test('L2: a call that is not settled comes first, wherever it stands and whatever was said since', () => {
  for (const state of states.filter((one) => !isSettled(one))) {
    for (const finish of reasons) {
      expect([state, after(user, answer({ finish }, call(state)))]).toEqual([state, 'tools']);
      expect([state, after(user, answer({ finish }, call(state)), { ...user, id: 'c' })]).toEqual([state, 'tools']);
      expect([state, after(user, answer({ finish }, call('completed'), call(state)))]).toEqual([state, 'tools']);
    }
  }
});

test('L2: a model is told of the calls of its last step once all are settled, in whatever way', () => {
  for (const state of states.filter(isSettled)) {
    for (const finish of reasons) {
      expect([state, after(user, answer({ finish }, call(state)))]).toEqual([state, 'model']);
      // It has been told.
      const told = answer({ id: 'c', finish: 'stop' });
      expect([state, after(user, answer({ finish }, call(state)), told)]).toEqual([state, 'nothing']);
    }
  }
});

test('W3: what the provider ran itself was told already', () => {
  const ran = call('completed', { providerExecuted: true });
  expect(after(user, answer({ finish: 'stop' }, ran))).toBe('nothing');
  expect(after(user, answer({ finish: 'pause-turn' }, ran))).toBe('model');
  expect(after(user, answer({ finish: 'tool-calls' }, ran, call('failed')))).toBe('model');
});

test('W3, L2: what is at work at its provider holds nothing up here', () => {
  const runs = call('running', { providerExecuted: true });
  expect(after(user, answer({ finish: 'stop' }, runs))).toBe('nothing');
  expect(after(user, answer({ finish: 'pause-turn' }, runs))).toBe('model');
  expect(after(user, answer({ finish: 'tool-calls' }, runs, call('awaiting-approval')))).toBe('tools');
  expect(after(user, answer({ finish: 'tool-calls' }, runs, call('completed')))).toBe('model');
});

test('W3, L2: a call that its provider wants approved waits like ours, and however it was decided, the model is told', () => {
  const provided = { providerExecuted: true, needsApproval: true } as const;
  for (const state of states.filter((one) => one !== 'approved' && one !== 'running')) {
    const said = after(user, answer({ finish: 'stop' }, call(state, provided)));
    expect([state, said]).toEqual([state, isSettled(state) ? 'model' : 'tools']);
  }
  const approved = answer({ finish: 'stop' }, call('approved', provided));
  expect(after(user, approved)).toBe('model');
  // Also when something was said or answered since, and not while another one waits.
  expect(after(user, approved, answer({ id: 'c', finish: 'stop' }))).toBe('model');
  expect(after(user, approved, { ...user, id: 'c' })).toBe('model');
  expect(after(user, answer({ finish: 'stop' }, call('approved', provided), call('snoozed', provided)))).toBe('tools');
});

test('W3: one that is approved for later waits for its time, which only a clock can tell', () => {
  const later = call('approved', { providerExecuted: true, needsApproval: true, notBefore: 5_000 });
  const conversation = new Conversation({ messages: [user, answer({ finish: 'stop' }, later)] });
  expect([next(conversation), next(conversation, 4_999), next(conversation, 5_000)]).toEqual([
    'tools',
    'tools',
    'model',
  ]);
});

test('L2: the structured output is the end once it is completed, and goes back to the model when it does not fit', () => {
  for (const state of states.filter(isSettled)) {
    const said = after(user, answer({ finish: 'tool-calls' }, call(state, { final: true })));
    expect([state, said]).toEqual([state, state === 'completed' ? 'nothing' : 'model']);
  }
  const output = call('completed', { final: true });
  expect(after(user, answer({ finish: 'tool-calls' }, output, call('failed')))).toBe('nothing');
  expect(after(user, answer({ finish: 'tool-calls' }, output), { ...user, id: 'c' })).toBe('model');
});

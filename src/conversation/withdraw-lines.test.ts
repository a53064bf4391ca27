import { expect, test } from 'vitest';
import { Conversation } from './conversation.ts';
import type { Message } from './message.ts';
import type { CallFacts, CallStanding, ToolCall } from './tool-call.ts';
import { cancelUnstarted, heldBy } from './withdraw.ts';

const attempt = { number: 1, startedAt: 1, deadline: 9 };

function call(standing: CallStanding, facts: Partial<CallFacts> = {}): ToolCall {
  return { id: 'c', name: 'pay', arguments: '{}', revision: 3, ...facts, ...standing };
}

/** What becomes of a call when everything that was not started is cancelled. */
function cancelled(one: ToolCall): unknown {
  const [event] = cancelUnstarted([one], 'supersede');
  return event?.type === 'tool' ? event.call : undefined;
}

test('D8: what was not started is cancelled, also what was approved and what waits', () => {
  const waits: readonly CallStanding[] = [
    { state: 'proposed' },
    { state: 'awaiting-approval' },
    { state: 'deferred', until: 5 },
    { state: 'snoozed', until: 5 },
    { state: 'approved', by: 'person' },
    { state: 'awaiting-input', question: 'Which?' },
  ];
  for (const standing of waits) {
    expect(cancelled(call(standing))).toEqual({
      id: 'c',
      name: 'pay',
      revision: 4,
      state: 'cancelled',
      by: 'supersede',
      outcome: 'none',
    });
  }
});

test('D8: what runs, is in doubt or is over stays', () => {
  const stays: readonly CallStanding[] = [
    { state: 'running' },
    { state: 'in-doubt', reason: 'it crashed' },
    { state: 'completed', output: 1 },
    { state: 'denied', by: 'policy' },
  ];
  for (const standing of stays) expect(cancelled(call(standing, { attempt }))).toBeUndefined();
});

test('a question from inside a tool that is cancelled leaves open what its first attempt did, unless it only reads', () => {
  const asks = { state: 'awaiting-input', question: 'Which?' } as const;
  expect(cancelled(call(asks, { attempt }))).toMatchObject({ state: 'cancelled', outcome: 'unknown' });
  expect(cancelled(call(asks, { attempt, effect: 'read' }))).toMatchObject({ outcome: 'none' });
  expect(cancelled(call(asks, { effect: 'once' }))).toMatchObject({ outcome: 'none' });
});

test.each<[string, ToolCall, held: boolean, forced: boolean]>([
  ['one that waits', call({ state: 'awaiting-approval' }), false, false],
  ['one that was denied', call({ state: 'denied', by: 'policy' }), false, false],
  ['one that runs', call({ state: 'running' }, { attempt }), true, true],
  ['a read that runs', call({ state: 'running' }, { attempt, effect: 'read' }), true, true],
  ['one that acted', call({ state: 'completed', output: 1 }, { attempt }), true, false],
  ['a read', call({ state: 'completed', output: 1 }, { attempt, effect: 'read' }), false, false],
  ['one that was handed out', call({ state: 'awaiting-result' }), true, false],
  ['one of the provider', call({ state: 'completed', output: null }, { providerExecuted: true }), true, false],
  ['one that its provider runs by itself', call({ state: 'running' }, { providerExecuted: true }), true, false],
  [
    'one that its provider runs by itself, and that only reads',
    call({ state: 'running' }, { providerExecuted: true, effect: 'read' }),
    false,
    false,
  ],
  [
    'one that its provider was told to run',
    call({ state: 'running' }, { attempt, providerExecuted: true, needsApproval: true }),
    true,
    true,
  ],
  ['one in doubt', call({ state: 'in-doubt', reason: 'crash' }, { attempt }), true, false],
  [
    'one that failed without an effect',
    call({ state: 'failed', reason: 'no', outcome: 'none' }, { attempt }),
    false,
    false,
  ],
  ['one that may have acted', call({ state: 'failed', reason: 'no', outcome: 'unknown' }, { attempt }), true, false],
  ['one cancelled before', call({ state: 'cancelled', by: 'stop', outcome: 'none' }, { attempt }), false, false],
  ['one cancelled in between', call({ state: 'cancelled', by: 'stop', outcome: 'unknown' }, { attempt }), true, false],
])('D8: %s stands in the way of a rewind, or not', (_, one, held, forced) => {
  const message: Message = { id: 'b', role: 'assistant', parts: [{ type: 'tool', call: one }], at: 1 };
  expect(heldBy([message], false)).toEqual(held ? [one] : []);
  expect(heldBy([message], true)).toEqual(forced ? [one] : []);
  const conversation = new Conversation({ messages: [message] });
  expect(conversation.rewind('b')).toEqual(
    held ? { type: 'refused', calls: [one] } : { type: 'rewound', messages: [message] },
  );
  expect(conversation.messages).toHaveLength(held ? 1 : 0);
});

test('a rewind gives what it withdrew, and one to what is not there is an error that names it', () => {
  const conversation = new Conversation({ id: 'talk' });
  const first = conversation.say('one');
  const second = conversation.say('two');
  const third = conversation.say('three');
  expect(() => conversation.rewind('nowhere')).toThrow('Message "nowhere" is not in conversation talk.');
  expect(conversation.rewind(second.id)).toEqual({ type: 'rewound', messages: [second, third] });
  expect(conversation.messages).toEqual([first]);
});

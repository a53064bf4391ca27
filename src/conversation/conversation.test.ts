import { expect, test } from 'vitest';
import { apply } from './apply.ts';
import { Conversation } from './conversation.ts';
import { ChatError } from './error.ts';
import type { ChatEvent } from './event.ts';
import type { Message } from './message.ts';
import { next } from './next.ts';
import { resultOf } from './result.ts';
import type { ToolCall } from './tool-call.ts';

function counted(): Conversation {
  let ids = 0;
  return new Conversation({ id: 'talk', now: () => 1_000, newId: () => `id-${(ids += 1)}` });
}

const answer: Message = { id: 'a', role: 'assistant', parts: [], at: 1_000 };
const call: ToolCall = { id: 'c', name: 'look', arguments: '{}', revision: 1, state: 'proposed' };

test('what is said stands at the end, and asks for an answer', () => {
  const conversation = counted();
  expect(next(conversation)).toBe('nothing');
  conversation.say('Hello', { author: 'kim' });
  expect(conversation.messages).toEqual([
    { id: 'id-1', role: 'user', parts: [{ type: 'text', text: 'Hello' }], at: 1_000, author: 'kim' },
  ]);
  expect(next(conversation)).toBe('model');
});

test('L4: deltas go to the part they name, also when the user speaks in between', () => {
  const conversation = counted();
  const deltas: ChatEvent[] = [
    { type: 'message', message: answer },
    { type: 'text', message: 'a', part: 0, delta: 'one ' },
    { type: 'reasoning', message: 'a', part: 1, delta: 'hm' },
  ];
  for (const event of deltas) conversation.apply(event);
  conversation.say('wait');
  conversation.apply({ type: 'text', message: 'a', part: 0, delta: 'two' });
  expect(conversation.messages.map(({ parts }) => parts)).toEqual([
    [
      { type: 'text', text: 'one two' },
      { type: 'reasoning', text: 'hm' },
    ],
    [{ type: 'text', text: 'wait' }],
  ]);
  expect(() => conversation.apply({ type: 'text', message: 'b', part: 0, delta: '' })).toThrow('Message b');
  expect(() => conversation.apply({ type: 'text', message: 'a', part: 7, delta: 'x' })).toThrow('Part 7 of message a');
  expect(conversation.messages).toHaveLength(2);
});

test('a snapshot never changes, and what did not change is shared', () => {
  const conversation = counted();
  conversation.say('Hello');
  conversation.apply({ type: 'message', message: answer });
  conversation.apply({ type: 'text', message: 'a', part: 0, delta: 'Hi' });
  const before = conversation.messages;
  const json = JSON.stringify(before);
  conversation.apply({ type: 'text', message: 'a', part: 0, delta: ' there' });
  const after = conversation.messages;
  expect(JSON.stringify(before)).toBe(json);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  expect(conversation.messages).toBe(after);
});

test('D1: a change that is not newer is ignored; L1: one that the table does not have throws', () => {
  const conversation = counted();
  conversation.apply({ type: 'message', message: answer });
  conversation.apply({ type: 'tool', message: 'a', part: 0, call });
  conversation.apply({ type: 'tool', call: { id: 'c', name: 'look', revision: 2, state: 'approved', by: 'policy' } });
  conversation.apply({ type: 'tool', call: { id: 'c', name: 'look', revision: 2, state: 'rejected' } });
  expect(conversation.findCall('c')?.state).toBe('approved');
  const back = { type: 'tool', call: { id: 'c', name: 'look', revision: 3, state: 'deferred', until: 0 } } as const;
  expect(() => conversation.apply(back)).toThrow('cannot go from approved to deferred');
  expect(() => conversation.apply({ type: 'tool', call: { ...back.call, id: 'x' } })).toThrow('x (look) is not in');
});

test('L8: of an interrupted message the text is kept, its calls are withdrawn; without any part it goes', () => {
  const messages = apply(
    [],
    [
      { type: 'message', message: answer },
      { type: 'text', message: 'a', part: 0, delta: 'Let me' },
      { type: 'tool', message: 'a', part: 1, call },
      { type: 'reset', message: 'a', keep: true, reason: 'cut' },
      { type: 'message', message: { ...answer, id: 'b' } },
      { type: 'reset', message: 'b', keep: true, reason: 'cut' },
    ],
  );
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({
    interrupted: true,
    parts: [{ text: 'Let me' }, { call: { state: 'cancelled', by: 'withdrawn', revision: 2 } }],
  });
});

test('L4: a reset that does not keep removes the message, and its calls with it', () => {
  const conversation = counted();
  const events: ChatEvent[] = [
    { type: 'message', message: answer },
    { type: 'tool', message: 'a', part: 0, call },
    { type: 'reset', message: 'a', keep: false, reason: 'retry' },
  ];
  for (const event of events) conversation.apply(event);
  expect(conversation.messages).toEqual([]);
  expect(conversation.unsettled).toEqual([]);
  expect(conversation.findCall('c')).toBeUndefined();
  expect(conversation.run.usage.unreported).toBe(1);
});

test('L6: steps are counted from the last word of the user, and a decision of a person grants a fresh count', () => {
  const conversation = counted();
  const model = { provider: 'p', id: 'm' };
  const usage = { input: 1, output: 2, cachedInput: 0, reasoning: 0 };
  conversation.say('Hello');
  conversation.apply({ type: 'message', message: answer });
  conversation.apply({ type: 'tool', message: 'a', part: 0, call: { ...call, state: 'awaiting-approval' } });
  conversation.apply({ type: 'step-end', message: 'a', finish: 'tool-calls', usage, model });
  expect(conversation.run).toEqual({ steps: 1, usage: { ...usage, unreported: 0, unreportedLength: 0 } });
  const decisions = [{ decision: { type: 'approve' }, at: 1 }] as const;
  conversation.apply({
    type: 'tool',
    call: { id: 'c', name: 'look', revision: 2, state: 'approved', by: 'person', decisions },
  });
  expect(conversation.run).toEqual({ steps: 0, usage: { ...usage, unreported: 0, unreportedLength: 0 } });
  conversation.say('And?');
  expect(conversation.run.usage.input).toBe(0);
});

test('S8: events, parts and fields that this release does not know are left alone', () => {
  const unknown = { type: 'hologram', message: 'a' } as unknown as ChatEvent;
  expect(apply([answer], unknown)).toEqual([answer]);
  const parts = [{ type: 'hologram', data: 1 }];
  const json = { format: 2, id: 't', messages: [{ ...answer, parts }], run: new Conversation().run };
  expect(Conversation.parse(json).messages[0]?.parts).toEqual(parts);
});

test('a conversation that was saved and read again is the same', () => {
  const conversation = counted();
  conversation.say('Hello');
  const text = JSON.stringify(conversation);
  expect(JSON.stringify(Conversation.parse(text))).toBe(text);
  expect(JSON.stringify(Conversation.parse(JSON.parse(text)))).toBe(text);
});

test.each([
  ['{"format":1', 'it is not JSON'],
  ['[]', 'it is not a JSON object'],
  ['{}', '`format` is missing'],
  ['{"format":3,"id":"t","messages":[]}', 'it has format 3, and this release of yourcall reads formats up to 2'],
  ['{"format":1,"messages":[]}', '`id` is missing'],
  ['{"format":1,"id":"t","messages":{}}', '`messages` is not a list'],
  [{ format: 1, id: 't', messages: [{ ...answer, role: 'root' }] }, 'messages[0].role is not a role'],
  [{ format: 1, id: 't', messages: [answer, answer] }, 'messages[1].id "a" stands twice'],
  [
    { format: 1, id: 't', messages: [{ ...answer, parts: [{ type: 'text' }] }] },
    'messages[0].parts[0].text is not text',
  ],
  [
    { format: 1, id: 't', messages: [{ ...answer, parts: [{ type: 'tool', call: { ...call, state: 'flying' } }] }] },
    'messages[0].parts[0].call.state "flying" is not a state',
  ],
  [
    { format: 1, id: 't', messages: [{ ...answer, parts: [{ type: 'tool', call: { ...call, state: 'running' } }] }] },
    'messages[0].parts[0].call.attempt is missing',
  ],
])('a stored conversation that is wrong is refused, and the error says where: %j', (json, message) => {
  expect(() => Conversation.parse(json)).toThrow(message);
  expect(() => Conversation.parse(json)).toThrow(ChatError);
});

test('W1: an edit is told in the result, and every settled state has an honest text', () => {
  const base = { id: 'c', name: 'pay', arguments: '{"amount":60}', input: { amount: 50 }, revision: 5 } as const;
  const decisions = [{ decision: { type: 'approve', input: { amount: 50 } }, at: 1 }] as const;
  const told = (one: ToolCall): string =>
    resultOf(one)
      .content.map((part) => (part.type === 'text' ? part.text : ''))
      .join('\n');
  expect(told({ ...base, decisions, state: 'completed', output: { ok: true } })).toBe(
    'A person changed the arguments before it ran, from {"amount":60} to {"amount":50}. Do not repeat the original.\n{"ok":true}',
  );
  expect(told({ ...base, state: 'rejected', reason: 'too much' })).toBe('Not executed: a person rejected it: too much');
  expect(told({ ...base, state: 'denied', by: 'policy' })).toBe('Not executed: a policy denied it.');
  expect(told({ ...base, state: 'denied', by: 'expired' })).toContain('nobody decided');
  expect(told({ ...base, state: 'failed', reason: 'no', outcome: 'none' })).toBe('The tool failed: no');
  expect(told({ ...base, state: 'failed', reason: 'no', outcome: 'unknown' })).toContain('may have taken effect');
  expect(told({ ...base, state: 'cancelled', by: 'stop', outcome: 'none' })).toContain('Not executed');
  expect(told({ ...base, state: 'cancelled', by: 'stop', outcome: 'unknown' })).toContain('may have taken effect');
  expect(() => resultOf({ ...base, state: 'awaiting-approval' })).toThrow('has no result yet');
});

test('P7: the cost of a delta grows neither with the history nor with the answer', () => {
  const cost = ({ old, deltas }: { old: number; deltas: number }): number => {
    const messages = Array.from({ length: old }, (_, i): Message => ({ ...answer, id: `old-${i}`, finish: 'stop' }));
    const conversation = new Conversation({ messages: [...messages, answer] });
    const began = process.cpuUsage();
    for (let i = 0; i < deltas; i += 1) conversation.apply({ type: 'text', message: 'a', part: 0, delta: 'lorem ' });
    const { user } = process.cpuUsage(began);
    expect(conversation.messages.at(-1)?.parts[0]).toHaveProperty('text.length', deltas * 6);
    return user / deltas;
  };
  const least = (setup: { old: number; deltas: number }): number => Math.min(...[1, 2, 3, 4, 5].map(() => cost(setup)));
  const base = least({ old: 0, deltas: 20_000 });
  // A cost that grew with either would be tens of times as high; four times is noise.
  expect(least({ old: 0, deltas: 400_000 })).toBeLessThan(Math.max(base, 0.05) * 4);
  expect(least({ old: 20_000, deltas: 20_000 })).toBeLessThan(Math.max(base, 0.05) * 4);
});

test.each([
  [undefined],
  [null],
  [{ role: 'user', content: 'Hello' }],
  [['Hello']],
  [[null]],
  [[{ type: 'text' }]],
  [[{ type: 'image', image: 'https://shop.example/bicycle.png' }]],
  [[{ type: 'file', mediaType: 'image/png', data: 'iVBORw0=' }]],
  [[{ type: 'file', source: { type: 'url', url: 'https://shop.example/bicycle.png' } }]],
])('%j cannot be said: it is refused, and nothing is said', (content) => {
  const conversation = new Conversation();
  expect(() => conversation.say(content as never)).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      message: expect.stringContaining('neither a text nor a list of `{ type: "text", text }`'),
    }),
  );
  expect(conversation.messages).toEqual([]);
});

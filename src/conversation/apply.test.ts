import { expect, test } from 'vitest';
import { apply } from './apply.ts';
import { Conversation } from './conversation.ts';
import type { ChatEvent } from './event.ts';
import type { Message } from './message.ts';
import { next } from './next.ts';
import type { ToolCall } from './tool-call.ts';

const usage = { input: 1, output: 2, cachedInput: 0, reasoning: 0 };
const model = { provider: 'test', id: 'model' };

function message(id: string, role: Message['role'], parts: Message['parts'] = []): ChatEvent {
  return { type: 'message', message: { id, role, parts, at: 1 } };
}

function call(id: string, revision = 1): ToolCall {
  return { id, name: 'look', arguments: '{}', revision, state: 'proposed' };
}

function added(id: string, part: number, more: Partial<ChatEvent> = {}): ChatEvent {
  return { type: 'tool', message: 'b', part, call: call(id), ...more } as ChatEvent;
}

/** A conversation in which the user spoke and an answer has begun. */
function opened(...events: readonly ChatEvent[]): Conversation {
  const conversation = new Conversation({ id: 'talk' });
  for (const event of [message('a', 'user'), message('b', 'assistant'), ...events]) conversation.apply(event);
  return conversation;
}

test('D1: a call that comes again, as it was or older, sets nothing back', () => {
  const conversation = opened(added('c', 0));
  conversation.apply({ type: 'tool', call: { id: 'c', name: 'look', revision: 2, state: 'approved', by: 'policy' } });
  conversation.apply(added('c', 0));
  conversation.apply({ type: 'tool', message: 'b', part: 0, call: { ...call('c', 2), state: 'awaiting-approval' } });
  conversation.apply({
    type: 'tool',
    call: { id: 'c', name: 'look', revision: 2, state: 'cancelled', by: 'stop', outcome: 'none' },
  });
  expect(conversation.findCall('c')).toMatchObject({ state: 'approved', revision: 2 });
  conversation.apply({ type: 'tool', message: 'b', part: 0, call: { ...call('c', 3), state: 'running' } });
  expect(conversation.findCall('c')).toMatchObject({ state: 'running', revision: 3 });
});

test('a call keeps its origin, and one without has none', () => {
  const origin = { provider: 'test', model: 'model', data: 'signed' };
  const { messages } = opened(added('c', 0, { origin }), added('d', 1));
  expect(messages[1]!.parts).toEqual([
    { type: 'tool', call: call('c'), origin },
    { type: 'tool', call: call('d') },
  ]);
});

test('a message stands right behind the one it names, and keeps that place; without it, or with an unknown one, it is the last', () => {
  const conversation = opened(added('c', 0), message('w', 'user'));
  expect(conversation.unsettled.map(({ id }) => id)).toEqual(['c']);
  const behind = (id: string, name: string): ChatEvent => ({ ...message(id, 'assistant'), behind: name }) as ChatEvent;
  for (const event of [behind('x', 'a'), behind('y', 'x'), behind('z', 'nobody')]) conversation.apply(event);
  conversation.apply(behind('x', 'w'));
  expect(conversation.messages.map(({ id }) => id)).toEqual(['a', 'x', 'y', 'b', 'w', 'z']);
  conversation.apply({ type: 'tool', call: { id: 'c', name: 'look', revision: 2, state: 'approved', by: 'policy' } });
  expect(conversation.findCall('c')).toMatchObject({ state: 'approved' });
  expect(conversation.messageOf('c')!.id).toBe('b');
});

test('what is not there cannot be changed, and the error names it', () => {
  const conversation = opened(added('c', 0));
  const before = JSON.stringify(conversation);
  const moved = { id: 'x', name: 'look', revision: 2, state: 'running' } as const;
  expect(() => conversation.apply({ type: 'tool', call: moved })).toThrow(
    'Tool call x (look) is not in this conversation.',
  );
  expect(() => conversation.apply({ type: 'tool', call: { ...moved, id: 'c' } })).toThrow('from proposed to running');
  expect(() => conversation.apply({ type: 'text', message: 'x', part: 0, delta: 'a' })).toThrow('Message x is not in');
  expect(() => conversation.apply({ type: 'text', message: 'b', part: 2, delta: 'a' })).toThrow(
    'Part 2 of message b came before',
  );
  expect(() => conversation.apply({ type: 'text', message: 'b', part: 0, delta: 'a' })).toThrow('is tool, not text');
  expect(() => conversation.apply(added('d', 5))).toThrow('Part 5 of message b came before the parts ahead of it.');
  expect(() => conversation.apply({ type: 'rewind', message: 'x' })).toThrow('Message x is not in this conversation.');
  expect(JSON.stringify(conversation)).toBe(before);
});

test('a part that grows stays of its kind, and the error says which', () => {
  const conversation = opened({ type: 'text', message: 'b', part: 0, delta: 'a' });
  expect(() => conversation.apply({ type: 'reasoning', message: 'b', part: 0, delta: 'hm' })).toThrow(
    'Part 0 of message b is text, not reasoning.',
  );
  expect(conversation.messages[1]!.parts).toEqual([{ type: 'text', text: 'a' }]);
});

test('a step that ends gives its message model, finish and usage, and is counted', () => {
  const conversation = opened({ type: 'step-end', message: 'b', finish: 'stop', model, usage });
  expect(conversation.messages[1]).toMatchObject({ model, finish: 'stop', usage });
  expect(conversation.run).toEqual({ steps: 1, usage: { ...usage, unreported: 0, unreportedLength: 0 } });
  const silent = opened({ type: 'step-end', message: 'b', finish: 'stop', model });
  expect(silent.messages[1]).not.toHaveProperty('usage');
  expect(silent.run).toMatchObject({ steps: 1, usage: { input: 0, unreported: 1 } });
});

test('L6: a new word of the user starts the count anew, the same word again does not', () => {
  const conversation = opened({ type: 'step-end', message: 'b', finish: 'stop', model, usage });
  conversation.apply(message('a', 'user'));
  conversation.apply(message('s', 'system'));
  expect(conversation.run.steps).toBe(1);
  conversation.apply(message('c', 'user'));
  expect(conversation.run).toMatchObject({ steps: 0, usage: { input: 0, unreported: 0 } });
});

test('L8: of an interrupted message what is complete stays, calls are withdrawn, and without a part it goes', () => {
  const kept = opened(
    { type: 'text', message: 'b', part: 0, delta: '' },
    { type: 'reasoning', message: 'b', part: 1, delta: 'hm' },
    added('c', 2),
    added('d', 3),
    { type: 'tool', call: { id: 'd', name: 'look', revision: 2, state: 'approved', by: 'policy' } },
    { type: 'reset', message: 'b', keep: true, reason: 'cut', usage },
  );
  expect(kept.messages[1]).toMatchObject({
    interrupted: true,
    parts: [
      { type: 'reasoning', text: 'hm' },
      { call: { id: 'c', state: 'cancelled', by: 'withdrawn', outcome: 'none', revision: 2 } },
      { call: { id: 'd', state: 'approved', revision: 2 } },
    ],
  });
  expect(kept.run.usage).toMatchObject({ input: 1, unreported: 0 });
  expect(kept.unsettled.map(({ id }) => id)).toEqual(['d']);
  const text: ChatEvent = { type: 'text', message: 'b', part: 0, delta: 'So' };
  const gone = opened(text, { type: 'reset', message: 'b', keep: false, reason: 'retry' });
  expect(gone.messages.map(({ id }) => id)).toEqual(['a']);
  expect(gone.run.usage.unreported).toBe(1);
  const empty = opened({ type: 'reset', message: 'b', keep: true, reason: 'cut' });
  expect(empty.messages.map(({ id }) => id)).toEqual(['a']);
});

test('a rewind withdraws a message and all that follow, with their calls', () => {
  const conversation = opened(added('c', 0), message('d', 'user'));
  expect(conversation.unsettled).toHaveLength(1);
  conversation.apply({ type: 'rewind', message: 'b' });
  expect(conversation.messages.map(({ id }) => id)).toEqual(['a']);
  expect(conversation.unsettled).toEqual([]);
  expect(conversation.findCall('c')).toBeUndefined();
  conversation.apply(message('e', 'assistant'));
  expect(conversation.messages.map(({ id }) => id)).toEqual(['a', 'e']);
});

test('a message that is replaced takes its calls along', () => {
  const conversation = opened(added('c', 0));
  expect(conversation.unsettled.map(({ id }) => id)).toEqual(['c']);
  conversation.apply(
    message('b', 'assistant', [
      { type: 'text', text: 'no' },
      { type: 'tool', call: call('d') },
    ]),
  );
  expect(conversation.unsettled.map(({ id }) => id)).toEqual(['d']);
  conversation.apply({ type: 'tool', call: { id: 'd', name: 'look', revision: 2, state: 'denied', by: 'policy' } });
  expect(conversation.messages[1]!.parts).toMatchObject([{ text: 'no' }, { call: { state: 'denied' } }]);
  expect(conversation.unsettled).toEqual([]);
  conversation.apply(message('f', 'assistant', [{ type: 'tool', call: call('g') }]));
  expect(conversation.unsettled.map(({ id }) => id)).toEqual(['g']);
});

test('a list that was handed out never changes, nor does the one that was given', () => {
  const given: readonly Message[] = Object.freeze([
    { id: 'a', role: 'user', parts: Object.freeze([]), at: 1 } as Message,
  ]);
  const conversation = new Conversation({ messages: given });
  conversation.apply(message('b', 'assistant'));
  const before = conversation.messages;
  const text = JSON.stringify(before);
  conversation.apply({ type: 'text', message: 'b', part: 0, delta: 'a' });
  conversation.apply(message('c', 'user'));
  conversation.apply({ type: 'rewind', message: 'c' });
  expect(JSON.stringify(before)).toBe(text);
  expect(given).toHaveLength(1);
  const after = conversation.messages;
  conversation.apply(message('c', 'user'));
  expect(after.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(conversation.messages[0]).toBe(given[0]);
});

test('text grows across many deltas and other events, keeps its first words, and takes the last origin', () => {
  const origin = { provider: 'test', model: 'model', data: 'signed' };
  const deltas = Array.from({ length: 600 }, (_, n): ChatEvent => ({
    type: 'text',
    message: 'b',
    part: 0,
    delta: `${n} `,
  }));
  const conversation = opened(...deltas.slice(0, 300));
  conversation.apply({ type: 'reasoning', message: 'b', part: 1, delta: 'hm', origin });
  conversation.apply({ type: 'reasoning', message: 'b', part: 1, delta: 'm' });
  for (const delta of deltas.slice(300)) conversation.apply(delta);
  expect(conversation.messages[1]!.parts).toEqual([
    { type: 'text', text: Array.from({ length: 600 }, (_, n) => `${n} `).join('') },
    { type: 'reasoning', text: 'hmm', origin },
  ]);
});

test('the pure fold gives the same for one event and for a list, and leaves what it was given', () => {
  const events = [message('a', 'user'), message('b', 'assistant'), added('c', 0)];
  let messages: readonly Message[] = [];
  for (const event of events) messages = apply(messages, event);
  expect(messages).toEqual(apply([], events));
  const before = JSON.stringify(messages);
  apply(messages, { type: 'tool', call: { id: 'c', name: 'look', revision: 2, state: 'denied', by: 'policy' } });
  expect(JSON.stringify(messages)).toBe(before);
});

test('files, sources and data take the place they name; what people are only told changes nothing', () => {
  const value = { type: 'data', name: 'mood', data: 'good' } as const;
  const source = { type: 'source', url: 'https://a.b' } as const;
  const file = { type: 'file', mediaType: 'text/plain', source: { type: 'url', url: 'https://a.b' } } as const;
  const conversation = opened(
    { type: 'data', message: 'b', part: 0, value },
    { type: 'source', message: 'b', part: 1, value: source },
    { type: 'file', message: 'b', part: 2, value: file },
  );
  expect(conversation.messages[1]!.parts).toEqual([value, source, file]);
  const before = JSON.stringify(conversation);
  conversation.apply({ type: 'tool-input', message: 'b', id: 'c', name: 'look', delta: '{' });
  conversation.apply({ type: 'tool-progress', id: 'c', name: 'look', progress: 1 });
  conversation.apply({ type: 'output', message: 'b', output: 1 });
  conversation.apply({ type: 'warning', reason: 'odd' });
  conversation.apply({ type: 'unknown' } as unknown as ChatEvent);
  expect(JSON.stringify(conversation)).toBe(before);
});

test('L2: what comes next is in the data alone', () => {
  const answer = (more: Partial<Message>): Conversation =>
    new Conversation({ messages: [{ id: 'b', role: 'assistant', parts: [], at: 1, finish: 'stop', ...more }] });
  const settled: ToolCall = { ...call('c'), state: 'denied', by: 'policy' };
  expect(next(new Conversation())).toBe('nothing');
  expect(next(new Conversation({ messages: [{ id: 's', role: 'system', parts: [], at: 1 }] }))).toBe('nothing');
  expect(next(new Conversation({ messages: [{ id: 'a', role: 'user', parts: [], at: 1 }] }))).toBe('model');
  expect(next(answer({}))).toBe('nothing');
  expect(next(answer({ finish: 'length' }))).toBe('nothing');
  expect(next(answer({ interrupted: true }))).toBe('model');
  expect(next(answer({ finish: 'pause-turn' }))).toBe('model');
  const { finish: _, ...unfinished } = answer({}).messages[0]!;
  expect(next(new Conversation({ messages: [unfinished] }))).toBe('model');
  expect(next(answer({ parts: [{ type: 'tool', call: settled }] }))).toBe('model');
  expect(next(answer({ parts: [{ type: 'text', text: 'a' }] }))).toBe('nothing');
  expect(next(answer({ parts: [{ type: 'tool', call: { ...settled, providerExecuted: true } }] }))).toBe('nothing');
  expect(next(answer({ parts: [{ type: 'tool', call: call('c') }] }))).toBe('tools');
});

test('what is said keeps who said it and what was noted, and nothing that was not given', () => {
  const conversation = new Conversation({ now: () => 5, newId: () => 'w' });
  expect(conversation.say('Hi')).toEqual({ id: 'w', role: 'user', parts: [{ type: 'text', text: 'Hi' }], at: 5 });
  const parts = [{ type: 'text', text: 'Look' }] as const;
  expect(conversation.say(parts, { author: 'ann', metadata: { from: 'phone' } })).toEqual({
    id: 'w',
    role: 'user',
    parts,
    at: 5,
    author: 'ann',
    metadata: { from: 'phone' },
  });
});

test('W3: a call of an earlier message ends whatever is spoken since, and its origin is replaced', () => {
  const origin = (data: string) => ({ provider: 'test', model: 'model', data });
  const running = { ...call('c'), state: 'running', providerExecuted: true } as const;
  const conversation = opened(
    { type: 'tool', message: 'b', part: 0, call: running, origin: origin('asked') },
    { type: 'step-end', message: 'b', finish: 'pause-turn', model },
    message('d', 'assistant'),
    { type: 'text', message: 'd', part: 0, delta: 'It' },
    {
      type: 'tool',
      call: { id: 'c', name: 'look', revision: 2, state: 'completed', output: ['found'] },
      origin: origin('asked and answered'),
    },
    { type: 'text', message: 'd', part: 0, delta: ' is there' },
  );
  expect(conversation.messages.map(({ parts }) => parts)).toEqual([
    [],
    [
      {
        type: 'tool',
        call: { ...running, revision: 2, state: 'completed', output: ['found'] },
        origin: origin('asked and answered'),
      },
    ],
    [{ type: 'text', text: 'It is there' }],
  ]);
});

test('L8: of an interrupted answer what a provider ran stays with its result, and what it was still at is cancelled', () => {
  const provided = (id: string, more: object) =>
    added(id, Number(id), { call: { ...call(id), providerExecuted: true, ...more } } as Partial<ChatEvent>);
  const conversation = opened(
    provided('0', { state: 'completed', output: 1 }),
    provided('1', { state: 'running' }),
    provided('2', { state: 'running', effect: 'read' }),
    provided('3', { state: 'proposed', needsApproval: true }),
    { type: 'reset', message: 'b', keep: true, reason: 'cut' },
  );
  const by = 'withdrawn';
  expect(conversation.messages[1]!.parts.map((part) => part.type === 'tool' && part.call)).toMatchObject([
    { state: 'completed', output: 1 },
    { state: 'cancelled', by, outcome: 'unknown' },
    { state: 'cancelled', by, outcome: 'none' },
    { state: 'cancelled', by, outcome: 'none' },
  ]);
});

test('the output that a text is stands in its message, and may be null', () => {
  const end = { type: 'step-end', message: 'b', finish: 'stop', model } as const;
  expect(opened({ ...end, output: { a: 1 } }).messages[1]).toMatchObject({ output: { a: 1 } });
  expect(opened({ ...end, output: null }).messages[1]).toHaveProperty('output', null);
  expect(opened(end).messages[1]).not.toHaveProperty('output');
});

import { expect, test } from 'vitest';
import { agUiScene, eventsOf, interruptsIn, key } from '../../../test/server/ag-ui-scene.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import type { AgUiEvent, RunFinished } from './protocol.ts';

const types = (events: readonly AgUiEvent[]): readonly string[] => events.map(({ type }) => type);
const pays = (...amounts: readonly number[]): ScriptedTurn => ({
  calls: amounts.map((amount) => ({ name: 'pay', input: { amount } })),
});
const locates: ScriptedTurn = { calls: [{ name: 'locate', input: {} }] };
const resolved = (interruptId: string, payload: unknown): object => ({ interruptId, status: 'resolved', payload });
/** Calls that wait for the page. */
const pendingIn = (events: readonly AgUiEvent[]): readonly string[] => {
  const { outcome } = events.at(-1) as RunFinished;
  return outcome.type === 'success' ? (outcome.pendingToolCallIds ?? []) : [];
};

test('a stream of server-sent events, from its start to its end', async () => {
  const at = agUiScene(['Hello.']);
  const response = await at.post({ messages: [{ id: 'w', role: 'user', content: 'hi' }], parentRunId: 'r0' });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const events = await eventsOf(response);
  expect([events[0], events.at(-1)]).toMatchObject([
    { type: 'RUN_STARTED', threadId: 't', runId: 'r', parentRunId: 'r0', protocolVersion: '1.0' },
    { type: 'RUN_FINISHED', threadId: 't', runId: 'r', outcome: { type: 'success' } },
  ]);
});

test('a word is said once, under the id that its client gave it', async () => {
  const at = agUiScene(['Hello.']);
  const messages = [{ id: 'w', role: 'user', content: 'hi' }];
  await eventsOf(await at.post({ messages }));
  const again = await eventsOf(await at.post({ messages }));
  expect(types(again)).toEqual([
    'RUN_STARTED',
    'TEXT_MESSAGE_START',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_END',
    'RUN_FINISHED',
  ]);
  // Who has something else is given all messages, its own word under its own id.
  const other = { id: 'a', role: 'assistant', content: 'Good bye.' };
  const anew = await eventsOf(await at.post({ messages: [other, ...messages] }));
  expect(anew[1]).toMatchObject({ messages: [{ id: 'w', content: 'hi' }, { content: 'Hello.' }] });
  // Loaded anew it goes by our id.
  const { messages: loaded } = (await at.look())[1] as AgUiEvent & { type: 'MESSAGES_SNAPSHOT' };
  expect(types(await eventsOf(await at.post({ messages: loaded.slice(0, 1) })))).toEqual(types(again));
});

test('files go along: in base64, and at an address that only the provider fetches (X2)', async () => {
  const at = agUiScene(['A cat.']);
  const content = [
    { type: 'text', text: 'what is this?' },
    { type: 'image', source: { type: 'data', value: 'iVBORw0KGgo=', mimeType: 'image/png' } },
    { type: 'document', source: { type: 'url', value: 'https://example.org/a.pdf', mimeType: 'application/pdf' } },
    { type: 'audio', source: { type: 'data', value: 'AAAA', mimeType: 'audio/wav' } },
    { type: 'video', source: { type: 'data', value: 'AAAA', mimeType: 'video/mp4' } },
  ];
  await eventsOf(await at.post({ messages: [{ id: 'w', role: 'user', content }] }));
  expect(at.model.requests[0]!.messages.at(-1)!.parts).toEqual([
    { type: 'text', text: 'what is this?' },
    { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'iVBORw0KGgo=' } },
    { type: 'file', mediaType: 'application/pdf', source: { type: 'url', url: 'https://example.org/a.pdf' } },
    { type: 'file', mediaType: 'audio/wav', source: { type: 'base64', data: 'AAAA' } },
    { type: 'file', mediaType: 'video/mp4', source: { type: 'base64', data: 'AAAA' } },
  ]);
  expect((await at.look())[1]).toMatchObject({ messages: [{ content }, {}] });
});

test.each<[string, unknown, readonly string[], string]>([
  ['approved', { approved: true }, ['pay 5'], 'paid 5'],
  ['approved with other arguments', { approved: true, editedArgs: { amount: 7 } }, ['pay 7'], 'paid 7'],
  ['denied', { approved: false, reason: 'no' }, [], 'Not executed: a person rejected it: no'],
  ['answered in its place', { type: 'answer', output: 'paid by hand' }, [], 'paid by hand'],
])('a call is %s', async (_, payload, effects, result) => {
  const at = agUiScene([pays(5), 'Well.']);
  const [interrupt] = interruptsIn(await at.say('pay'));
  const events = await at.resume([resolved(interrupt!.id, payload)]);
  const text = JSON.stringify(events);
  expect([at.effects, text.includes(JSON.stringify(result)), text.includes('Well.')]).toEqual([effects, true, true]);
  expect(types(events).at(-1)).toBe('RUN_FINISHED');
});

test('an interrupt that is cancelled runs nothing, and the thread goes on', async () => {
  const at = agUiScene([pays(5), 'Then not.']);
  const [interrupt] = interruptsIn(await at.say('pay'));
  const events = await at.resume([{ interruptId: interrupt!.id, status: 'cancelled' }]);
  expect([interruptsIn(events), at.effects]).toEqual([[], []]);
  expect(at.model.heard[1]!.join('\n')).toMatch(/rejected it: cancelled/);
});

test('of two calls one is decided: it runs, and the other is asked about again', async () => {
  const at = agUiScene([pays(5, 6), 'Both.']);
  const [first, second] = interruptsIn(await at.say('pay both'));
  const events = await at.resume([resolved(first!.id, { approved: true })]);
  expect(interruptsIn(events)).toEqual([second]);
  await at.resume([resolved(first!.id, { approved: true }), resolved(second!.id, { approved: false })]);
  expect([at.effects, at.model.requests.length]).toEqual([['pay 5'], 2]);
});

test('what somebody else has decided meanwhile holds; the client is told what became of it', async () => {
  const at = agUiScene([pays(5, 6), 'Both.']);
  const asked = interruptsIn(await at.say('pay both'));
  await at.runtime.decide(key, { call: asked[0]!.toolCallId, decision: { type: 'reject' }, by: 'bob' });
  const events = await at.resume(asked.map(({ id }) => resolved(id, { approved: true })));
  expect([interruptsIn(events), at.effects]).toEqual([[], ['pay 6']]);
});

test('who is of the group that may approve it is asked, and nobody else', async () => {
  const at = agUiScene([pays(50), 'Paid.']);
  expect(interruptsIn(await at.say('pay'))).toEqual([]);
  const fay = 'fay@acme:read,decide:cfo';
  const [asked] = interruptsIn(await at.look(fay));
  const bob = await at.resume([resolved(asked!.id, { approved: true })], 'bob@acme:read,decide');
  expect(bob.at(-1)).toMatchObject({
    type: 'RUN_ERROR',
    code: 'forbidden',
    message: expect.stringMatching(/only cfo/) as string,
  });
  await at.resume([resolved(asked!.id, { approved: true })], fay);
  expect(at.effects).toEqual(['pay 50']);
});

test('a word that is said while a call waits is kept, and the call is asked about again (D8)', async () => {
  const at = agUiScene([pays(5), 'Paid, and hello.']);
  const asked = interruptsIn(await at.say('pay'));
  expect(interruptsIn(await at.say('hello'))).toEqual(asked);
  await at.resume([resolved(asked[0]!.id, { approved: true })]);
  expect(at.model.heard[1]!.join('\n')).toMatch(/hello/);
});

test('a question of a tool is an interrupt, with the schema of its answer', async () => {
  const at = agUiScene([{ calls: [{ name: 'book', input: {} }] }, 'Booked.']);
  const [question] = interruptsIn(await at.say('book'));
  expect(question).toMatchObject({
    reason: 'input_required',
    message: 'Which seat?',
    responseSchema: { enum: ['window', 'aisle'] },
  });
  const wrong = await at.resume([resolved(question!.id, 'roof')]);
  expect(wrong.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'invalid' });
  expect(JSON.stringify(await at.resume([resolved(question!.id, 'aisle')]))).toContain('"booked"');
  expect(at.effects).toEqual(['book aisle']);
});

test('a tool of the page: a run that succeeded names its call, and its result comes as a message', async () => {
  const at = agUiScene([locates, 'You are in Ulm.']);
  const events = await at.say('where?');
  const [call] = pendingIn(events);
  // By this a client of TanStack AI runs it.
  const value = { toolCallId: call, toolName: 'locate', input: {} };
  expect(events).toContainEqual({ type: 'CUSTOM', name: 'tool-input-available', value });
  const message = { id: 'm', role: 'tool', toolCallId: call };
  const wrong = await eventsOf(await at.post({ messages: [{ ...message, content: 'Ulm' }] }));
  expect(wrong.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'invalid' });
  const told = await eventsOf(await at.post({ messages: [{ ...message, content: '{"city":"Ulm"}' }] }));
  expect(JSON.stringify(told)).toContain('You are in Ulm.');
});

test('what looks like JSON is text, where the tool of the page gives text', async () => {
  const at = agUiScene([{ calls: [{ name: 'sense', input: {} }] }, 'It is 7.']);
  const [call] = pendingIn(await at.say('how warm is it?'));
  const told = await eventsOf(await at.post({ messages: [{ id: 'm', role: 'tool', toolCallId: call, content: '7' }] }));
  expect(JSON.stringify(told)).toContain('It is 7.');
});

test('a tool of the page that failed', async () => {
  const at = agUiScene([locates, 'Nobody knows.']);
  const events = await at.say('where?');
  const [call] = pendingIn(events);
  const failed = { id: 'm', role: 'tool', toolCallId: call, content: '', error: 'no signal' };
  await eventsOf(await at.post({ messages: [failed] }));
  expect(at.model.heard[1]!.join('\n')).toMatch(/no signal/);
});

test('who only looks is given all messages and what is asked; in a thread that was not begun there is nothing', async () => {
  const at = agUiScene([pays(5)]);
  expect(types(await at.look())).toEqual(['RUN_STARTED', 'RUN_FINISHED']);
  const asked = interruptsIn(await at.say('pay'));
  const seen = await at.look();
  expect(types(seen)).toEqual(['RUN_STARTED', 'MESSAGES_SNAPSHOT', 'RUN_FINISHED']);
  expect(interruptsIn(seen)).toEqual(asked);
});

test('who looks while a model speaks is told it from its first word; a stop ends the run, and is no failure (E7)', async () => {
  const speaking: ScriptedTurn = { events: [{ type: 'text', delta: 'Once upon ' }, new Promise<void>(() => {})] };
  const at = agUiScene([speaking]);
  const telling = at.say('tell');
  await expect.poll(() => at.model.requests.length).toBe(1);
  await expect.poll(async () => JSON.stringify((await at.runtime.read(key))!.messages)).toContain('Once upon ');
  const looking = at.look();
  expect(await (await at.stop()).json()).toEqual({ stopped: true });
  const text = (await looking).flatMap((event) => (event.type === 'TEXT_MESSAGE_CONTENT' ? [event.delta] : []));
  expect(text.join('')).toBe('Once upon ');
  for (const events of [await telling, await looking]) {
    expect(events.at(-1)).toMatchObject({ type: 'RUN_FINISHED', outcome: { type: 'cancelled' } });
  }
});

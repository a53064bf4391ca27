import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { outputTool } from './output.ts';
import { PartialJson } from './partial-json.ts';
import { tool } from './tool.ts';

const output = z.object({ city: z.string(), days: z.array(z.number()) });
const given = { city: 'Rome', days: [1, 2] };

function said(): Conversation {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Where?');
  return conversation;
}

test('a structured output is told while it is written, and stands in the end of the run', async () => {
  const model = scripted([{ calls: [{ name: outputTool, input: given, pieces: 4 }] }]);
  const { events } = await recordEvents(createChat({ model }).stream(said(), { output }));
  const partial = events.flatMap((event) => (event.type === 'output' ? [event.output] : []));
  expect(partial.at(-1)).toEqual(given);
  expect(partial.length).toBeGreaterThan(1);
  expect(events.at(-1)).toMatchObject({ type: 'done', finish: 'stop', output: given });
  const [request] = model.requests;
  expect(request?.settings.toolChoice).toEqual({ tool: outputTool });
  expect(request?.tools.map(({ name }) => name)).toEqual([outputTool]);
});

test('beside other tools the model must call one, unless the caller chooses', async () => {
  const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
  const answer = { calls: [{ name: outputTool, input: given }] };
  const model = scripted([{ calls: [{ name: 'look', input: {} }] }, answer, answer]);
  const chat = createChat({ model, tools: { look } });
  const conversation = said();
  expect(await chat.complete(conversation, { output })).toMatchObject({ type: 'done', output: given });
  conversation.say('And?');
  await chat.complete(conversation, { output, toolChoice: 'auto' });
  expect(model.requests.map(({ settings }) => settings.toolChoice)).toEqual(['required', 'required', 'auto']);
});

test('an output that does not fit goes back to the model, and an answer without one is an error', async () => {
  const wrong = { calls: [{ name: outputTool, input: { city: 5 } }] };
  const chat = createChat({
    model: scripted([wrong, { calls: [{ name: outputTool, input: given }] }, 'Rome.', 'Paris.']),
  });
  const conversation = said();
  expect(await chat.complete(conversation, { output })).toMatchObject({ output: given });
  conversation.say('And?');
  await expect(chat.complete(conversation, { output })).rejects.toMatchObject({
    code: 'invalid-response',
    message: 'scripted/script ended without the output that was asked for: it did not call `give_output`.',
    retryable: true,
  });
  conversation.say('In words?');
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Paris.' });
});

test('an output is taken as the answer, whatever the chat says of tools and settings', async () => {
  const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
  const model = scripted([{ calls: [{ name: outputTool, input: given }] }, 'Paris.']);
  const step = () => ({ tools: ['look'] as const });
  const chat = createChat({ model, tools: { look }, settings: { temperature: 0.5 }, step });
  const conversation = said();
  expect(await chat.complete(conversation, { output })).toMatchObject({ output: given });
  expect(model.requests[0]?.tools.map(({ name }) => name)).toEqual(['look', outputTool]);
  expect(model.requests[0]?.settings).toEqual({ temperature: 0.5, toolChoice: 'required' });
  conversation.say('And?');
  await chat.complete(conversation);
  expect(model.heard[1]?.[1]).toMatch(/ → Taken as the answer\.$/);
});

test('a run that is cut short by its steps owes no output', async () => {
  const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
  const chat = createChat({
    model: scripted([{ calls: [{ name: 'look', input: {} }] }]),
    tools: { look },
    maxSteps: 1,
  });
  const end = await chat.complete(said(), { output });
  expect(end).toMatchObject({ type: 'done', finish: 'step-limit' });
  expect('output' in end).toBe(false);
});

test('what is told of an output while it is written ends as the output, however small its pieces are', async () => {
  const long = { city: 'Rome', days: Array.from({ length: 200 }, (_, day) => day) };
  const model = scripted([{ calls: [{ name: outputTool, input: long, pieces: 400 }] }]);
  const { events } = await recordEvents(createChat({ model }).stream(said(), { output }));
  const partial = events.flatMap((event) => (event.type === 'output' ? [event.output] : []));
  expect(partial.at(-1)).toEqual(long);
  expect(events.at(-1)).toMatchObject({ output: long });
});

test('the last of an output is told when its call is whole, also when it is short', async () => {
  const city = 'R'.repeat(200);
  const [first, last] = [`{"city":"${city}","days":[1`, ',2]}'];
  const piece = (delta: string) => ({ type: 'tool-input', key: 0, name: outputTool, delta }) as const;
  const whole = { type: 'call', key: 0, name: outputTool, arguments: first + last } as const;
  const model = scripted([{ events: [piece(first), piece(last), whole, { type: 'finish', reason: 'tool-calls' }] }]);
  const { events } = await recordEvents(createChat({ model }).stream(said(), { output }));
  expect(events.flatMap((event) => (event.type === 'output' ? [event.output] : []))).toEqual([
    { city, days: [1] },
    { city, days: [1, 2] },
  ]);
  // Before the call itself: whoever sees the call has seen all of it.
  const types = events.map(({ type }) => type);
  expect(types.lastIndexOf('output')).toBeLessThan(types.indexOf('tool'));
});

test('an output that is given anew after it did not fit is told anew', async () => {
  const wrong = { calls: [{ name: outputTool, input: { city: 'Paris', days: 'many' }, pieces: 3 }] };
  const right = { calls: [{ name: outputTool, input: given, pieces: 3 }] };
  const model = scripted([wrong, right]);
  const { events } = await recordEvents(createChat({ model }).stream(said(), { output }));
  const told = events.flatMap((event) => (event.type === 'output' ? [event] : []));
  const [first, second] = [...new Set(told.map(({ message }) => message))].map((message) =>
    told.findLast((event) => event.message === message),
  );
  expect([first?.output, second?.output]).toEqual([{ city: 'Paris', days: 'many' }, given]);
  expect(model.heard[1]?.at(-1)).toContain('the input of give_output is not valid: days');
});

test('P2: an approval in the middle of the way to an output is a pause like any other', async () => {
  const pay = tool({ description: 'Pay', run: () => 'paid' });
  const answer = { calls: [{ name: outputTool, input: given }] };
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, answer]);
  const chat = createChat({ model, tools: { pay } });
  const conversation = said();
  expect(await chat.complete(conversation, { output })).toMatchObject({ type: 'paused' });
  const loaded = Conversation.parse(JSON.stringify(conversation), { newId: testIds('loaded') });
  await chat.decide(loaded, chat.waiting(loaded).approvals[0]!, { type: 'approve' });
  expect(await chat.complete(loaded, { output })).toMatchObject({ type: 'done', finish: 'stop', output: given });
});

test('P2: an output that is given while a sibling waits for a person is the end of the run after it was decided', async () => {
  const paid: string[] = [];
  const pay = tool({ description: 'Pay', run: () => void paid.push('paid') });
  const calls = [
    { name: 'pay', input: {} },
    { name: outputTool, input: given },
  ];
  const model = scripted([{ calls }]);
  const chat = createChat({ model, tools: { pay } });
  const conversation = said();
  expect(await chat.complete(conversation, { output })).toMatchObject({ type: 'paused' });
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  expect(await chat.complete(conversation, { output })).toMatchObject({ type: 'done', output: given });
  expect([paid, model.requests.length]).toEqual([['paid'], 1]);
});

test('L2: a run that has given its output gives it again when it is asked again, and calls nobody', async () => {
  const model = scripted([{ calls: [{ name: outputTool, input: given }] }, 'You are welcome.']);
  const chat = createChat({ model });
  const conversation = said();
  await chat.complete(conversation, { output });
  const again = await recordEvents(chat.stream(conversation, { output }));
  expect([again.outline, again.events[0]]).toMatchObject([['done: stop'], { output: given }]);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', output: given });
  conversation.say('Thank you');
  const next = await chat.complete(conversation);
  expect(next).toMatchObject({ type: 'done', text: 'You are welcome.' });
  expect('output' in next).toBe(false);
});

test('an output may be anything that JSON can say, and is what the schema makes of it', async () => {
  const seen: unknown[] = [];
  for (const [schema, input] of [
    [z.object({ city: z.string() }).transform(({ city }) => city.length), { city: 'Rome' }],
    [z.object({ none: z.boolean() }).transform(() => null), { none: true }],
    [z.object({ none: z.boolean() }).transform(({ none }) => !none), { none: true }],
  ] as const) {
    const model = scripted([{ calls: [{ name: outputTool, input }] }]);
    seen.push(
      ((await createChat({ model }).complete(said(), { output: schema as z.ZodType<unknown> })) as { output?: unknown })
        .output,
    );
  }
  expect(seen).toEqual([4, null, false]);
});

test('a tool of yours that has the name of the one for outputs owes none', async () => {
  const own = tool({ description: 'Give', effect: 'read', run: () => 'given' });
  const chat = createChat({ model: scripted(['Rome.']), tools: { [outputTool]: own } });
  expect(await chat.complete(said())).toMatchObject({ type: 'done', text: 'Rome.' });
});

/** The values that are told while a text is written letter by letter. */
function valuesOf(text: string): unknown[] {
  const json = new PartialJson();
  return [...text].map((letter) => json.grow(letter)).filter((value) => value !== undefined);
}

test('half a JSON tells what is whole of it', () => {
  expect(valuesOf('{"a":"xy"}')).toEqual([{}, { a: '' }, { a: 'x' }, { a: 'xy' }]);
  const whole = (text: string): unknown => new PartialJson().grow(text);
  expect(whole('{"a":1,"b":[1,{"c":"d\\"e')).toEqual({ a: 1, b: [1, { c: 'd"e' }] });
  expect(whole('{"a":1,"b')).toEqual({ a: 1 });
  expect(whole('{"a":1,"b":')).toEqual({ a: 1 });
  expect(whole('{"a":1,"b":tr')).toEqual({ a: 1 });
  expect(whole('{"a":{"b":1},"c":[2')).toEqual({ a: { b: 1 }, c: [2] });
  expect(whole('{"a":"}]","b":[')).toEqual({ a: '}]', b: [] });
  expect(whole('{"a":"x\\')).toEqual({ a: 'x' });
  expect(whole('[1,2')).toEqual([1, 2]);
  expect(whole('tr')).toBeUndefined();
  expect(whole('')).toBeUndefined();
});

test('a long JSON is not read again for every letter', () => {
  const text = JSON.stringify({ text: 'x'.repeat(4_000) });
  const values = valuesOf(text);
  expect(values.length).toBeLessThan(150);
  expect(values.length).toBeGreaterThan(20);
});

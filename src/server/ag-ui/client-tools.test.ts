// Tools that a client declares, where that is wanted: they are offered, they wait for the client, and they shadow nothing.
import { expect, test } from 'vitest';
import { agUiScene, eventsOf, interruptsIn, key } from '../../../test/server/ag-ui-scene.ts';
import type { AgUiScene } from '../../../test/server/ag-ui-scene.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import type { RunFinished } from './protocol.ts';

const paint = {
  name: 'paint',
  description: 'Paints the page.',
  parameters: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
};
const paints: ScriptedTurn = { calls: [{ name: 'paint', input: { color: 'red' } }] };

const scene = (...script: readonly ScriptedTurn[]): AgUiScene => agUiScene(script, { clientTools: true });

/** Says a word with which tools are declared, and gives what is told. */
const say = async (at: AgUiScene, id: string, tools?: readonly object[]) =>
  eventsOf(await at.post({ ...(tools && { tools }), messages: [{ id, role: 'user', content: id }] }));

const offeredIn = ({ model }: AgUiScene, request: number) => model.requests[request]!.tools!.map(({ name }) => name);

const ours = ['pay', 'locate', 'charge', 'sense', 'book'];

test('one that the client declares is offered as it is declared, is called, and waits for the client (X2)', async () => {
  const at = scene(paints, 'It is red.');
  const { outcome } = (await say(at, 'paint it', [paint])).at(-1) as RunFinished;
  expect(offeredIn(at, 0)).toEqual([...ours, 'paint']);
  const { name, description, parameters: inputSchema } = paint;
  expect(at.model.requests[0]!.tools!.at(-1)).toEqual({ name, description, inputSchema });
  const pending = outcome.type === 'success' ? outcome.pendingToolCallIds! : [];
  expect(pending).toHaveLength(1);
  // The result comes in a post that declares nothing.
  await eventsOf(
    await at.post({ messages: [{ id: 'r', role: 'tool', toolCallId: pending[0], content: '"painted"' }] }),
  );
  const [call] = (await at.runtime.read(key))!.messages
    .flatMap(({ parts }) => parts)
    .filter(({ type }) => type === 'tool');
  expect(call).toMatchObject({
    call: { name: 'paint', state: 'completed', output: 'painted', input: { color: 'red' } },
  });
  expect(offeredIn(at, 1)).toEqual([...ours, 'paint']);
});

test('one of our names stays ours: its schema, its policy, and what it does (X2, D7)', async () => {
  const at = scene({ calls: [{ name: 'pay', input: { amount: 5 } }] });
  const mine = { name: 'pay', description: 'Costs nothing.', parameters: {} };
  const [asked] = interruptsIn(await say(at, 'pay', [mine, paint]));
  expect(asked).toMatchObject({ reason: 'tool_call', message: 'money' });
  expect(at.model.requests[0]!.tools!.filter(({ name }) => name === 'pay')).toMatchObject([{ description: 'pays' }]);
  // A client that says what came of it, as of a tool of its own, is not heard.
  await eventsOf(
    await at.post({ messages: [{ id: 'r', role: 'tool', toolCallId: asked!.toolCallId, content: 'paid' }] }),
  );
  expect([interruptsIn(await at.look()), at.effects]).toEqual([[asked], []]);
});

test('the tools are those of the last word: what was declared before is offered no more', async () => {
  const at = scene('One.', 'Two.', 'Three.', paints, 'There is none.');
  await say(at, 'one', [paint]);
  await say(at, 'two', [{ ...paint, name: 'sing' }]);
  await say(at, 'three');
  expect([0, 1, 2].map((request) => offeredIn(at, request).slice(ours.length))).toEqual([['paint'], ['sing'], []]);
  // A model that calls it all the same is told that there is none.
  await say(at, 'four');
  expect(JSON.stringify(at.model.requests.at(-1)!.messages)).toContain('there is no tool named paint');
});

test('what is declared with every word is kept once', async () => {
  const at = scene('One.', 'Two.', 'Three.');
  for (const id of ['one', 'two', 'three']) await say(at, id, [paint]);
  expect([0, 1, 2].map((request) => offeredIn(at, request).at(-1))).toEqual(['paint', 'paint', 'paint']);
  const { messages } = (await at.runtime.read(key))!;
  expect(JSON.stringify(messages).split('Paints the page.')).toHaveLength(2);
});

const long = (length: number): string => 'x'.repeat(length);
const many = (length: number, one: object): readonly object[] =>
  Array.from({ length }, (_, index) => ({ ...paint, name: `t${index}`, ...one }));

test.each<[string, unknown]>([
  ['no list', { paint }],
  ['no objects', ['paint']],
  ['65', many(65, {})],
  ['of one name', [paint, paint]],
  ['without a name', [{ ...paint, name: '' }]],
  ['with a name that providers refuse', [{ ...paint, name: 'paint it' }]],
  ['with a name that is none', [{ ...paint, name: '__proto__' }]],
  ['with a long name', [{ ...paint, name: long(65) }]],
  ['without a description', [{ name: 'paint' }]],
  ['with a long description', [{ ...paint, description: long(4_097) }]],
  ['with half a character', [{ ...paint, description: '\ud800' }]],
  ['with half a character in parameters', [{ ...paint, parameters: { properties: { a: { title: '\ud800' } } } }]],
  ['with half a character for a name of a parameter', [{ ...paint, parameters: { properties: { '\ud800': {} } } }]],
  ['with a list of parameters', [{ ...paint, parameters: [] }]],
  ['with one parameter', [{ ...paint, parameters: { type: 'string' } }]],
  ['with large parameters', [{ ...paint, parameters: { title: long(16_385) } }]],
  ['that are large together', many(20, { description: long(4_000) })],
])('tools that are %s are refused, and no thread is made (X2)', async (_, tools) => {
  const at = scene();
  const response = await at.post({ tools, messages: [{ id: 'w', role: 'user', content: 'hi' }] });
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'malformed' }]);
  expect(await at.runtime.read(key)).toBeUndefined();
});

test('one without parameters takes none, and a pattern may speak of halves', async () => {
  const at = scene('Hello.');
  const pattern = { type: 'object', properties: { a: { type: 'string', pattern: String.raw`[\ud800-\udfff]` } } };
  await say(at, 'hi', [
    { name: 'sing', description: 'Sings.' },
    { name: 'read', description: 'Reads.', parameters: pattern },
  ]);
  expect(at.model.requests[0]!.tools!.slice(ours.length)).toEqual([
    { name: 'sing', description: 'Sings.', inputSchema: { type: 'object', properties: {} } },
    { name: 'read', description: 'Reads.', inputSchema: pattern },
  ]);
});

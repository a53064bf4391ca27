import { expect, it } from 'vitest';
import { choicesOf, spokenOutput } from './spoken-output.ts';

it.each<[string, string, unknown, unknown]>([
  ['a text as it was typed', ' 5 apples ', undefined, '5 apples'],
  ['a record in JSON', '{"id": 5}', undefined, { id: 5 }],
  ['a text that is asked for, even when it looks like more', '5', { type: 'string' }, '5'],
  ['a number', '5.5', { type: 'number' }, 5.5],
  ['no number', 'five', { type: 'integer' }, 'five'],
  ['a yes', 'Y', { type: 'boolean' }, true],
  ['a no', 'no', { type: 'boolean' }, false],
  ['one of several', '2', { enum: [1, 2] }, 2],
  ['the one field of a record', '7', { type: 'object', properties: { age: { type: 'integer' } } }, { age: 7 }],
  ['a record of several', '{"a":1,"b":2}', { type: 'object', properties: { a: {}, b: {} } }, { a: 1, b: 2 }],
])('reads a line as the schema wants it: %s', (_, line, schema, output) => {
  expect(spokenOutput(line, schema)).toEqual(output);
});

it('knows what may be chosen', () => {
  expect([choicesOf({ enum: ['a', 'b'] }), choicesOf(undefined)]).toEqual([['a', 'b'], []]);
});

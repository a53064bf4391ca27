import { expect, test } from 'vitest';
import { definitionOf } from './definition.ts';
import { pinOf } from './pin.ts';

type Listed = Parameters<typeof definitionOf>[0];

const base: Listed = {
  name: 'pay',
  description: 'Pays',
  inputSchema: { type: 'object', properties: { to: { type: 'string' } } },
};

function changes(before: Listed, after: Listed): string {
  return pinOf(definitionOf(after)).changesSince(pinOf(definitionOf(before)).mark);
}

function argumentsOf(count: number, last = { type: 'string' }): Listed {
  const all = Array.from({ length: count }, (_, index) => [
    `a${index}`,
    index === count - 1 ? last : { type: 'string' },
  ]);
  return {
    ...base,
    inputSchema: { type: 'object', properties: Object.fromEntries(all) as Record<string, { type: string }> },
  };
}

test.each<[Listed, string]>([
  [base, ''],
  [{ ...base, description: 'Pays all' }, 'description changed'],
  [{ ...base, title: 'Pay' }, 'title changed'],
  [{ ...base, annotations: { readOnlyHint: true } }, 'hints changed'],
  [{ ...base, inputSchema: { ...base.inputSchema, required: ['to'] } }, 'the rest of its schema changed'],
  [{ ...base, inputSchema: { type: 'object' } }, 'argument "to" removed'],
  [
    { ...base, inputSchema: { type: 'object', properties: { 'a=b c%"': {}, to: { type: 'string', maxLength: 5 } } } },
    'argument "a=b c%\\"" added, argument "to" changed',
  ],
])('of what a call was accepted for it is told what changed: %j', (after, told) => {
  expect(changes(base, after)).toBe(told);
});

test('the order of members is no change, and what is beyond 32 arguments is told together', () => {
  const turned = { ...base, inputSchema: { properties: base.inputSchema.properties, type: 'object' as const } };
  expect(changes(base, turned)).toBe('');
  expect(changes(argumentsOf(33), argumentsOf(33, { type: 'number' }))).toBe('other arguments changed');
  expect(changes(argumentsOf(32), argumentsOf(32, { type: 'number' }))).toBe('argument "a31" changed');
  expect(pinOf(definitionOf(argumentsOf(1_000))).mark.length).toBeLessThan(2_000);
});

test('texts whose eight digits are the same are two texts all the same', () => {
  const { mark, changesSince } = pinOf(definitionOf(base));
  expect(changesSince(mark)).toBe('');
  const [whole = '', ...parts] = mark.split(' ');
  expect(whole).toMatch(/^[0-9a-f]{32}$/);
  expect(changesSince([whole.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), ...parts].join(' '))).toBe(
    'something of it changed',
  );
});

test('what a server lists besides, such as icons, is pinned to nothing', () => {
  expect(changes(base, { ...base, _meta: { a: 1 } })).toBe('');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject } from '../conversation/json.ts';
import { PartialJson } from './partial-json.ts';

/** Every value that is told while a text comes in pieces, and at its end. */
function told(pieces: readonly string[]): readonly unknown[] {
  const json = new PartialJson();
  const values = pieces.map((piece) => json.grow(piece));
  return [...values, json.end()].filter((value) => value !== undefined);
}

/** Whether a later value says all that the earlier one said: nothing that a person has seen is taken back. */
function saysMore(later: unknown, earlier: unknown): boolean {
  if (typeof earlier === 'string') return typeof later === 'string' && later.startsWith(earlier);
  // The digits of a number come one by one.
  if (typeof earlier === 'number') return typeof later === 'number';
  if (Array.isArray(earlier)) {
    return Array.isArray(later) && earlier.every((one, index) => index < later.length && saysMore(later[index], one));
  }
  if (!isObject(earlier)) return later === earlier;
  return (
    isObject(later) &&
    Object.entries(earlier).every(([name, one]) => Object.hasOwn(later, name) && saysMore(later[name], one))
  );
}

/** JSON of any kind, spelled as a model may spell it: with space or without, characters as they are or escaped. */
const spelled = fc
  .record({ value: fc.jsonValue(), space: fc.constantFrom(0, 2), escaped: fc.boolean() })
  .map(({ value, space, escaped }) => {
    const text = JSON.stringify(value, undefined, space);
    return escaped
      ? text.replace(/[^\x20-\x7e\n]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : text;
  });

test('any JSON that comes in any pieces is told growing, never takes back what it said, and ends as what it is', () => {
  fc.assert(
    fc.property(spelled, fc.infiniteStream(fc.integer({ min: 1, max: 12 })), (text, lengths) => {
      const pieces: string[] = [];
      for (let at = 0; at < text.length; at += pieces.at(-1)!.length)
        pieces.push(text.slice(at, at + lengths.next().value!));
      const values = told(pieces);
      const value: unknown = JSON.parse(text);
      values.forEach((one, index) => {
        if (index > 0) expect([one, saysMore(one, values[index - 1])]).toEqual([one, true]);
      });
      // A lone `null` says nothing.
      if (value !== null) expect(values.at(-1)).toEqual(value);
    }),
    { numRuns: 1_000 },
  );
});

test('the beginning of any JSON gives a beginning of its value, or nothing', () => {
  fc.assert(
    fc.property(spelled, fc.nat(), (text, cut) => {
      const [value] = told([text.slice(0, cut % (text.length + 1))]);
      if (value !== undefined) expect([value, saysMore(JSON.parse(text), value)]).toEqual([value, true]);
    }),
    { numRuns: 1_000 },
  );
});

test('what is no JSON at all is no reason to break', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\\u', 'e'))),
      (pieces) => {
        told(pieces);
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each<[string, unknown]>([
  ['"one\\', 'one'],
  ['"one\\n', 'one\n'],
  ['"\\u00e', ''],
  ['"\\u00e9', 'é'],
  ['{"text":"one\\u', { text: 'one' }],
  ['{"te\\', {}],
  ['[1.', [1]],
  ['[1e', [1]],
  ['[1e+', [1]],
  ['[1e+2', [100]],
  ['[-', []],
  ['[1,-', [1]],
  ['{"a":1.5,"b":-0.', { a: 1.5, b: -0 }],
  ['[true,fals', [true]],
  ['["a-', ['a-']],
  ['{"a":[{"b":"c"},{"d', { a: [{ b: 'c' }, {}] }],
])('the beginning %s is told as %j', (text, value) => {
  expect(told([text])[0]).toEqual(value);
});

test('the rest is told at the end, and what comes then begins anew', () => {
  const json = new PartialJson();
  const text = JSON.stringify({ words: 'x'.repeat(100) });
  expect(json.grow(text.slice(0, 100))).toEqual({ words: 'x'.repeat(90) });
  expect(json.grow(text.slice(100, 102))).toBeUndefined();
  expect(json.end()).toEqual({ words: 'x'.repeat(92) });
  expect(json.end()).toBeUndefined();
  expect(json.grow('[1')).toEqual([1]);
});

test('pieces that add nothing to the value are no news', () => {
  const json = new PartialJson();
  const pieces = ['{"from":"A"', ',', '"to', 'tal"', ':', '3', '}'];
  const values = pieces.map((piece) => json.grow(piece));
  expect([...values, json.end()].filter((value) => value !== undefined)).toEqual([
    { from: 'A' },
    { from: 'A', total: 3 },
  ]);
  // What comes then is another JSON, though it reads the same.
  expect(json.grow('{"from":"A"')).toEqual({ from: 'A' });
});

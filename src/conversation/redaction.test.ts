import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { both, redacted, withheld } from './redaction.ts';

const secret = 'hunter2';

test('what has the name is withheld wherever it stands, and all else stays', () => {
  const value = { user: 'ann', login: [{ password: secret, at: 1 }], more: { Password: { old: secret } } };
  expect(redacted(value, ['password'])).toEqual({
    user: 'ann',
    login: [{ password: withheld, at: 1 }],
    more: { Password: withheld },
  });
});

test('a name is the same in every spelling, and no part of another one', () => {
  const value = { apiKey: 1, api_key: 2, 'API-Key': 3, 'x-api-key': 4, apikeys: 5, api: 6 };
  expect(redacted(value, ['api key'])).toEqual({
    apiKey: withheld,
    api_key: withheld,
    'API-Key': withheld,
    'x-api-key': 4,
    apikeys: 5,
    api: 6,
  });
  expect(redacted({ _: secret, $: 1 }, ['_'])).toEqual({ _: withheld, $: 1 });
});

test('with true nothing is left, whatever it is', () => {
  for (const value of [secret, 7, { [secret]: 1 }, [secret], null]) expect(redacted(value, true)).toBe(withheld);
});

test('a member that is called __proto__ stays one, and hides nothing', () => {
  const value: unknown = JSON.parse(`{"__proto__":{"password":"${secret}"},"a":1}`);
  expect(JSON.stringify(redacted(value, ['password']))).toBe(`{"__proto__":{"password":"${withheld}"},"a":1}`);
  expect(JSON.stringify(redacted(value, ['__proto__']))).toBe(`{"__proto__":"${withheld}","a":1}`);
});

test('what is kept apart for its size is withheld whole, with its digest and its beginning', () => {
  const reference = { blob: 'a'.repeat(64), size: 40_000, mediaType: 'application/json', preview: secret };
  expect(redacted({ report: reference }, ['password'])).toEqual({ report: withheld });
});

test('a value is found nowhere once its name is kept, and nothing else is lost', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, tree, fc.constantFrom('password', 'PASSWORD', 'pass_word'), (before, kept, spelling) => {
      const value = { before, list: [{ [spelling]: { kept, secret: 'hunter2-hunter2' } }] };
      const shown = redacted(value, ['password']) as typeof value;
      expect(JSON.stringify(shown)).not.toContain('hunter2-hunter2');
      expect(shown.list).toEqual([{ [spelling]: withheld }]);
      // What of it has no such name comes through as it was.
      if (!/pass_?word/i.test(JSON.stringify(before).replaceAll(/[^\p{L}\p{N}_]/gu, ''))) {
        expect(shown.before).toEqual(before);
      }
    }),
  );
});

test('what both keep is kept', () => {
  expect(both(undefined, undefined)).toBeUndefined();
  expect(both(['a'], undefined)).toEqual(['a']);
  expect(both(undefined, ['b'])).toEqual(['b']);
  expect(both(['a'], ['b'])).toEqual(['a', 'b']);
  expect(both(['a'], true)).toBe(true);
  expect(both(true, ['b'])).toBe(true);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Condition, Rule } from '../conversation/rule.ts';
import { rulesFrom } from './rules.ts';
import { fits } from './wildcard.ts';

const place = { root: '/srv', realPath: (path: string): string => path };
const names = fc.constantFrom('docs', 'secrets', '.env', '..', '.', 'a.md', 'DOCS', 'Docs', '', 'x y');
const paths = fc.oneof(
  fc
    .tuple(fc.constantFrom('', './', '/', '/srv/', '../'), fc.array(names, { maxLength: 5 }))
    .map(([head, tail]) => head + tail.join('/')),
  fc.string({ unit: 'grapheme' }),
);
const pathPatterns = fc.constantFrom(
  './docs/**',
  './secrets/**',
  './**/*.md',
  './docs/*',
  './secrets/.env',
  './*/a.md',
  '/**',
);
const words = fc.constantFrom(
  'rm',
  'RM',
  '/bin/rm',
  'git',
  'log',
  '-f',
  'x',
  'sudo',
  '"rm"',
  '&&',
  ';',
  '$(rm)',
  '\n',
  'X=1',
);
const commands = fc.oneof(
  fc.array(words, { maxLength: 5 }).map((list) => list.join(' ')),
  fc.string({ unit: 'grapheme' }),
);
const commandPatterns = fc.constantFrom('rm **', 'git log', 'git log *', 'rm x', 'git -f x', 'git **');
const conditions: fc.Arbitrary<Record<string, Condition>> = fc.record(
  {
    path: pathPatterns as fc.Arbitrary<Condition>,
    command: commandPatterns as fc.Arbitrary<Condition>,
    amount: fc.oneof(
      fc.record({ lte: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ gt: fc.integer({ min: 0, max: 9 }) }),
    ),
    kind: fc.constantFrom<Condition>('a', ['a', 'b'], { startsWith: 'a' }, { matches: '*b' }, { exists: false }),
  },
  { requiredKeys: [] },
);
const rules: fc.Arbitrary<Rule> = fc
  .record({
    decision: fc.constantFrom('deny' as const, 'ask' as const, 'allow' as const),
    tool: fc.constantFrom('t', '*', 'u'),
    when: conditions,
    expires: fc.constantFrom(undefined, undefined, '2001-01-01', '2999-01-01'),
  })
  .map(({ when, expires, ...rule }) => ({
    ...rule,
    ...(Object.keys(when).length > 0 && { when }),
    ...(expires !== undefined && { expires }),
  }));
const inputs = fc.record(
  {
    path: fc.oneof(paths, fc.array(paths, { maxLength: 2 }), fc.constant(null)),
    command: fc.oneof(commands, fc.array(commands, { maxLength: 2 }), fc.constant(5)),
    amount: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant('5')),
    kind: fc.constantFrom('a', 'A', 'b', 'ab', '\uff41', 5),
  },
  { requiredKeys: [] },
);
const files = fc.array(rules, { maxLength: 6 });

const strictness = { allow: 0, ask: 1, deny: 2 };

function decided(list: readonly Rule[], input: unknown): number {
  return strictness[rulesFrom({ version: 1, rules: list }, place).explain({ name: 't', input }).decision];
}

it('the order of rules changes nothing', () => {
  fc.assert(
    fc.property(
      files.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      inputs,
      ([list, shuffled], input) => {
        expect(decided(shuffled, input)).toBe(decided(list, input));
      },
    ),
  );
});

it('one more rule that denies or asks never allows more', () => {
  fc.assert(
    fc.property(files, rules, inputs, (list, more, input) => {
      if (more.decision === 'allow') return;
      expect(decided([...list, more], input)).toBeGreaterThanOrEqual(decided(list, input));
    }),
  );
});

it('nothing is allowed that a rule forbids: what a rule allows by itself it also denies by itself', () => {
  fc.assert(
    fc.property(conditions, inputs, (when, input) => {
      if (Object.keys(when).length === 0) return;
      const allowing: Rule = { decision: 'allow', tool: 't', when };
      const denying: Rule = { decision: 'deny', tool: 't', when };
      if (decided([allowing], input) > 0) return;
      expect(decided([denying], input)).toBe(2);
      expect(decided([allowing, denying], input)).toBe(2);
    }),
    { numRuns: 500 },
  );
});

it('however a path is written, what is allowed stays in its folder', () => {
  const inDocs: Rule = { decision: 'allow', tool: 't', when: { path: './docs/**' } };
  fc.assert(
    fc.property(paths, (path) => {
      if (decided([inDocs], { path }) > 0) return;
      expect(new URL(path.startsWith('/') ? path : `/srv/${path}`, 'file:///').pathname).toMatch(/^\/srv\/+docs(\/|$)/);
    }),
    { numRuns: 1000 },
  );
});

it('a pattern of a text is what a regular expression says', () => {
  const signs = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 6 });
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 6 }), signs, (text, pattern) => {
      const expression = pattern
        .replaceAll('.', String.raw`\.`)
        .replaceAll('*', '.*')
        .replaceAll('?', '.');
      expect(fits(text, pattern)).toBe(new RegExp(`^${expression}$`, 's').test(text));
    }),
    { numRuns: 500 },
  );
});

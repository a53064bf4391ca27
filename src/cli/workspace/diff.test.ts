import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineCount, unifiedDiff } from './diff.ts';

test('a change is shown with three lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  expect(unifiedDiff('x.txt', before, before.replace('e\n', 'E\nE2\n'))).toBe(
    ['--- x.txt', '+++ x.txt', '@@ -2,7 +2,8 @@', ' b', ' c', ' d', '-e', '+E', '+E2', ' f', ' g', ' h'].join('\n'),
  );
});

test('changes far apart are two hunks, near ones are one', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}\n`);
  const before = lines.join('');
  const far = lines.with(2, 'x\n').with(25, 'y\n').join('');
  const near = lines.with(2, 'x\n').with(8, 'y\n').join('');
  expect(unifiedDiff('x', before, far).match(/^@@/gm)).toHaveLength(2);
  expect(unifiedDiff('x', before, near).match(/^@@/gm)).toHaveLength(1);
});

test('a missing last line end is a difference', () => {
  expect(unifiedDiff('x', 'a\n', 'a')).toBe(
    ['--- x', '+++ x', '@@ -1,1 +1,1 @@', '-a', '+a', '\\ No newline at end of file'].join('\n'),
  );
  expect(unifiedDiff('x', 'a\n', 'a\n')).toBe('');
});

test('what is cut is told, and two long changes never look alike', () => {
  const before = Array.from({ length: 5_000 }, (_, index) => `old ${index}\n`).join('');
  const after = before.replaceAll('old', 'new');
  const diff = unifiedDiff('x', before, after);
  expect(diff.split('\n')).toHaveLength(203);
  expect(diff).toMatch(/… 9801 more lines; not shown in full, the whole change is [0-9a-f]{16}$/);
  expect(unifiedDiff('x', before, after.replace('new 4999', 'NEW 4999'))).not.toBe(diff);
  expect(unifiedDiff('x', '', 'y'.repeat(1_000))).toContain('(701 more characters)');
});

test('lines are counted', () => {
  expect(['', 'a', 'a\n', 'a\nb', '\n\n'].map(lineCount)).toEqual([0, 1, 1, 2, 2]);
});

test('any diff, applied, gives the other text', () => {
  const line = fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd e\n');
  const text = fc
    .tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom('', 'end', 'a'))
    .map(([lines, end]) => lines.join('') + end);
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applied(before, unifiedDiff('x', before, after))).toBe(after);
    }),
    { numRuns: 500 },
  );
});

function applied(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  const lines = diff.split('\n').slice(2);
  for (const [index, line] of lines.entries()) {
    const start = /^@@ -(\d+),(\d+)/.exec(line);
    const text = line.slice(1) + (lines[index + 1]?.startsWith('\\') ? '' : '\n');
    if (start) {
      const from = Number(start[1]) - (start[2] === '0' ? 0 : 1);
      while (at < from) result.push(old[at++] ?? '?');
    } else if (line.startsWith('+')) result.push(text);
    else if (line.startsWith('-')) expect(old[at++]).toBe(text);
    else if (line.startsWith(' ')) {
      expect(old[at]).toBe(text);
      result.push(old[at++] ?? '?');
    }
  }
  return [...result, ...old.slice(at)].join('');
}

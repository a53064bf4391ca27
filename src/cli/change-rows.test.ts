import { describe, expect, it } from 'vitest';
import { changeRows } from './change-rows.ts';
import { styleOf } from './style.ts';
import { unifiedDiff } from './workspace/diff.ts';

const plain = styleOf(process.stdout, { NO_COLOR: '1' });
const coloured = styleOf(process.stdout, { FORCE_COLOR: '1' });
const lines = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${at + 1}`);
const diff = unifiedDiff(
  'a.txt',
  `${lines(12).join('\n')}\n`,
  `${lines(12).join('\n').replace('line 9', 'new\nnewer')}\n`,
);

describe('a change', () => {
  it('has the numbers of its lines before and after, where there is room', () => {
    expect(changeRows(diff.split('\n'), { width: 80, style: plain })).toEqual([
      '            | --- a.txt',
      '            | +++ a.txt',
      '            | @@ -6,7 +6,8 @@',
      '    6     6 |  line 6',
      '    7     7 |  line 7',
      '    8     8 |  line 8',
      '    9       | -line 9',
      '          9 | +new',
      '         10 | +newer',
      '   10    11 |  line 10',
      '   11    12 |  line 11',
      '   12    13 |  line 12',
    ]);
  });

  it('has none where there is little', () => {
    expect(changeRows(diff.split('\n').slice(0, 4), { width: 60, style: plain })).toEqual([
      '    | --- a.txt',
      '    | +++ a.txt',
      '    | @@ -6,7 +6,8 @@',
      '    |  line 6',
    ]);
  });

  it('counts a new file from its first line', () => {
    const rows = changeRows(unifiedDiff('b', '', 'one\ntwo\n').split('\n'), { width: 80, style: plain });
    expect(rows.slice(3)).toEqual(['          1 | +one', '          2 | +two']);
  });

  it('is red and green behind the bar, also where a line looks like a name', () => {
    const text = unifiedDiff('a', '-- x\nb\n', '++ y\nb\n').split('\n');
    expect(changeRows(text, { width: 40, style: coloured })).toEqual([
      '\u001B[1m    | --- a\u001B[22m',
      '\u001B[1m    | +++ a\u001B[22m',
      '\u001B[36m    | @@ -1,2 +1,2 @@\u001B[39m',
      '\u001B[31m    | --- x\u001B[39m',
      '\u001B[32m    | +++ y\u001B[39m',
      '    |  b',
    ]);
  });

  it('keeps each row of a long line behind a bar, within the screen (X5)', () => {
    const rows = changeRows(['@@ -1,1 +1,1 @@', `+${'x'.repeat(100)}`], { width: 80, style: plain });
    expect(rows.slice(1)).toEqual([`          1 | +${'x'.repeat(61)}`, `            : ${'x'.repeat(39)}`]);
    expect(changeRows(['run: rm -r x'], { width: 80, style: plain })).toEqual(['    | run: rm -r x']);
  });
});

import { describe, expect, it } from 'vitest';
import { changedLines, unifiedDiffLines } from './diff-lines.ts';
import type { DiffLine } from './diff-lines.ts';

const signs = { added: '+', removed: '-', same: ' ', place: '@' };
const written = (lines: readonly DiffLine[]): string => lines.map(({ type, text }) => signs[type] + text).join('\n');

describe('a unified diff', () => {
  it('is told from any other text', () => {
    expect(unifiedDiffLines('Dear Ann,\n- one\n+ two')).toBeUndefined();
    expect(unifiedDiffLines('--- a\nno')).toBeUndefined();
  });

  it('has lines that come, go and stay, and those that say where', () => {
    const lines = unifiedDiffLines('--- a\n+++ a\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n--- dashes\n… 3 more lines\n') ?? [];
    expect(written(lines)).toBe('@--- a\n@+++ a\n@@@ -1,2 +1,2 @@\n one\n-two\n+2\n--- dashes\n@… 3 more lines');
  });
});

describe('how a text becomes another one', () => {
  it('keeps what is the same', () => {
    expect(written(changedLines('a\nb\nc\nd', 'a\nx\nc\ny\nd'))).toBe(' a\n-b\n+x\n c\n+y\n d');
    expect(written(changedLines('a', 'a'))).toBe(' a');
    expect(written(changedLines('a\na\na', 'a\na'))).toBe(' a\n a\n-a');
  });

  it('gives back both texts, whatever they are', () => {
    const texts = ['', 'a', 'a\nb', 'b\na', 'a\nb\na\nb', '\n\n', 'x\ny\nz', 'a\nx\nb'];
    for (const before of texts) {
      for (const after of texts) {
        const lines = changedLines(before, after);
        const side = (gone: DiffLine['type']): string =>
          lines.flatMap(({ type, text }) => (type === gone ? [] : [text])).join('\n');
        expect([side('added'), side('removed')]).toEqual([before, after]);
      }
    }
  });

  it('shows what is too long to compare as replaced whole', () => {
    const [before, after] = ['a', 'b'].map((letter) =>
      Array.from({ length: 1_100 }, (_, at) => letter + at).join('\n'),
    );
    const lines = changedLines(before!, after!);
    expect(lines.map(({ type }) => type).join()).toBe(
      [...Array(1_100).fill('removed'), ...Array(1_100).fill('added')].join(),
    );
  });
});

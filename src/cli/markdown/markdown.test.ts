import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualColumns } from '../columns.ts';
import { styleOf } from '../style.ts';
import type { Style } from '../style.ts';
import { Markdown } from './markdown.ts';

const plain = styleOf(process.stdout, { NO_COLOR: '1' });
/** Shows where each look begins and ends. */
const marked: Style = {
  isColoured: true,
  bold: (text) => `<b>${text}</b>`,
  italic: (text) => `<i>${text}</i>`,
  underline: (text) => `<u>${text}</u>`,
  strikethrough: (text) => `<s>${text}</s>`,
  inverse: (text) => text,
  dim: (text) => `<d>${text}</d>`,
  red: (text) => text,
  green: (text) => text,
  yellow: (text) => text,
  cyan: (text) => `<c>${text}</c>`,
};

interface Drawing {
  readonly style?: Style;
  readonly width?: number;
  /** Characters of a piece. Default: one. */
  readonly piece?: number;
}

/** The pieces that were written, in their order. */
function writesOf(text: string, { style = plain, width = 60, piece = 1 }: Drawing = {}): readonly string[] {
  const writes: string[] = [];
  const markdown = new Markdown({ style, width, write: (drawn) => writes.push(drawn) });
  for (let at = 0; at < text.length; at += piece) markdown.add(text.slice(at, at + piece));
  markdown.end();
  return writes;
}

const drawn = (text: string, drawing?: Drawing): string => writesOf(text, drawing).join('');

describe('Markdown in the terminal', () => {
  it('sets off what is bold, italic, struck out or code, and drops the marks', () => {
    expect(drawn('a **b** *c* ~~d~~ `e` ***f***', { style: marked })).toBe(
      'a <b>b</b> <i>c</i> <s>d</s> <c>e</c> <i><b>f</b></i>',
    );
  });

  it.each([
    ['a name with underscores', 'call snake_case_name now'],
    ['a product', '2 * 3 * 4 = 24'],
    ['a mark that nothing closes', 'so **it goes'],
    ['a mark that nothing closes, of code', 'so `it goes'],
    ['brackets that are no link', 'a[0] and [b] and !c'],
    ['a line that begins like a list', '-not a list'],
    ['a number', '1.5 litres'],
    ['a path', String.raw`C:\new\table`],
  ])('leaves %s as it is', (_, text) => {
    expect(drawn(text, { style: marked })).toBe(text);
  });

  it('shows where a link leads, beside its words', () => {
    expect(drawn('[my bank](https://evil.example/a_(b)) or <x>', { style: marked })).toBe(
      '<u>my</u> <u>bank</u> <d>(https://evil.example/a_(b))</d> or <x>',
    );
    expect(drawn('[https://a.example](https://a.example)')).toBe('https://a.example');
  });

  it('draws headings, lists, ticks, quotes and rules', () => {
    const text = '# One\n## Two\n- a\n  - b\n- [x] done\n- [ ] open\n3. c\n> said\n---\n';
    expect(drawn(text, { style: marked, width: 20 })).toBe(
      [
        '<b><c>One</c></b>',
        '<b>Two</b>',
        '• a',
        '  • b',
        '☑ done',
        '☐ open',
        '3. c',
        '<d>│ </d>said',
        `<d>${'─'.repeat(20)}</d>`,
        '',
      ].join('\n'),
    );
  });

  it('frames code with its language, and changes nothing in it', () => {
    const code = `  **a** | b\n\n~~~\n\tlong ${'x'.repeat(100)}`;
    expect(drawn(`\`\`\`ts\n${code}\n\`\`\`\nend`, { style: marked, width: 20 })).toBe(
      `<d>╭── ts</d>\n${code}\n<d>╰──</d>\nend`,
    );
  });

  it('closes the frame of code that is cut', () => {
    expect(drawn('~~~\na')).toBe('╭──\na\n╰──');
    expect(drawn('~~~\na\n')).toBe('╭──\na\n╰──');
  });

  it('draws a table once it is over, with the columns in line', () => {
    const table = '| a | count |\n|---|--:|\n| 日本 | 1 |\n| **b** | 22 |\n| x \\| y | |\n';
    expect(drawn(`${table}after`)).toBe(
      ['a     │ count', '──────┼──────', '日本  │     1', 'b     │    22', 'x | y │', 'after'].join('\n'),
    );
  });

  it('lets the cells of a wide table go over several rows', () => {
    const table = `| name | what it is |\n|---|---|\n| a | ${'word '.repeat(12).trim()} |\n`;
    const lines = drawn(table, { width: 30 }).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => usualColumns(line) > 30)).toEqual([]);
    expect(lines.join(' ').match(/word/g)).toHaveLength(12);
  });

  it('leaves lines with bars that are no table', () => {
    expect(drawn('| a\n| b\n')).toBe('| a\n| b\n');
  });

  it('breaks rows between words, under the words of a list or a quote', () => {
    expect(drawn('- one two three four five', { width: 16 })).toBe('• one two three\n  four five');
    expect(drawn('> one two three four five', { width: 16 })).toBe('│ one two three\n│ four five');
  });

  it('counts wide characters, parts them anywhere, and keeps marks with what they stand on', () => {
    expect(drawn('日本語日本語', { width: 8 })).toBe('日本語日\n本語');
    expect(drawn('e\u0301e\u0301e\u0301 ab', { width: 4 })).toBe('e\u0301e\u0301e\u0301\nab');
    expect(drawn('👍👍👍', { width: 4 })).toBe('👍👍\n👍');
  });

  it('writes each word as soon as it is whole, and never goes back', () => {
    expect(writesOf('one two\nthree')).toEqual(['one', ' two', '\n', 'three']);
    // oxlint-disable-next-line no-control-regex -- this is what colours begin with
    expect(drawn('# a\n**b** c\n| x |\n|---|\n')).not.toMatch(/[\u001B\r\b]/);
  });

  it('writes code through without waiting for its line to end', () => {
    expect(writesOf('```\nab')).toEqual(['╭──\n', 'a', 'b', '\n', '╰──']);
  });

  const pieces = ['**', '*', '_', '`', '```', '\n', '\n\n', ' ', '- ', '# ', '> ', '|', '|-|', '[a](b)', '](', '~~'];
  const words = fc.constantFrom(...pieces, '\\', 'word', '日本', '👍', '1. ');

  it('draws the same however the text is cut, and no row is too long', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (some, piece) => {
        const text = some.join('');
        const whole = drawn(text, { width: 24, piece: text.length || 1 });
        expect(drawn(text, { width: 24, piece })).toBe(whole);
        const isFramed = /```|~~~/.test(text);
        expect(isFramed ? [] : whole.split('\n').filter((row) => usualColumns(row) > 24)).toEqual([]);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('loses no letter of a text without links', () => {
    const letters = (text: string): string => text.replace(/[^a-z]/g, '');
    const some = fc.constantFrom(
      '**',
      '*',
      '`',
      '\n',
      ' ',
      'abc',
      'de',
      '- ',
      '# ',
      '> ',
      '| ',
      '!',
      '[',
      ']',
      '~~~\n',
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), (all) => {
        const text = all.join('');
        expect(letters(drawn(text, { width: 30 }))).toBe(letters(text));
      }),
      { numRuns: 500, seed: 8 },
    );
  });
});

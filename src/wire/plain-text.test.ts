import { describe, expect, it } from 'vitest';
import { fold, visible, visibleJson, visibleLines, visibleSpeech } from './plain-text.ts';

describe('plain text', () => {
  it.each([
    ['a control', 'a\u001B[2Jb', String.raw`a\u001b[2Jb`],
    ['a line break, a return, a tab', 'a\nb\rc\td', String.raw`a\nb\rc\td`],
    ['text turned around', 'a\u202Ecod', String.raw`a\u202ecod`],
    ['a zero-width space and a soft hyphen', 'a\u200Bb\u00ADc', String.raw`a\u200bb\u00adc`],
    ['a space that is none', 'a\u00A0b', String.raw`a\u00a0b`],
    ['a filler that shows nothing', 'a\u3164b\u2800c', String.raw`a\u3164b\u2800c`],
    ['a variation selector', 'a\uFE0Fb', String.raw`a\ufe0fb`],
    ['hidden tags', 'a\u{E0041}b', String.raw`a\u{e0041}b`],
    [
      'a mark on nothing, one that strikes out, one that encloses',
      '\u0301a\u0338b\u20DDc',
      String.raw`\u0301a\u0338b\u20ddc`,
    ],
    ['a pile of marks', `a${'\u0301'.repeat(6)}`, `a${'\u0301'.repeat(4)}${String.raw`\u0301\u0301`}`],
    ['half of a surrogate pair', 'a\uD800b', String.raw`a\ud800b`],
    ['letters of any script and an emoji', 'Grüße, 漢字 हिन्दी ก็ 🎉', 'Grüße, 漢字 हिन्दी ก็ 🎉'],
  ])('shows what cannot be seen as an escape: %s (X5)', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('keeps line breaks and tabs where lines are shown, and nothing else', () => {
    expect(visibleLines('a\n\tb\r\u200B')).toBe(`a\n\tb${String.raw`\r\u200b`}`);
  });

  it('lets the words of a model neither move the terminal nor turn text around', () => {
    expect(visibleSpeech('a\n\u001B[1Ab\u202E 👩‍💻')).toBe(`a\n${String.raw`\u001b[1Ab\u202e`} 👩‍💻`);
  });

  it('shows JSON with the invisible characters that JSON allows as escapes, in keys too', () => {
    const value = { 'a\u200B': 'b\u202E\n\u{E0041}\u0085', list: ['\t'] };
    expect(visibleJson(value)).toBe(String.raw`{"a\u200b":"b\u202e\n\udb40\udc41\u0085","list":["\t"]}`);
    expect(JSON.parse(visibleJson(value, 2))).toEqual(value);
  });

  it('folds what is long and says how long it is (X5)', () => {
    expect(fold('a\nb', 2, 10)).toEqual({ lines: ['a', 'b'] });
    expect(fold('a\nb\nc', 2, 10)).toEqual({ lines: ['a', 'b'], rest: '[folded here: 3 lines, 5 characters in all]' });
    expect(fold('abcdef', 2, 3)).toEqual({ lines: ['abc'], rest: '[folded here: 6 characters in all]' });
  });
});

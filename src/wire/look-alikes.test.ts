import { describe, expect, it } from 'vitest';
import { lookAlikes, textsIn } from './look-alikes.ts';

describe('look-alikes', () => {
  it.each([
    ['words that mix scripts', 'pay p\u0430ypal.com', ['"p\u0430ypal" mixes Latin and Cyrillic: \u0430 is U+0430']],
    [
      'words whose letters all pass for Latin ones',
      'pay \u0441\u043E\u0440\u0435.com',
      [
        '"\u0441\u043E\u0440\u0435" looks Latin but is Cyrillic: \u0441 is U+0441, \u043E is U+043e, \u0440 is U+0440, \u0435 is U+0435',
      ],
    ],
    ['other forms of plain letters', '\uFF41dmin 𝐚b', ['\uFF41 is no "a" but U+ff41', '𝐚 is no "a" but U+1d41a']],
    ['signs that pass for those of a path', 'a\u2215b', ['\u2215 is no "/" but U+2215']],
    ['letters that run the other way', 'אב 5', ['letters from right to left: their order may look different']],
  ])('are pointed out: %s (X5)', (_, text, flags) => {
    expect(lookAlikes(text)).toEqual(flags);
  });

  it.each(['Привет, это сор paypal, καλημέρα Tシャツ', 'Grüße, x² + ½, naïve, 漢字！', 'plain text, 1/2 - 3'])(
    'leave plain writing alone: %s',
    (text) => expect(lookAlikes(text)).toEqual([]),
  );

  it('are looked for in every text of a value, keys too, apart from each other', () => {
    expect(lookAlikes(textsIn({ a: 'x\nПривет', b: ['да'] }))).toEqual([]);
    expect(lookAlikes(textsIn({ 'p\u0430y': 1 }))).toHaveLength(1);
  });
});

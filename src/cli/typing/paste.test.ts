import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PasteReader, asMeant, asShown, asTyped } from './paste.ts';

/** Keys and pasted texts, neighbours joined. */
function read(...chunks: readonly string[]): readonly string[] {
  const reader = new PasteReader();
  const all = chunks.flatMap((chunk) => reader.take(chunk));
  return all.map(({ type, text }) => `${type}: ${JSON.stringify(asMeant(text))}`);
}

describe('what is pasted', () => {
  it('is one text, in which a line break ends no line', () => {
    expect(read('a\u001B[200~one\r\ntwo\rthree\n\u001B[201~\r')).toEqual([
      'keys: "a"',
      String.raw`paste: "one\ntwo\nthree"`,
      String.raw`keys: "\r"`,
    ]);
  });

  it('keeps tabs, and loses what would press keys', () => {
    expect(read('\u001B[200~a\tb\u0003\u001B[A\u0004c\u001B[201~')).toEqual([String.raw`paste: "a\tb[Ac"`]);
  });

  it('is told apart however the stream is cut', () => {
    const stream = 'ab\u001B[200~one\ntwo\u001B[201~\r\u001B[Ac';
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 6 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const chunks = places.slice(1).map((place, index) => stream.slice(places[index], place));
        // A human hand presses Escape and [ and nothing more: these two are not waited for.
        fc.pre(!chunks.some((chunk) => /\u001B\[?$/.test(chunk))); // oxlint-disable-line no-control-regex -- what a terminal is sent begins so
        const reader = new PasteReader();
        const all = chunks.flatMap((chunk) => reader.take(chunk));
        const of = (type: string): string =>
          all.flatMap((one) => (one.type === type ? asMeant(one.text) : [])).join('');
        expect([of('keys'), of('paste')]).toEqual(['ab\r\u001B[Ac', 'one\ntwo']);
      }),
    );
  });

  it('shows its line breaks as signs', () => {
    expect(asShown(asTyped('a\n\tb'))).toBe('a⏎⇥b');
  });
});

describe('Alt-Enter', () => {
  it('is a new line', () => {
    expect(read('a\u001B\rb\r')).toEqual([String.raw`keys: "a\nb\r"`]);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteText } from './byte-text.ts';

const mark = [0xef, 0xbb, 0xbf];

test('bytes make the same text however they are cut, and as one decoder of the platform makes', () => {
  const texts = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => [...new TextEncoder().encode(text)]),
      fc.array(fc.integer({ min: 0, max: 255 })),
      fc.constant(mark),
    ),
  );
  fc.assert(
    fc.property(texts, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (pieces, lengths) => {
      const bytes = Uint8Array.from(pieces.flat());
      const text = new ByteText();
      let made = '';
      let at = 0;
      for (let i = 0; at < bytes.length; i += 1) {
        const end = at + lengths[i % lengths.length]!;
        made += text.push(bytes.subarray(at, end)) + text.push(Uint8Array.of());
        at = end;
      }
      made += text.end();
      expect(made).toBe(new TextDecoder().decode(bytes));
    }),
  );
});

test('a mark of the byte order is left out in front alone', () => {
  const text = new ByteText();
  const made = mark.map((byte) => text.push(Uint8Array.of(byte)));
  made.push(text.push(Uint8Array.from([...mark, 65])), text.end());
  expect(made.join('')).toBe('\ufeffA');
});

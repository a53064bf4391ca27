import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NdjsonSplitter } from './ndjson.ts';

function linesOf(pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new NdjsonSplitter((data) => lines.push(data));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

test('lines come whole however they were cut, blank ones not, and a last one without its end counts', () => {
  expect(linesOf(['{"a":1}\n{"b', '":2}\r\n', '\n\n{"c":', '3}'])).toEqual(['{"a":1}', '{"b":2}\r', '{"c":3}']);
  const text = '{"a":1}\n{"b":"é"}\n\n{"c":[1,2]}\n{"d":4}';
  const wanted = ['{"a":1}', '{"b":"é"}', '{"c":[1,2]}', '{"d":4}'];
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      expect(linesOf(places.slice(1).map((place, i) => text.slice(places[i], place)))).toEqual(wanted);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SseSplitter } from './sse.ts';

function split(...pieces: string[]): (string | [string, string])[] {
  const events: (string | [string, string])[] = [];
  const splitter = new SseSplitter((data, name) => events.push(name === '' ? data : [name, data]));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return events;
}

describe('server-sent events', () => {
  test('an event ends with a blank line, whatever ends its lines', () => {
    expect(split('data: a\n\ndata: b\n\n')).toEqual(['a', 'b']);
    expect(split('data: a\r\n\r\ndata: b\r\n\r\n')).toEqual(['a', 'b']);
    expect(split('data: a\r\rdata: b\r\r')).toEqual(['a', 'b']);
    expect(split('data: a\n\r\ndata: b\r\n\n')).toEqual(['a', 'b']);
  });

  test('lines of data are joined, and the event name comes along', () => {
    expect(split('event: ping\ndata: a\ndata: b\n\ndata: c\n\n')).toEqual([['ping', 'a\nb'], 'c']);
  });

  test('one space after the colon belongs to the framing, none is needed', () => {
    expect(split('data:a\n\ndata:  b\n\ndata\n\n')).toEqual(['a', ' b', '']);
  });

  test('comments, unknown fields and names without data mean nothing', () => {
    expect(split(': keep-alive\n\nid: 1\nretry: 5\n data: no\ndata: a\n: more\n\nevent: x\n\n')).toEqual(['a']);
  });

  test('the last id that was told comes along, as a place to go on from', () => {
    const told: (string | undefined)[] = [];
    const splitter = new SseSplitter((data, _, id) => told.push(`${data} at ${id}`));
    splitter.push('data: a\n\nid: 1\ndata: b\n\nid:2\nevent: x\ndata: c\n\ndata: d\n\n');
    expect(told).toEqual(['a at ', 'b at 1', 'c at 2', 'd at 2']);
  });

  test('a byte order mark is not part of the first line', () => {
    expect(split('\uFEFFdata: a\n\n')).toEqual(['a']);
  });

  test('the last event counts without its blank line, and without any line end', () => {
    expect(split('data: a\n\ndata: b\n')).toEqual(['a', 'b']);
    expect(split('data: a\n\ndata: b')).toEqual(['a', 'b']);
  });

  test('JSON without framing is an event of its own, over several lines too', () => {
    expect(split('data: a\n\n{"error":"x"}\n\n')).toEqual(['a', ['unframed', '{"error":"x"}']]);
    expect(split('{\n  "error": {}\n}\n')).toEqual([['unframed', '{\n  "error": {}\n}']]);
    expect(split('{"a":1}\n: hi\n{"b":2}\ndata: c\n\n')).toEqual([
      ['unframed', '{"a":1}'],
      ['unframed', '{"b":2}'],
      'c',
    ]);
  });

  test('a CR and its LF may come in different pieces', () => {
    expect(split('data: a\r', '\n\r', '\ndata: b\r', '\n\r', '\n')).toEqual(['a', 'b']);
  });

  test('a long line in many pieces is put together once', () => {
    const piece = '\u{1f600}'.repeat(500);
    const began = performance.now();
    const [event] = split('data: ', ...Array.from({ length: 4000 }, () => piece), '\n\n');
    expect(event).toHaveLength(piece.length * 4000);
    // Joined anew with every piece it takes minutes.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('any cut gives the same events', () => {
    const line = fc.constantFrom(
      'data: a',
      'data:b',
      'event: x',
      ': c',
      '',
      '',
      '{"d":1}',
      'data: é😀',
      ' data: e',
      'data',
    );
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    const stream = fc.array(fc.tuple(line, ends)).map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(8)), (text, sizes) => {
        const pieces: string[] = [];
        let from = 0;
        for (const size of sizes) {
          pieces.push(text.slice(from, from + size));
          from += size;
        }
        expect(split(...pieces, text.slice(from))).toEqual(split(text));
      }),
    );
  });
});

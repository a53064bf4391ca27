import { describe, expect, it } from 'vitest';
import { styleOf } from './style.ts';

// Only whether it is a terminal is asked of a stream.
const terminal = { isTTY: true } as NodeJS.WriteStream;
const pipe = {} as NodeJS.WriteStream;

describe('colours', () => {
  it.each([
    ['a terminal', terminal, {}, true],
    ['a pipe', pipe, {}, false],
    ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['a terminal that can do nothing', terminal, { TERM: 'dumb' }, false],
    ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true],
    ['a pipe with FORCE_COLOR and NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ])('of %s', (_, stream, env, isColoured) => {
    const style = styleOf(stream, env);
    expect([style.isColoured, style.bold('a')]).toEqual([isColoured, isColoured ? '\u001B[1ma\u001B[22m' : 'a']);
  });
});

import { describe, expect, it } from 'vitest';
import { untilText } from './until.ts';

const noon = new Date(2026, 4, 1, 12, 0, 0).getTime();
const at = (...date: [number, number, number, number, number]): string => new Date(...date).toISOString();

describe('until when something is put off', () => {
  it.each([
    ['', at(2026, 4, 1, 13, 0)],
    ['30 min', at(2026, 4, 1, 12, 30)],
    ['90m', at(2026, 4, 1, 13, 30)],
    ['1.5 h', at(2026, 4, 1, 13, 30)],
    ['2 Days', at(2026, 4, 3, 12, 0)],
    ['1w', at(2026, 4, 8, 12, 0)],
    ['14:30', at(2026, 4, 1, 14, 30)],
    ['9:05', at(2026, 4, 2, 9, 5)],
    ['2026-05-03', at(2026, 4, 3, 9, 0)],
    ['2026-05-03 10:15', at(2026, 4, 3, 10, 15)],
  ])('%j is a time to come', (typed, time) => {
    expect(untilText(typed, noon)).toBe(time);
  });

  it.each(['soon', '0 min', '25:00', '2020-01-01', '1', 'May', '2026-13-45', '-1 h'])('%j is none', (typed) => {
    expect(untilText(typed, noon)).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { columnsOf, rowsOf } from './columns.ts';

it('counts what a terminal gives, rather too much', () => {
  expect(['abc', 'né', '漢字', '🎉', 'e\u0301', '\t'].map(columnsOf)).toEqual([3, 2, 4, 2, 1, 8]);
});

it('cuts a line into rows that no terminal has to wrap', () => {
  expect(rowsOf('abcdef', 3)).toEqual(['abc', 'def']);
  expect(rowsOf('漢字漢', 5)).toEqual(['漢字', '漢']);
  expect(rowsOf('', 5)).toEqual(['']);
});

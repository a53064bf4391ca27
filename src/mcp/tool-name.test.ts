import { expect, test } from 'vitest';
import { toolNameOf } from './tool-name.ts';

test.each([
  ['files', 'read_text', 'files__read_text'],
  ['files', 'read.text/all', 'files__read_text_all'],
  ['files', '<b>rm</b>', 'files___b_rm__b_'],
  ['1pass', 'get-it', '_1pass__get-it'],
  ['-x', 'y', '_-x__y'],
])('the tool %j %j is named %j', (server, tool, name) => {
  expect(toolNameOf(server, tool)).toBe(name);
});

test('a long name is cut, and two that begin alike stay two', () => {
  const names = ['a', 'b'].map((end) => toolNameOf('files', `${'x'.repeat(80)}${end}`));
  expect(names.map((name) => name.length)).toEqual([64, 64]);
  expect(names[0]).not.toBe(names[1]);
  expect(names[0]).toMatch(/^files__x+_[0-9a-f]{8}$/);
});

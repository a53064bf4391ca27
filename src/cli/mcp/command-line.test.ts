import { expect, test } from 'vitest';
import { serverAt, wordsIn } from './command-line.ts';

test.each([
  ['npx -y a ./b', ['npx', '-y', 'a', './b']],
  [String.raw`run 'a b' "c \"d\" \e" f\ g`, ['run', 'a b', String.raw`c "d" \e`, 'f g']],
  [`a'b'"c"d ''`, ['abcd', '']],
  ['  ', []],
])('the command line %j is parted as a shell does', (line, words) => {
  expect(wordsIn(line)).toEqual(words);
});

test.each([`a 'b`, `a "b`, 'a \\'])('a quote that is not closed is an error: %j', (line) => {
  expect(() => wordsIn(line)).toThrow('a quote is not closed');
});

test.each([
  ['npx -y @modelcontextprotocol/server-filesystem .', 'filesystem'],
  ['npx -y @scope/mcp-server-shop@1.2', 'shop'],
  ['uvx mcp-server-git --repository x', 'git'],
  ['/opt/bin/mine-mcp', 'mine'],
  ['node ./servers/weather.js', 'weather'],
  ['node', 'mcp'],
])('a server started by %j is named %j', (line, name) => {
  expect(serverAt(line)).toMatchObject({ name, server: { command: wordsIn(line)[0], args: wordsIn(line).slice(1) } });
});

test('an address is a server, too', () => {
  expect(serverAt('https://mcp.shop.example/mcp')).toEqual({
    name: 'shop.example',
    server: { url: 'https://mcp.shop.example/mcp' },
  });
  expect(() => serverAt('')).toThrow('--mcp takes a command line or an address');
});

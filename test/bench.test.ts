// The bench measures what it says: rows that can be read, with figures in them. How good those are, `npm run bench` tells.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const bench = fileURLToPath(new URL('../bench/run.js', import.meta.url));

function play(...options: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, [bench, ...options], { encoding: 'utf8' });
}

test('a few chunks give a row for each thing that is measured of them', { timeout: 60_000 }, () => {
  const { status, stdout, stderr } = play('--json', '--runs', '1', '--only', 'chunk', '--set', 'n=50');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const figures = { ratio: expect.any(Number), spread: [expect.any(Number), expect.any(Number)] };
  expect(rows).toEqual([
    { measure: 'CPU per text chunk', ...figures, must: 1.25, aim: 1 },
    { measure: 'CPU per text chunk over node:http', ...figures, must: 0.85, aim: 0.6 },
    { measure: 'peak memory, 50,000 chunks', ...figures, must: 1.1, aim: 1 },
  ]);
});

test('a word that no row has measures nothing, and says so', () => {
  const { status, stderr } = play('--only', 'nonsense');
  expect(status).toBe(1);
  expect(stderr).toContain('No row has "nonsense" in its name.');
});

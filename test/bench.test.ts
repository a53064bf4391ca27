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

function rowsIn(stdout: string): readonly unknown[] {
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const figures = { ratio: expect.any(Number), spread: [expect.any(Number), expect.any(Number)] };

test('a few chunks give a row for each thing that is measured of them, over every wire', { timeout: 60_000 }, () => {
  const { status, stdout, stderr } = play('--json', '--runs', '1', '--only', 'chunk', '--set', 'n=50');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const rows = ['', ', responses', ', anthropic'].flatMap((wire) => [
    { measure: `CPU per text chunk${wire}`, ...figures, must: 1.25, aim: 1 },
    { measure: `CPU per text chunk over node:http${wire}`, ...figures, must: 0.85, aim: 0.6 },
    { measure: `peak memory, 50,000 chunks${wire}`, ...figures, must: 1.1, aim: 1 },
  ]);
  expect(rowsIn(stdout)).toEqual(rows);
});

// The measure itself counts the text that came and the calls that ran, of the floor's as of ours.
test.each(['responses', 'anthropic'])(
  'calls run and results come back over one wire: %s',
  { timeout: 60_000 },
  (wire) => {
    const options = ['--only', 'step', '--set', 'steps=3,calls=2,warm=1,times=1'];
    const { status, stdout, stderr } = play('--json', '--runs', '1', '--wire', wire, ...options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(rowsIn(stdout)).toEqual([
      { measure: `tool loop, CPU per step, ${wire}`, ...figures, must: 1.25, aim: 1.1 },
      { measure: `step with 50 parallel calls, ${wire}`, ...figures, must: 1.3, aim: 1.1 },
    ]);
  },
);

test('a wire that is not there measures nothing, and says which there are', () => {
  const { status, stderr } = play('--wire', 'nonsense');
  expect(status).toBe(1);
  expect(stderr).toContain('--wire is nonsense: there are chat, responses, anthropic.');
});

test('a word that no row has measures nothing, and says so', () => {
  const { status, stderr } = play('--only', 'nonsense');
  expect(status).toBe(1);
  expect(stderr).toContain('No row has "nonsense" in its name.');
});

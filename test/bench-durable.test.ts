// The bench of threads measures what it says, on both stores, and prints no figure of what went wrong. How good the figures
// are, `npm run bench -- durable` tells.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const bench = fileURLToPath(new URL('../bench/run.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'yourcall-bench-test-'));
// A Postgres of root's runs as another user.
chmodSync(scratch, 0o755);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Played {
  readonly status: number | null;
  readonly stderr: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Plays the short form of rows: it runs everything a few times, and its figures are worth nothing. */
function play(...options: string[]): Played {
  const args = [bench, 'durable', '--json', '--short', '--rounds', '1', ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: scratch },
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { status, stderr, rows: lines.map((line) => JSON.parse(line) as Played['rows'][number]) };
}

test('help names every option, and nothing is measured', () => {
  const { status, stdout } = spawnSync(process.execPath, [bench, 'durable', '--help'], { encoding: 'utf8' });
  const options = ['rounds', 'only', 'peers', 'short', 'limit', 'json', 'help'];
  expect([status, options.filter((name) => !stdout.includes(`--${name}`))]).toEqual([0, []]);
  expect(stdout).toMatch(/^Usage: npm run bench -- durable/);
});

test('every row has a figure, and nothing is left of it', { timeout: 120_000 }, () => {
  const { status, stderr, rows } = play();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(rows.map(({ measure }) => measure)).toHaveLength(34);
  for (const { measure, figure } of rows) expect({ measure, figure }).toEqual({ measure, figure: expect.any(Number) });
  // These are no times: they are what they are in the short form too.
  const counted = rows.filter(({ measure }) => /^bytes written|transactions that write/.test(String(measure)));
  expect(counted.filter(({ must, figure }) => Number(figure) > Number(must ?? Infinity))).toEqual([]);
  expect(counted).toHaveLength(4);
  expect(readdirSync(scratch)).toEqual([]);
});

test('what takes too long has no figure, leaves nothing, and the bench fails', { timeout: 60_000 }, () => {
  const { status, stderr, rows } = play(
    '--only',
    'decision to tool in another process, p50, SQLite',
    '--limit',
    '0.05',
  );
  expect(status).toBe(1);
  expect(stderr).toContain('It took longer than 0.05 s.');
  expect(rows).toMatchObject([{ failure: 'It took longer than 0.05 s.' }]);
  expect(rows[0]).not.toHaveProperty('figure');
  expect(readdirSync(scratch)).toEqual([]);
});

test('a word that no row has measures nothing, and says so', () => {
  const { status, stderr } = play('--only', 'nonsense');
  expect(status).toBe(1);
  expect(stderr).toContain('No row has "nonsense" in its name.');
});

const at = (file: string): string => new URL(`../bench/durable/${file}`, import.meta.url).href;

test('when a measure fails its processes have ended, and it starts no other', { timeout: 20_000 }, async () => {
  const { staged } = (await import(at('stage.js'))) as { staged: Staged };
  let stage: Stage | undefined;
  let heard: Promise<unknown> | undefined;
  const played = staged({ store: 'sqlite', at: join(scratch, 'stage.db') }, 60_000, async (one) => {
    stage = one;
    const worker = await one.start('worker', { chat: 'shop' });
    heard = worker.hear('nothing');
    heard.catch(() => {});
    throw new Error('It went wrong.');
  });
  await expect(played).rejects.toThrow('It went wrong.');
  await expect(heard).rejects.toThrow('The process that plays worker: it ended');
  await expect(stage?.start('worker', { chat: 'shop' })).rejects.toThrow('the measure is over');
});

describe('what makes the bench fail', async () => {
  const { delaysOf } = (await import(at('delays.js'))) as {
    delaysOf(decided: readonly Moment[], started: readonly Moment[]): readonly number[];
  };
  const { Reading } = (await import(at('reading.js'))) as {
    Reading: new () => { take(event: unknown): string; readonly texts: readonly string[] };
  };
  const decided = [
    { call: 'a', at: 10 },
    { call: 'b', at: 20 },
  ];

  test('a call that ran twice, never, or undecided (P3)', () => {
    const starts = [
      { call: 'b', at: 23 },
      { call: 'a', at: 11.5 },
    ];
    expect(delaysOf(decided, starts)).toEqual([1.5, 3]);
    expect(() => delaysOf(decided, [...starts, { call: 'a', at: 30 }])).toThrow('Call a ran 2 times, not once.');
    expect(() => delaysOf(decided, starts.slice(1))).toThrow('Call b ran 0 times, not once.');
    expect(() => delaysOf(decided, [...starts, { call: 'c', at: 30 }])).toThrow(
      'Call c ran, and nobody had decided so.',
    );
  });

  test('a token that was lost before the message was whole (P4)', () => {
    const text = (delta: string) => ({ type: 'text', message: 'm1', part: 0, delta });
    const whole = (text: string) => ({
      type: 'message',
      message: { id: 'm1', role: 'assistant', parts: [{ type: 'text', text }], at: 1 },
    });
    const good = new Reading();
    expect([whole(''), text('one '), whole('one two ')].map((event) => good.take(event))).toEqual(['', 'one ', 'two ']);
    expect(good.texts).toEqual(['one two ']);
    const bad = new Reading();
    bad.take(text('one '));
    bad.take(text('three '));
    expect(() => bad.take(whole('one two three '))).toThrow('A token was lost');
  });
});

interface Moment {
  readonly call: string;
  readonly at: number;
}

interface Stage {
  start(role: string, setup: object): Promise<{ hear(type: string): Promise<unknown> }>;
}

type Staged = (place: object, limit: number, play: (stage: Stage) => Promise<void>) => Promise<void>;

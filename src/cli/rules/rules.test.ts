import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fileGrants } from '../../rules/grant-file.ts';
import { rules } from './rules.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-rules-cli-'));
const path = join(folder, 'rules.json');
let printed: string[] = [];
let complained: string[] = [];

beforeEach(() => {
  printed = [];
  complained = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

function write(tests: readonly object[]): void {
  const pay = { decision: 'allow', tool: 'pay', when: { amount: { lte: 50 } } };
  writeFileSync(path, JSON.stringify({ version: 1, rules: [pay], tests }));
}

test('the tests beside the rules are played', async () => {
  const small = { tool: 'pay', input: { amount: 50 }, expect: 'allow' };
  write([small]);
  expect(await rules(['test', path])).toBe(0);
  write([small, { tool: 'pay', expect: 'deny', because: 'no amount' }]);
  expect(await rules(['test', path])).toBe(1);
  expect(printed).toEqual([
    '1 test passed, 0 failed.',
    'failed: pay {}: expected deny (no amount), got ask: no rule covers this call, and the default is to ask',
    '1 test passed, 1 failed.',
  ]);
  write([]);
  expect(await rules(['test', path])).toBe(1);
});

test('it is told which rule decides, and why', async () => {
  write([]);
  expect(await rules(['explain', path, '--tool', 'pay', '--input', '{"amount":"50"}'])).toBe(0);
  expect(printed).toEqual([
    'ask: no rule covers this call, and the default is to ask',
    '  rule 1, allow pay: unknown (amount: unknown)',
  ]);
});

test('what is wrong is one sentence', async () => {
  writeFileSync(path, '{"version":2}');
  expect(await rules(['test', path])).toBe(1);
  expect(await rules(['test', join(folder, 'none.json')])).toBe(1);
  expect(await rules(['look'])).toBe(1);
  expect(complained[0]).toBe('yourcall rules: The rules cannot be used: their version is 2, not 1.');
  expect(complained).toHaveLength(3);
});

test('grants are listed as they were given, and taken back', async () => {
  const file = join(folder, 'grants.jsonl');
  const grants = fileGrants(file);
  const rule = { decision: 'allow', tool: 'pay', when: { to: 'bob\u202e' } } as const;
  const at = new Date(2026, 10, 27, 9, 30).getTime();
  await grants.add({ id: 'g1', rule, scope: 'always', at, by: 'ann' });
  await grants.add({ id: 'g2', rule: { decision: 'allow', tool: 'look' }, scope: 'hour', at: 1, expiresAt: 2 });
  expect(await rules(['grants', file])).toBe(0);
  expect(printed).toEqual([
    'g1  pay when {"to":"bob\\u202e"}',
    expect.stringMatching(/^ {4}always, given by ann .*09:30/),
    'g2  look',
    expect.stringMatching(/^ {4}hour, given .*, ended /),
  ]);
  expect([await rules(['revoke', file, 'g1']), await rules(['revoke', file, 'g1'])]).toEqual([0, 1]);
  expect((await grants.list()).map(({ id }) => id)).toEqual(['g2']);
  expect(await rules(['grants', join(folder, 'none.jsonl')])).toBe(1);
  expect(complained.at(-1)).toContain('there is no file');
});

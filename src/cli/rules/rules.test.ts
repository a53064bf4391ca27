import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
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
    'failed: pay {}: expected deny (no amount), got ask: no rule speaks of it: ask',
    '1 test passed, 1 failed.',
  ]);
  write([]);
  expect(await rules(['test', path])).toBe(1);
});

test('it is told which rule decides, and why', async () => {
  write([]);
  expect(await rules(['explain', path, '--tool', 'pay', '--input', '{"amount":"50"}'])).toBe(0);
  expect(printed).toEqual(['ask: no rule speaks of it: ask', '  rule 1, allow pay: unknown (amount: unknown)']);
});

test('what is wrong is one sentence', async () => {
  writeFileSync(path, '{"version":2}');
  expect(await rules(['test', path])).toBe(1);
  expect(await rules(['test', join(folder, 'none.json')])).toBe(1);
  expect(await rules(['look'])).toBe(1);
  expect(complained[0]).toBe('yourcall rules: The rules cannot be used: their version is 2, not 1.');
  expect(complained).toHaveLength(3);
});

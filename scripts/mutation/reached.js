// Runs beside each test file, once, before there are any mutants: which blocks of the code does it reach, and what does it cost?
// A line for each test file goes into `reached.jsonl`. Which block is which stands in the code: see `marked` in blocks.js.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';

globalThis.reached = new Set();
let began;

beforeAll(() => {
  began = process.threadCpuUsage();
});

afterAll(() => {
  const { user, system } = process.threadCpuUsage(began);
  const file = relative(process.cwd(), expect.getState().testPath);
  const line = { file, cpu: Math.round((user + system) / 1000), reached: [...globalThis.reached] };
  appendFileSync('reached.jsonl', `${JSON.stringify(line)}\n`);
});

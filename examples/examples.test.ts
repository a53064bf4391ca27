import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Runs an example as a newcomer does: a process of its own, against the built package. */
async function run(example: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [new URL(example, import.meta.url).pathname]);
  return stdout;
}

test('hello', async () => {
  expect(await run('hello.ts')).toMatch(/rules, not an AI[^]*\(\d+ tokens\)/);
});

test('approval', async () => {
  expect(await run('approval.ts')).toBe(
    [
      'refund proposed',
      'refund awaiting-approval',
      'somebody is needed',
      "refund { orderId: 'A-17', amount: 120 } over 50",
      'Refunded 120 for order A-17.',
      '',
    ].join('\n'),
  );
});

test('a test with a scripted model', async () => {
  expect(await run('scripted-model.ts')).toBe('as expected\n');
});

test('a test that crashes at every commit', async () => {
  expect(await run('every-crash.ts')).toMatch(/^\d\d plays, and no refund started twice\n$/);
});

test('a model of your own is checked', async () => {
  expect(await run('check-model.ts')).toMatch(/^(ok  .+\n){8,}$/);
});

test.each([
  ['README.md', ['approval.ts']],
  ['docs/testing.md', ['scripted-model.ts', 'every-crash.ts', 'check-model.ts']],
])('the samples of %s are these examples, as they run', (page, examples) => {
  const samples = [...read(`../${page}`).matchAll(/```ts\n([^]*?)```/g)].map(([, sample]) => sample);
  expect(samples).toEqual(examples.map(read));
});

test('pause, save, resume in another process', async () => {
  expect(await run('pause-and-resume.ts')).toMatch(/process 1: paused\nprocess 2: done: .*Order B-2 is cancelled/);
});

test('a model in six lines', async () => {
  expect(await run('custom-model.ts')).toBe('You said: Hello!\n');
});

test('edited arguments', async () => {
  expect(await run('edited-arguments.ts')).toBe("invalid [ 'amount' ]\napplied\nalready\nPaid 60 to Bob.\n");
});

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

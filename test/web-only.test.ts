// Looks at dist, so build first.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a server of threads needs nothing but what the web has, and no time between requests', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'web-only', 'play.ts')]);
  expect(JSON.parse(stdout)).toEqual({
    events: ['format', 'message', 'message', 'step-end', 'paused', 'message', 'step-end', 'done'],
    isWhole: true,
    missing: 3,
  });
});

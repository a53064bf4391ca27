import { describe, expect, test } from 'vitest';
import { readBody } from './body.ts';
import { limitsOf } from './limits.ts';

function read(body: string, depth = 3): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const request = new Request('http://localhost/', { method: 'POST', body, headers });
  return readBody(request, limitsOf({ depth, body: 2 ** 25 }));
}

describe('the body of a request', () => {
  test('may hold a file of many megabytes', async () => {
    const file = 'A'.repeat(2 ** 24);
    expect(await read(JSON.stringify({ file }))).toEqual({ file });
  });

  test.each([
    ['[[[]]]', true],
    ['[[[[]]]]', false],
    ['[[[],[],{}]]', true],
    [String.raw`["[[[[", "\"[[[[", "\\", [["]]"]]]`, true],
    [String.raw`["\\", [[["\\\"]"]]]]`, false],
    [String.raw`["\\\\\"{{{{\\"]`, true],
  ])('is no deeper than it may be, whatever stands in its texts: %s', async (body, isRead) => {
    const answer = await read(body).catch(({ code }) => code);
    expect(answer).toEqual(isRead ? JSON.parse(body) : 'too-deep');
  });
});

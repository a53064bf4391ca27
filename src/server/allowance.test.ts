import { describe, expect, test } from 'vitest';
import { Allowance } from './allowance.ts';
import { limitsOf } from './limits.ts';
import { Problem } from './problem.ts';

const ann = { principal: 'ann', tenant: 'acme', scopes: [] };
const namesake = { ...ann, tenant: 'other' };

/** What a refusal says of when to come back, in seconds. */
function waitOf(work: () => unknown): number {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ code: 'too-many' });
    if (error instanceof Problem) return Number(error.headers['retry-after']);
  }
  throw new Error('it was not refused');
}

describe('what one who asks may take', () => {
  test('is so many requests at once, each given back once', () => {
    const allowance = new Allowance(limitsOf({ concurrent: 2 }), () => 0);
    const { over } = allowance.request(ann);
    allowance.request(ann);
    expect(waitOf(() => allowance.request(ann))).toBe(1);
    allowance.request(namesake);
    over();
    over();
    allowance.request(ann);
    expect(waitOf(() => allowance.request(ann))).toBe(1);
  });

  test('is so many answers that are not read, each for a minute; what is not answered yet counts on', () => {
    let now = 0;
    const allowance = new Allowance(limitsOf({ concurrent: 2 }), () => now);
    allowance.request(ann);
    allowance.request(ann).made();
    now += 59_999;
    expect(waitOf(() => allowance.request(ann))).toBe(1);
    now += 1;
    allowance.request(ann);
    now += 3_600_000;
    expect(waitOf(() => allowance.request(ann))).toBe(1);
  });

  test('is so many requests in a time, of which none are saved up beyond the burst', () => {
    let now = 0;
    const allowance = new Allowance(limitsOf({ rate: { burst: 3, perSecond: 0.25 } }), () => now);
    const taken = (): number => {
      for (let count = 0; ; count += 1) {
        try {
          allowance.request(ann).over();
        } catch {
          return count;
        }
      }
    };
    expect(taken()).toBe(3);
    expect(waitOf(() => allowance.request(ann))).toBe(4);
    now += 3_000;
    expect(waitOf(() => allowance.request(ann))).toBe(1);
    now += 1_000;
    expect(taken()).toBe(1);
    now += 3_600_000;
    expect(taken()).toBe(3);
  });

  test('is so many open streams', () => {
    const allowance = new Allowance(limitsOf({ streams: 1 }), () => 0);
    const close = allowance.stream(ann);
    expect(waitOf(() => allowance.stream(ann))).toBe(5);
    allowance.stream(namesake);
    close();
    allowance.stream(ann);
  });

  test('is not forgotten while it is open, however many others come', () => {
    let now = 0;
    const allowance = new Allowance(limitsOf({ streams: 1, concurrent: 1 }), () => now);
    allowance.stream(ann);
    allowance.request(namesake);
    for (let count = 0; count < 20_100; count += 1) {
      now += 1_000;
      allowance.request({ ...ann, principal: `p${count}` }).over();
    }
    expect(waitOf(() => allowance.stream(ann))).toBe(5);
    expect(waitOf(() => allowance.request(namesake))).toBe(1);
  });
});

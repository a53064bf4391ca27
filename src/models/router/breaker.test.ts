import { describe, expect, test } from 'vitest';
import { ChatError } from '../../conversation/error.ts';
import { testClock } from '../../testing/test-clock.ts';
import type { TestClock } from '../../testing/test-clock.ts';
import { Breaker } from './breaker.ts';
import type { Attempt } from './breaker.ts';
import type { BreakerOptions } from './options.ts';

const error = new ChatError('overloaded', 'no room');
const asking = (retryAfter: number): ChatError => new ChatError('rate-limit', 'too many', { retryAfter });

function breaker(options: BreakerOptions | false = { failures: 2, cooldown: 1_000 }): {
  breaker: Breaker;
  clock: TestClock;
} {
  const clock = testClock();
  return { breaker: new Breaker({ breaker: options, now: clock.now }), clock };
}

/** An attempt that is allowed. */
function enter(one: Breaker): Attempt {
  const attempt = one.enter();
  if (!attempt) throw new Error('it is not asked');
  return attempt;
}

function failTwice(one: Breaker): void {
  enter(one).failed(error);
  enter(one).failed(error);
}

describe('a circuit breaker', () => {
  test.each([Number.NaN, -5, Infinity])('opens also for who asks for %d ms of peace', (wait) => {
    const { breaker: one, clock } = breaker();
    enter(one).failed(asking(wait));
    one.enter()?.failed(asking(wait));
    expect(one.enter()).toBeUndefined();
    clock.advance(3_600_000);
    expect(one.enter()).toBeDefined();
  });

  test('opens after so many failures in a row, and one request tries it when its time has come', () => {
    const { breaker: one, clock } = breaker();
    failTwice(one);
    expect(one.enter()).toBeUndefined();
    expect(one.down).toEqual({ error, retryIn: 1_000 });
    clock.advance(999);
    expect(one.enter()).toBeUndefined();
    clock.advance(1);
    enter(one).began();
    expect(one.down).toBeUndefined();
  });

  test('counts only failures in a row', () => {
    const { breaker: one } = breaker();
    enter(one).failed(error);
    enter(one).ended();
    enter(one).failed(error);
    expect(one.down).toBeUndefined();
  });

  test('lets one request try it at a time, and nobody else meanwhile', () => {
    const { breaker: one, clock } = breaker();
    failTwice(one);
    clock.advance(1_000);
    const probe = enter(one);
    expect([one.enter(), one.enter()]).toEqual([undefined, undefined]);
    expect(one.down).toEqual({ error, retryIn: undefined });
    probe.began();
    expect(one.enter()).toBeDefined();
  });

  test('opens again for its whole time when the one that tries it fails', () => {
    const { breaker: one, clock } = breaker();
    failTwice(one);
    clock.advance(1_000);
    enter(one).failed(error);
    clock.advance(999);
    expect(one.enter()).toBeUndefined();
    clock.advance(1);
    expect(one.enter()).toBeDefined();
  });

  test('is tried by the next when the one that tried it left without a word', () => {
    const { breaker: one, clock } = breaker();
    failTwice(one);
    clock.advance(1_000);
    const probe = enter(one);
    probe.left();
    const next = enter(one);
    expect(one.enter()).toBeUndefined();
    // Too late to count.
    probe.ended();
    expect(one.enter()).toBeUndefined();
    next.ended();
    expect(one.down).toBeUndefined();
  });

  test('opens at once when an answer breaks that had begun as a try', () => {
    const { breaker: one, clock } = breaker();
    failTwice(one);
    clock.advance(1_000);
    const probe = enter(one);
    probe.began();
    probe.failed(error);
    expect(one.down).toEqual({ error, retryIn: 1_000 });
  });

  test('forgets its failures when the answer of a try comes to its end', () => {
    const { breaker: one, clock } = breaker();
    failTwice(one);
    clock.advance(1_000);
    const probe = enter(one);
    probe.began();
    probe.ended();
    enter(one).failed(error);
    expect(one.down).toBeUndefined();
  });

  test('listens to no request that began before it opened', () => {
    const { breaker: one, clock } = breaker();
    const [early, other] = [enter(one), enter(one)];
    failTwice(one);
    early.ended();
    expect(one.enter()).toBeUndefined();
    clock.advance(1_000);
    enter(one).ended();
    other.failed(error);
    enter(one).failed(error);
    expect(one.down).toBeUndefined();
  });

  test('counts failures of requests that run at once', () => {
    const { breaker: one } = breaker();
    const both = [enter(one), enter(one)];
    for (const attempt of both) attempt.failed(error);
    expect(one.down).toBeDefined();
  });

  test('counts one verdict of a request', () => {
    const { breaker: one } = breaker();
    const attempt = enter(one);
    attempt.failed(error);
    attempt.failed(error);
    attempt.left();
    expect(one.down).toBeUndefined();
  });

  test('opens at once for as long as the member asks for, an hour at most', () => {
    const { breaker: one, clock } = breaker();
    enter(one).failed(asking(5_000));
    expect(one.down?.retryIn).toBe(5_000);
    clock.advance(5_000);
    enter(one).failed(asking(1e12));
    expect(one.down?.retryIn).toBe(3_600_000);
    clock.advance(3_600_000);
    enter(one).failed(asking(5));
    expect(one.down?.retryIn).toBe(1_000);
  });

  test('opens after three failures for half a minute, where nothing is said', () => {
    const one = new Breaker({ now: () => 0 });
    for (let i = 0; i < 3; i += 1) {
      expect(one.down).toBeUndefined();
      enter(one).failed(error);
    }
    expect(one.down?.retryIn).toBe(30_000);
  });

  test('never opens when it is switched off', () => {
    const { breaker: one } = breaker(false);
    for (let i = 0; i < 99; i += 1) enter(one).failed(asking(60_000));
    expect(one.enter()).toBeDefined();
  });
});

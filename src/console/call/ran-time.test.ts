import { expect, it } from 'vitest';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { ranFor } from './ran-time.ts';

const attempt = { number: 1, startedAt: 1_000, deadline: 9_000 };

function ran(milliseconds: number): ToolCall {
  const facts = { id: 'c', name: 'pay', arguments: '{}', revision: 5, attempt };
  return { ...facts, state: 'completed', output: 1, endedAt: 1_000 + milliseconds };
}

it('says how long a call ran, in as much detail as one reads', () => {
  const words = [0, 340, 1_240, 9_960, 59_400, 61_000, 3_600_000, 5_430_000].map((one) => ranFor(ran(one)));
  expect(words).toEqual(['0 ms', '340 ms', '1.2 s', '10.0 s', '59 s', '1 min 1 s', '1 h 0 min', '1 h 30 min']);
  // Two clocks.
  expect(ranFor(ran(-5))).toBe('0 ms');
});

it('says nothing where it is not known: it never ran, or nobody heard how it ended', () => {
  const { endedAt: _endedAt, attempt: _attempt, ...bare } = ran(1) as ToolCall & { endedAt: number };
  expect([ranFor(bare as ToolCall), ranFor({ ...bare, attempt } as ToolCall)]).toEqual([undefined, undefined]);
  expect(ranFor({ ...bare, attempt, state: 'running' } as ToolCall)).toBeUndefined();
});

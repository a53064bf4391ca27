import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canMove, changed, isSettled, move } from './move.ts';
import { transitions } from './tool-call.ts';
import type { CallState, Cause, ToolCall } from './tool-call.ts';

const states = Object.keys(transitions) as CallState[];
const causes = [...new Set(states.flatMap((state) => Object.keys(transitions[state])))] as Cause[];

/** A call in a state, with whatever that state holds. */
function callIn(state: CallState): ToolCall {
  return { id: 'c', name: 'refund', arguments: '{}', input: {}, revision: 3, ...standing[state] } as ToolCall;
}

const standing: Record<CallState, object> = {
  proposed: { state: 'proposed' },
  'awaiting-approval': { state: 'awaiting-approval' },
  deferred: { state: 'deferred', until: 1 },
  snoozed: { state: 'snoozed', until: 1 },
  approved: { state: 'approved', by: 'policy' },
  running: { state: 'running' },
  'awaiting-result': { state: 'awaiting-result' },
  'awaiting-input': { state: 'awaiting-input', question: 'Which?' },
  'in-doubt': { state: 'in-doubt', reason: 'it died' },
  completed: { state: 'completed', output: 1 },
  failed: { state: 'failed', reason: 'x', outcome: 'none' },
  denied: { state: 'denied', by: 'policy' },
  rejected: { state: 'rejected' },
  cancelled: { state: 'cancelled', by: 'stop', outcome: 'none' },
};

test('L1: every move of the table is made, every other throws and changes nothing', () => {
  let made = 0;
  for (const from of states) {
    for (const cause of causes) {
      for (const to of states) {
        const call = callIn(from);
        const before = JSON.stringify(call);
        const attempt = (): unknown => move(call, cause, standing[to] as never);
        if (transitions[from][cause] === to) {
          expect(attempt()).toMatchObject({ id: 'c', name: 'refund', revision: 4, state: to });
          made += 1;
        } else expect(attempt).toThrow(`Tool call c (refund) cannot go from ${from} to ${to} by ${cause}.`);
        expect(JSON.stringify(call)).toBe(before);
      }
    }
  }
  expect(made).toBe(states.reduce((sum, state) => sum + Object.keys(transitions[state]).length, 0));
});

test('L1: nothing leads out of a settled state, and something leads out of every other', () => {
  // Late evidence is kept beside a settled call, which stays what it is (rule E3).
  const leadsOut = (state: CallState) => Object.values(transitions[state]).some((to) => to !== state);
  for (const state of states) expect(leadsOut(state)).toBe(!isSettled(state));
  expect(states.filter(isSettled)).toEqual(['completed', 'failed', 'denied', 'rejected', 'cancelled']);
});

test('L1: no way leads from a decision against a call, or from its end, to its running', () => {
  for (const state of states) {
    if (canMove(state, 'running')) expect(['approved', 'running']).toContain(state);
  }
});

test('a change holds nothing that is lost when it is stored, whether its tool keeps something to itself or not (P6)', () => {
  for (const sensitive of [undefined, ['pin']] as const) {
    const call = { ...callIn('approved'), ...(sensitive && { sensitive }) };
    const change = move(call, 'start', { state: 'running' });
    expect(change).toStrictEqual(JSON.parse(JSON.stringify(change)));
    expect(change.sensitive).toEqual(sensitive);
  }
});

test('a change keeps the facts, replaces the standing and leaves the call as it was', () => {
  const call = callIn('in-doubt');
  const after = changed(call, { id: 'c', name: 'refund', revision: 4, state: 'completed', output: 7 });
  expect(after).toEqual({ ...callIn('completed'), revision: 4, output: 7 });
  expect(after).not.toHaveProperty('reason');
  expect(call).toEqual(callIn('in-doubt'));
});

test('L1: ARCHITECTURE.md prints the table as it is', () => {
  const page = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
  for (const state of states) {
    const moves = Object.entries(transitions[state]).map(([cause, to]) => `${cause} → ${to}`);
    expect(page).toContain(`| ${state} | ${moves.join(', ') || 'settled'} |`);
  }
});

import { expect, test } from 'vitest';
import { isEdited, resultOf, textOfOutput } from './result.ts';
import type { DecisionRecord } from './decision.ts';
import type { CallStanding, ToolCall } from './tool-call.ts';

const attempt = { number: 1, startedAt: 1, deadline: 2 };
const facts = { id: 'c', name: 'pay', arguments: '{"amount":60}', input: { amount: 50 }, revision: 3 } as const;
const approved: DecisionRecord = { decision: { type: 'approve' }, at: 1 };
const edited: DecisionRecord = { decision: { type: 'approve', input: { amount: 50 } }, at: 1 };
const told =
  'A person changed the arguments before it ran, from {"amount":60} to {"amount":50}. Do not repeat the original.';

function call(standing: CallStanding, more: Partial<ToolCall> = {}): ToolCall {
  return { ...facts, ...more, ...standing } as ToolCall;
}

test('an output is read as it is when it is text, else as JSON, and nothing is done', () => {
  expect(textOfOutput('as it is')).toBe('as it is');
  expect(textOfOutput({ a: 1 })).toBe('{"a":1}');
  expect(textOfOutput(null)).toBe('null');
  expect(textOfOutput(undefined)).toBe('Done.');
});

test('only what was completed is no error, and what the tool presents goes before its output', () => {
  const content = [{ type: 'text', text: 'Paid.' }] as const;
  expect(resultOf(call({ state: 'completed', output: 5 }))).toEqual({
    content: [{ type: 'text', text: '5' }],
    isError: false,
  });
  expect(resultOf(call({ state: 'completed', output: 5, content }))).toEqual({ content, isError: false });
  expect(resultOf(call({ state: 'rejected' }))).toEqual({
    content: [{ type: 'text', text: 'Not executed: a person rejected it.' }],
    isError: true,
  });
  expect(resultOf(call({ state: 'rejected', reason: '' })).content).toEqual([
    { type: 'text', text: 'Not executed: a person rejected it.' },
  ]);
});

test('W1: an edit is told when it ran or was answered, and not when it never began', () => {
  const decisions = [edited];
  const first = (one: ToolCall): unknown => resultOf(one).content[0];
  expect(first(call({ state: 'completed', output: 5 }, { decisions }))).toEqual({ type: 'text', text: told });
  const failed = { state: 'failed', reason: 'broken', outcome: 'none' } as const;
  expect(first(call(failed, { decisions, attempt }))).toEqual({ type: 'text', text: told });
  expect(first(call(failed, { decisions }))).toEqual({ type: 'text', text: 'The tool failed: broken' });
  expect(first(call({ state: 'completed', output: 5 }, { decisions: [approved] }))).toEqual({
    type: 'text',
    text: '5',
  });
});

test('W1: a call is edited when an approval has another input, whoever approved that since', () => {
  const waits = { state: 'awaiting-approval' } as const;
  const rejected: DecisionRecord = { decision: { type: 'reject' }, at: 2 };
  expect(isEdited(call(waits))).toBe(false);
  expect(isEdited(call(waits, { decisions: [edited] }))).toBe(true);
  expect(isEdited(call(waits, { decisions: [approved] }))).toBe(false);
  expect(isEdited(call(waits, { decisions: [edited, approved] }))).toBe(true);
  expect(isEdited(call(waits, { decisions: [approved, edited, rejected] }))).toBe(true);
});

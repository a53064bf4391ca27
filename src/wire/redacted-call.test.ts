import { expect, test } from 'vitest';
import { withheld } from '../conversation/redaction.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { redactedCall } from './redacted-call.ts';

const secret = 'hunter2';
const input = { user: 'ann', password: secret };
const facts = {
  id: 'c',
  name: 'login',
  arguments: JSON.stringify({ ...input, extra: secret }),
  revision: 3,
  input,
} as const;
const onLooker = { runs: false };

function shown(call: ToolCall, runs = false): ToolCall {
  return redactedCall(call, ['password'], { runs });
}

test('arguments are shown as they were read, and not at all before that', () => {
  const kept = { user: 'ann', password: withheld };
  expect(shown({ ...facts, state: 'running' })).toMatchObject({ input: kept, arguments: JSON.stringify(kept) });
  const { input: _input, ...unread } = facts;
  expect(shown({ ...unread, state: 'proposed' })).toEqual({
    ...unread,
    state: 'proposed',
    arguments: JSON.stringify(withheld),
    sensitive: ['password'],
  });
});

test('a change tells no more than the call, and of what did not change nothing', () => {
  const change = { id: 'c', name: 'login', revision: 4, state: 'completed', output: { password: secret } } as const;
  expect(redactedCall(change, ['password'], onLooker)).toEqual({
    ...change,
    sensitive: ['password'],
    output: { password: withheld },
  });
});

test('what was decided keeps what was edited, answered and said to itself, and the digest of what was shown', () => {
  const at = { at: 1, by: 'kim', seen: 'a'.repeat(64) };
  const decisions = [
    { ...at, decision: { type: 'snooze', until: '2030-01-01' } },
    { ...at, decision: { type: 'approve', input } },
    { ...at, decision: { type: 'approve' } },
    { ...at, decision: { type: 'answer', output: input } },
    { ...at, decision: { type: 'happened', output: [input] } },
    { ...at, decision: { type: 'reject', reason: secret } },
    { ...at, decision: { type: 'reject' } },
  ] as const;
  const told = shown({ ...facts, state: 'running', decisions });
  expect(told.decisions).toEqual([
    { at: 1, by: 'kim', decision: { type: 'snooze', until: '2030-01-01' } },
    { at: 1, by: 'kim', decision: { type: 'approve', input: { user: 'ann', password: withheld } } },
    { at: 1, by: 'kim', decision: { type: 'approve' } },
    { at: 1, by: 'kim', decision: { type: 'answer', output: { user: 'ann', password: withheld } } },
    { at: 1, by: 'kim', decision: { type: 'happened', output: [{ user: 'ann', password: withheld }] } },
    { at: 1, by: 'kim', decision: { type: 'reject', reason: withheld } },
    { at: 1, by: 'kim', decision: { type: 'reject' } },
  ]);
});

test('reasons, previews, what came late, and what another chat was told are withheld; kinds of risk and names of errors are not', () => {
  const lateEvidence = [
    { attempt: 1, at: 1, outcome: { completed: input } },
    { attempt: 1, at: 2, outcome: { failed: secret } },
  ];
  const requirements = [{ reason: secret, preview: secret, risk: 'login', approvers: ['kim'] }, { approvers: ['bob'] }];
  expect(
    shown({ ...facts, state: 'cancelled', by: 'stop', outcome: 'none', requirements, lateEvidence }),
  ).toMatchObject({
    requirements: [{ reason: withheld, preview: withheld, risk: 'login', approvers: ['kim'] }, { approvers: ['bob'] }],
    lateEvidence: [{ outcome: { completed: { user: 'ann', password: withheld } } }, { outcome: { failed: withheld } }],
  });
  const child = { thread: 't', chat: 'helper', say: secret, title: secret };
  const standings = [
    { state: 'failed', reason: secret, outcome: 'none' },
    { state: 'failed', reason: 'error e1', outcome: 'none', errorId: 'e1' },
    { state: 'in-doubt', reason: secret },
    { state: 'denied', by: 'policy', reason: secret },
    { state: 'rejected' },
    { state: 'awaiting-result', child },
    { state: 'awaiting-input', question: 'Which one?' },
  ] as const;
  const reasons = standings.map((one) => {
    const told = shown({ ...facts, ...one });
    expect(JSON.stringify(told)).not.toContain(secret);
    return 'reason' in told ? told.reason : 'question' in told ? told.question : undefined;
  });
  expect(reasons).toEqual([withheld, 'error e1', withheld, withheld, undefined, undefined, 'Which one?']);
});

test('who runs what is handed out sees with what, until it is over', () => {
  const handed = { ...facts, state: 'awaiting-result' } as const;
  expect(shown(handed, true)).toMatchObject({ input, arguments: facts.arguments });
  expect(JSON.stringify(shown(handed))).not.toContain(secret);
  const child = { thread: 't', chat: 'helper', say: 'Help.' };
  expect(JSON.stringify(shown({ ...handed, child }, true))).not.toContain(secret);
  expect(JSON.stringify(shown({ ...facts, state: 'completed', output: 1 }, true))).not.toContain(secret);
});

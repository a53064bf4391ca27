import { describe, expect, it } from 'vitest';
import type { ToolCall } from '../conversation/tool-call.ts';
import { callText, resultText } from './call-text.ts';
import { choicesText, questionText } from './question.ts';
import type { Asked } from './question.ts';
import { styleOf } from './style.ts';

const style = styleOf(process.stdout, { NO_COLOR: '1' });
const noon = Date.parse('2025-05-01T12:00:00Z');

function call(input: unknown, more: Partial<ToolCall> = {}): ToolCall {
  const facts = { id: 'c', name: 'write_file', arguments: JSON.stringify(input), input, revision: 2 };
  // A record of every state at once is what the callers below make whole.
  return { ...facts, state: 'awaiting-approval', ...more } as ToolCall;
}

function asked(about: ToolCall, all = false): Asked {
  return { call: about, place: '', all, width: 80, style, now: noon };
}

describe('a call as text', () => {
  it('stands on one line when it is short', () => {
    expect(callText(call({ path: 'a.txt', content: 'hi' }), { width: 80, all: false })).toEqual({
      lines: ['write_file  path: "a.txt", content: "hi"'],
      folded: false,
    });
  });

  it('shows every key, one a line, and values as data (X5)', () => {
    const { lines } = callText(call({ 'x\u200B': { deep: '\u202E' }, text: '# a\n[y]es' }), { width: 80, all: false });
    expect(lines).toEqual([
      'write_file',
      String.raw`  "x\u200b": {"deep":"\u202e"}`,
      '  text: (2 lines, 9 characters)',
      '    | # a',
      '    | [y]es',
    ]);
  });

  it('shows arguments that are no JSON as they came', () => {
    const broken = { ...call(undefined), arguments: '{"path": "a' };
    expect(callText(broken, { width: 80, all: false }).lines).toEqual([String.raw`write_file  "{\"path\": \"a"`]);
  });

  it('tells on one line what became of it', () => {
    const result = (more: Partial<ToolCall>): string => resultText(call({}, more), 40);
    expect(result({ state: 'completed', output: '\nfirst\nsecond\n' })).toBe('first (3 lines)');
    expect(result({ state: 'completed', output: { exitCode: 0, output: 'ok\n' } })).toBe('exitCode: 0, output: ok');
    expect(result({ state: 'failed', reason: 'gone\u001B', outcome: 'unknown' })).toBe(
      String.raw`failed: gone\u001b (it may have taken effect all the same)`,
    );
    expect(result({ state: 'rejected', reason: 'not today' })).toBe('not done: you said no: not today');
  });
});

describe('a question', () => {
  it('says why it is asked and what it would do', () => {
    const requirements = [{ reason: 'over 50', risk: 'money', preview: '-a\n+b\u200B' }];
    expect(questionText(asked(call({ amount: 60 }, { requirements }))).lines).toEqual([
      '? May it do this? write_file  amount: 60',
      '  Asked because over 50 (risk: money).',
      '    | -a',
      String.raw`    | +b\u200b`,
    ]);
  });

  it('says when something is folded, and shows all of it when asked (X5)', () => {
    const long = call({ content: 'line\n'.repeat(50) });
    expect(questionText(asked(long))).toMatchObject({ folded: true });
    expect(questionText(asked(long)).lines).toContain('      [folded here: 51 lines, 250 characters in all]');
    expect(questionText(asked(long, true))).toMatchObject({ folded: false });
    expect(choicesText(asked(long), true)).toBe('[v]iew all [y]es [n]o [e]dit [l]ater');
  });

  it('about a call in doubt tells what is known, and how long only "happened" is believed (E2)', () => {
    const attempt = { number: 1, startedAt: noon - 60_000, deadline: noon + 12_000 };
    const doubt = call({}, { state: 'in-doubt', reason: 'its process ended', attempt });
    expect(questionText(asked(doubt)).lines.slice(1)).toEqual([
      '  Attempt 1 was started at 2025-05-01 11:59:00 UTC; its process ended. Nobody knows whether it took effect.',
      '  What ran it may still be alive: it may be run again in 12 s.',
    ]);
    expect(choicesText(asked(doubt), false)).toMatch(/^\[h\]appened \[l\]ater \(in 12 s /);
    const later = { ...asked(doubt), now: noon + 12_000 };
    expect(choicesText(later, false)).toBe('[h]appened [d]id not happen [r]un again [a]bandon [l]ater');
  });

  it('offers only the decisions that the policy offers', () => {
    expect(choicesText(asked(call({}, { requirements: [{ decisions: ['reject'] }] })), false)).toBe('[n]o [l]ater');
  });
});

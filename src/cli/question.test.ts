import { describe, expect, it } from 'vitest';
import type { ToolCall } from '../conversation/tool-call.ts';
import { callText } from './call-text.ts';
import { choicesText } from './choices.ts';
import { questionText } from './question.ts';
import type { Asked } from './question.ts';
import { resultText } from './result-text.ts';
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
    const apart = { blob: 'a'.repeat(64), size: 120_002, mediaType: 'application/json', preview: '"A-17;60.00' };
    expect(result({ state: 'completed', output: apart })).toBe('(120,002 bytes) "A-17;60.00');
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
    expect(choicesText(long, { now: noon, folded: true })).toBe('[v]iew all [y]es [n]o [e]dit [l]ater');
  });

  it('about a call in doubt tells what is known, and how long only "happened" is believed (E2)', () => {
    const attempt = { number: 1, startedAt: noon - 60_000, deadline: noon + 12_000 };
    const doubt = call({}, { state: 'in-doubt', reason: 'its process ended', attempt });
    const text = (now: number): string =>
      questionText({ ...asked(doubt), now })
        .lines.slice(1)
        .join(' ')
        .replace(/\s+/g, ' ');
    expect(text(noon)).toMatch(
      /^ Attempt 1 was started at [\d-]*?[\d: ]+, 1 min ago; its process ended\. Nobody knows whether it took effect\. /,
    );
    expect(text(noon)).toMatch(/might still act, until [\d:]+: before that, only "it happened" is believed\.$/);
    expect(text(noon + 12_000)).toMatch(/What ran it cannot act any more\.$/);
    const choices = (now: number): string => choicesText(doubt, { now, folded: false });
    expect([choices(noon), choices(noon + 2_500)]).toEqual([
      '[h]appened [l]ater (more in 12 s)',
      '[h]appened [l]ater (more in 10 s)',
    ]);
    expect(choices(noon + 12_000)).toBe('[h]appened, did [n]ot happen, [r]un again, [g]ive up, [l]ater');
  });

  it('offers only the decisions that the policy offers, and says how much time is left', () => {
    const choices = (requirement: object): string =>
      choicesText(call({}, { requirements: [requirement] }), { now: noon, folded: false });
    expect(choices({ decisions: ['reject'] })).toBe('[n]o [l]ater');
    expect(choices({ expiresAt: noon + 90_000 })).toBe('[y]es [n]o [e]dit [l]ater (1 min 30 s left)');
  });

  it('says who has agreed and who still has to', () => {
    const decisions = [{ decision: { type: 'approve' as const }, by: 'ann', at: noon }];
    const requirements = [{ reason: 'over 50', approvers: ['security', 'bob'] }];
    expect(questionText(asked(call({}, { requirements, decisions }))).lines.slice(1)).toEqual([
      '  Asked because over 50. For security or bob to decide.',
      '  Approved by ann; it still needs security or bob.',
    ]);
  });

  it('says how many have to agree, and how many are missing', () => {
    const decisions = [{ decision: { type: 'approve' as const }, by: 'ann', at: noon }];
    const requirements = [{ reason: 'over 50', approvers: ['finance'], quorum: 3, given: [{ by: 'ann', at: noon }] }];
    expect(questionText(asked(call({}, { requirements, decisions }))).lines.slice(1)).toEqual([
      '  Asked because over 50. For finance to decide. 3 people have to approve.',
      '  Approved by ann; it still needs 2 more of finance.',
    ]);
  });

  it('to a person shows the words of the tool behind a bar, and what may be chosen', () => {
    const about = call(
      { topic: 'x' },
      { name: 'ask', state: 'awaiting-input', question: 'Which?\n? May it', schema: { enum: ['a', 'b'] } },
    );
    expect(questionText(asked(about)).lines).toEqual([
      '? You are asked by ask  topic: "x"',
      '      | Which?',
      '      | ? May it',
      '  One of: a, b',
    ]);
    expect(choicesText(about, { now: noon, folded: false })).toBe('your answer, /no or /later');
  });

  it('about what is done elsewhere says so', () => {
    const about = call({}, { state: 'awaiting-result' });
    expect(questionText(asked(about)).lines[0]).toBe('? Done elsewhere: write_file');
    expect(choicesText(about, { now: noon, folded: false })).toBe('[a]nswer [n]o [l]ater');
  });

  it('lets no value pass for a line of ours, however long it is (X5)', () => {
    const value = `${' '.repeat(74)}? May it do this? read_file`;
    const { lines } = questionText(asked(call({ text: value, list: [value, value] }), true));
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {4}(?:\w+:|  [|:] )/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const preview = questionText(asked(call({}, { requirements: [{ preview: `+${value}` }] }))).lines;
    expect(preview.slice(-2)).toEqual([expect.stringMatching(/^ {4}\| /), expect.stringMatching(/^ {4}: /)]);
  });

  it('shows every key, one without a name too (X5)', () => {
    expect(callText(call({ '': 1, a: 2 }), { width: 80, all: false }).lines).toEqual(['write_file  "": 1, a: 2']);
  });
});

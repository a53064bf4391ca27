import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { isFolded } from './folding.ts';
import { flagsOn, hasFolds, isDangerous, isUnread, shownName } from './shown-call.ts';
import { unfold } from './unfolded.ts';

function asked(input: unknown, requirement: Requirement = {}, more: Partial<ToolCall> = {}): ToolCall {
  const facts = { id: 'c1', name: 'mail', arguments: JSON.stringify(input), input, revision: 1 };
  return { ...facts, ...more, state: 'awaiting-approval', requirements: [requirement] } as ToolCall;
}

describe('what a person is shown of a call', () => {
  it('is folded where a text is long, has many lines, or there are many members (X5)', () => {
    expect(isFolded({ a: 'short', b: [1, 2], c: { d: null } })).toBe(false);
    expect(isFolded({ a: { b: ['x'.repeat(1_001)] } })).toBe(true);
    expect(isFolded({ a: 'line\n'.repeat(15) })).toBe(false);
    expect(isFolded({ a: 'line\n'.repeat(16) })).toBe(true);
    expect(isFolded(Array.from({ length: 31 }, (_, at) => at))).toBe(true);
    expect(isFolded({ ['k'.repeat(1_001)]: 1 })).toBe(true);
    const deep = Array.from({ length: 12 }).reduce<unknown>((value) => ({ in: value }), 1);
    expect(isFolded(deep)).toBe(true);
  });

  it('may be approved when it is short, or when all of it was looked at once; an edit is something else (X5)', () => {
    const long = asked({ body: 'x'.repeat(200_000) });
    expect(isUnread('t', asked({ body: 'x' }))).toBe(false);
    expect(isUnread('t', long)).toBe(true);
    unfold(shownName('t', long));
    expect(isUnread('t', long)).toBe(false);
    unfold(shownName('t', long), false);
    expect(isUnread('t', long)).toBe(false);
    expect(isUnread('other', long)).toBe(true);
    expect(isUnread('t', asked({ body: 'y'.repeat(200_000) }))).toBe(true);
  });

  it('counts what stands beside the arguments too', () => {
    expect(hasFolds(asked({}, { reason: 'x'.repeat(2_000) }))).toBe(true);
    expect(hasFolds(asked({}, { preview: 'x\n'.repeat(20) }))).toBe(true);
    const diff = `--- a\n+++ a\n${'+x\n'.repeat(30)}`;
    expect(hasFolds(asked({}, { preview: diff }))).toBe(false);
    expect(hasFolds(asked({}, { preview: diff + '+y\n'.repeat(30) }))).toBe(true);
    expect(hasFolds(asked({}, {}, { name: 'x'.repeat(2_000) }))).toBe(true);
  });

  it('flags letters of other scripts, wherever they are (X5)', () => {
    expect(flagsOn(asked({ to: 'ann@example.com' }))).toEqual([]);
    expect(flagsOn(asked({ to: '\u0430nn@example.com' }))).toHaveLength(1);
    expect(flagsOn(asked({ ['\u0430mount']: 1 }))).toHaveLength(1);
    expect(flagsOn(asked({}, { preview: 'p\u0430ypal' }))).toHaveLength(1);
    expect(flagsOn(asked({}, {}, { name: 'm\u0430il' }))).toHaveLength(1);
  });

  it('is dangerous by the word of its policy, or where it takes effect each time', () => {
    expect(isDangerous(asked({}))).toBe(false);
    expect(isDangerous(asked({}, { risk: 'money' }))).toBe(true);
    expect(isDangerous(asked({}, {}, { effect: 'once' }))).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import { Conversation } from './conversation.ts';
import { next } from './next.ts';
import type { CallFacts, CallStanding, CallState, ToolCall } from './tool-call.ts';

const standings: Readonly<Record<CallState, CallStanding>> = {
  proposed: { state: 'proposed' },
  'awaiting-approval': { state: 'awaiting-approval' },
  deferred: { state: 'deferred', until: 9 },
  snoozed: { state: 'snoozed', until: 9 },
  approved: { state: 'approved', by: 'person' },
  running: { state: 'running' },
  'awaiting-result': { state: 'awaiting-result' },
  'awaiting-input': { state: 'awaiting-input', question: 'Which?' },
  'in-doubt': { state: 'in-doubt', reason: 'it died' },
  completed: { state: 'completed', output: 1 },
  failed: { state: 'failed', reason: 'broken', outcome: 'unknown' },
  denied: { state: 'denied', by: 'policy' },
  rejected: { state: 'rejected' },
  cancelled: { state: 'cancelled', by: 'stop', outcome: 'unknown' },
};
const states = Object.keys(standings) as CallState[];

function holding(state: CallState, facts: Partial<CallFacts>): Conversation {
  const call = { id: 'c', name: 'act', arguments: '{}', input: {}, revision: 3, ...facts, ...standings[state] };
  return new Conversation({
    messages: [
      { id: 'u', role: 'user', parts: [], at: 0 },
      { id: 'a', role: 'assistant', parts: [{ type: 'tool', call: call as ToolCall }], at: 0, finish: 'tool-calls' },
    ],
  });
}

const attempt = { number: 1, startedAt: 0, deadline: 5 };
/** In these a call may have been started before. */
const started = { attempt, effect: 'once' } as const;

describe('a word that supersedes', () => {
  /** What becomes of a call in each state: who cancelled it, and whether it may have acted. */
  function superseded(facts: Partial<CallFacts>): Partial<Record<CallState, string>> {
    const all = states.map((state): [CallState, string] => {
      const conversation = holding(state, facts);
      const word = conversation.say('Leave it', { while: 'supersede' });
      expect(conversation.messages.at(-1)).toBe(word);
      const call = conversation.findCall('c')!;
      return [state, call.state === 'cancelled' && call.by === 'supersede' ? call.outcome : 'left'];
    });
    return Object.fromEntries(all.filter(([, what]) => what !== 'left'));
  }

  test('cancels what was not started, in every state; what runs, is in doubt or settled is left (D8)', () => {
    expect(superseded({ effect: 'once' })).toEqual({
      proposed: 'none',
      'awaiting-approval': 'none',
      deferred: 'none',
      snoozed: 'none',
      approved: 'none',
      // Somebody else was given it, and may be at it.
      'awaiting-result': 'unknown',
      'awaiting-input': 'none',
    });
  });

  test('says of what had been started before that it may have acted (D8, E1)', () => {
    expect(superseded(started)).toMatchObject({ approved: 'unknown', 'awaiting-input': 'unknown' });
    expect(superseded({ ...started, effect: 'read' })).toMatchObject({ approved: 'none', 'awaiting-result': 'none' });
  });

  test('leaves the model to answer, unless something still runs or is in doubt (D8, L2)', () => {
    for (const state of states) {
      const conversation = holding(state, {});
      conversation.say('Leave it', { while: 'supersede' });
      expect(next(conversation)).toBe(state === 'running' || state === 'in-doubt' ? 'tools' : 'model');
    }
  });

  test('the other two cancel nothing (D8)', () => {
    for (const state of states) {
      for (const how of ['queue', 'interrupt', undefined] as const) {
        const conversation = holding(state, {});
        conversation.say('And?', how === undefined ? {} : { while: how });
        expect(conversation.findCall('c')?.revision).toBe(3);
        expect(conversation.messages).toHaveLength(3);
      }
    }
  });
});

describe('a rewind', () => {
  /** The states in which a call stands in the way. */
  function refused(facts: Partial<CallFacts>, force = false): string[] {
    return states.filter((state) => {
      const conversation = holding(state, facts);
      const before = JSON.stringify(conversation);
      const { type } = conversation.rewind('a', { force });
      if (type === 'refused') expect(JSON.stringify(conversation)).toBe(before);
      else expect([conversation.messages.length, conversation.findCall('c')]).toEqual([1, undefined]);
      return type === 'refused';
    });
  }

  test('is refused once a call was started that does more than read (D8)', () => {
    const acted = ['running', 'awaiting-result', 'awaiting-input', 'in-doubt', 'completed', 'failed', 'cancelled'];
    const since = ['proposed', 'awaiting-approval', 'deferred', 'snoozed', 'approved', 'denied', 'rejected'];
    expect(refused(started).toSorted()).toEqual([...acted, ...since].toSorted());
    expect(refused({ attempt }).toSorted()).toEqual([...acted, ...since].toSorted());
  });

  test('is taken where none was started, where it only read, and where a person forces it; never while one runs (D8)', () => {
    // What was done elsewhere, or cancelled while somebody was at it, counts as started; so does what is in doubt (E8).
    const elsewhere = ['awaiting-result', 'in-doubt', 'completed', 'failed', 'cancelled'];
    expect(refused({ effect: 'once' })).toEqual(['running', ...elsewhere]);
    expect(refused({ attempt, effect: 'read' })).toEqual(['running']);
    expect(refused(started, true)).toEqual(['running']);
  });

  test('is taken where the tool said that it did nothing (D8, E1)', () => {
    const conversation = holding('failed', started);
    const { id, name, arguments: text } = conversation.findCall('c')!;
    const failed: ToolCall = {
      id,
      name,
      arguments: text,
      ...started,
      revision: 4,
      state: 'failed',
      reason: '',
      outcome: 'none',
    };
    conversation.apply({ type: 'tool', message: 'a', part: 0, call: failed });
    expect(conversation.rewind('a')).toMatchObject({ type: 'rewound' });
  });

  test('looks at every message from there on (D8)', () => {
    const conversation = holding('completed', started);
    const word = conversation.say('Thanks');
    expect(conversation.rewind('u')).toMatchObject({ type: 'refused', calls: [{ id: 'c' }] });
    expect(conversation.rewind(word.id)).toMatchObject({ type: 'rewound', messages: [word] });
    expect(conversation.rewind('u', { force: true })).toMatchObject({ messages: [{ id: 'u' }, { id: 'a' }] });
    expect(conversation.messages).toEqual([]);
  });
});

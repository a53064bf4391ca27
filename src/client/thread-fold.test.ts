import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { noUsage } from '../conversation/usage.ts';
import { ThreadFold } from './thread-fold.ts';

const thread = { id: 't', chat: 'default', status: 'new', createdAt: 1, updatedAt: 1 } as const;
const model = { provider: 'scripted', id: 'script' };
const spent = { input: 10, output: 5, cachedInput: 0, reasoning: 0 };

function word(id: string): Message {
  return { id, role: 'user', parts: [{ type: 'text', text: id }], at: 1 };
}

function answer(id: string, more: Partial<Message> = {}): Message {
  return { id, role: 'assistant', parts: [], at: 1, ...more };
}

const call: ToolCall = {
  id: 'c',
  name: 'pay',
  arguments: '{}',
  input: {},
  revision: 1,
  state: 'running',
  attempt: { number: 1, key: 'k', startedAt: 1, deadline: 2 },
} as ToolCall;
const added: ChatEvent = { type: 'tool', message: 'a', part: 0, call };

/** A fold of these events, and what it shows after each. */
function folded(events: readonly ChatEvent[], messages: readonly Message[] = []) {
  const fold = new ThreadFold({ thread, messages, waiting: [], cursor: 'c0' });
  const views = events.map((event, index) => {
    fold.take(event, `c${index + 1}`);
    return fold.view();
  });
  return { fold, views };
}

describe('a thread that is followed', () => {
  test('works from the first event on, until it tells how its run ended', () => {
    const paused = { approvals: [], questions: [], external: [], scheduled: [], inDoubt: [] };
    const { views } = folded([
      { type: 'warning', reason: 'no temperature here' },
      { type: 'message', message: word('u') },
      { type: 'paused', ...paused, usage: noUsage },
      { type: 'message', message: answer('a') },
      { type: 'error', code: 'overloaded', message: '', retryable: true, usage: noUsage },
      { type: 'message', message: word('v') },
      { type: 'done', finish: 'stop', text: '', usage: noUsage },
    ]);
    expect(views.map((view) => [view.thread?.status, view.thread?.error])).toEqual([
      ['new', undefined],
      ['working', undefined],
      ['paused', undefined],
      ['working', undefined],
      ['failed', 'overloaded'],
      ['working', undefined],
      ['done', undefined],
    ]);
  });

  test('has spent what was spent since the last word, also before it was read', () => {
    const before = [answer('x', { usage: spent }), word('u'), answer('a', { usage: spent }), answer('b')];
    const { fold, views } = folded(
      [
        { type: 'step-end', message: 'b', finish: 'stop', model, usage: spent },
        { type: 'done', finish: 'stop', text: '', usage: { ...noUsage, input: 25, unreported: 1 } },
        { type: 'message', message: word('v') },
      ],
      before,
    );
    expect(new ThreadFold({ thread, messages: before, waiting: [], cursor: 'c0' }).view().usage.input).toBe(10);
    expect(views.map(({ usage }) => [usage.input, usage.unreported])).toEqual([
      [20, 0],
      [25, 1],
      [0, 0],
    ]);
    expect([fold.cursor, fold.has('v'), fold.has('w')]).toEqual(['c3', true, false]);
  });

  test('shows how far a tool is while it runs', () => {
    const { views } = folded(
      [
        { type: 'tool-progress', id: 'c', name: 'pay', progress: 1 },
        { type: 'tool-progress', id: 'd', name: 'pay', progress: 1 },
        { type: 'tool-progress', id: 'c', name: 'pay', progress: 2 },
        { type: 'tool', call: { id: 'c', name: 'pay', revision: 2, state: 'completed', output: 1 } },
      ],
      [answer('a', { parts: [{ type: 'tool', call }] })],
    );
    expect(views.map(({ progress }) => progress)).toEqual([{ c: 1 }, { c: 1, d: 1 }, { c: 2, d: 1 }, { d: 1 }]);
  });

  test('shows a structured output while it is written', () => {
    const growing: ChatEvent = { type: 'output', message: 'a', output: { total: 6 } };
    const ends: readonly ChatEvent[] = [
      { type: 'step-end', message: 'a', finish: 'stop', model },
      { type: 'reset', message: 'a', keep: true, reason: 'interrupted' },
      { type: 'error', code: 'aborted', message: '', retryable: false, usage: noUsage },
    ];
    for (const end of ends) {
      const { views } = folded([growing, end], [answer('a')]);
      expect(views.map(({ output }) => output)).toEqual([{ total: 6 }, undefined]);
    }
  });

  test('keeps what waits in the same list for as long as nothing moved', () => {
    const waits = { ...call, state: 'awaiting-approval' } as ToolCall;
    const approved = { id: 'c', name: 'pay', revision: 2, state: 'approved', by: 'person' } as const;
    const { views } = folded(
      [
        { ...added, call: waits } as ChatEvent,
        { type: 'text', message: 'a', part: 1, delta: 'Well' },
        { type: 'tool', call: approved },
      ],
      [answer('a')],
    );
    const [first, second, third] = views.map(({ waiting }) => waiting);
    expect(first!.approvals).toEqual([waits]);
    expect(second).toBe(first);
    expect(third!.approvals).toEqual([]);
  });
});

describe('a place in the log', () => {
  test('is lost when a word is told again, or the place is told that was known (S5)', () => {
    const again: readonly (readonly [ChatEvent, string])[] = [
      [{ type: 'message', message: word('u') }, 'c9'],
      [{ type: 'message', message: answer('b') }, 'c0'],
    ];
    for (const [event, cursor] of again) {
      const { fold } = folded([], [word('u'), answer('a')]);
      expect(() => fold.take(event, cursor)).toThrow('The log was told again');
    }
    // An answer may come whole after its pieces.
    const { views } = folded([{ type: 'message', message: answer('a', { finish: 'stop' }) }], [answer('a')]);
    expect(views[0]!.messages).toMatchObject([{ finish: 'stop' }]);
  });
});

import { describe, expect, test } from 'vitest';
import type { MessageOf, SomeTools } from '../../client/typed.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { rowsOf } from './rows.ts';

const said = (id: string): MessageOf<SomeTools> => ({ id, role: 'user', parts: [{ type: 'text', text: id }], at: 1 });
const answered = (id: string, finish?: 'stop' | 'tool-calls', call?: ToolCall): MessageOf<SomeTools> => ({
  id,
  role: 'assistant',
  parts: call ? [{ type: 'tool', call: call as never }] : [],
  at: 1,
  ...(finish && { finish }),
});
const waits: ToolCall = { id: 'c', name: 'pay', arguments: '{}', revision: 1, state: 'awaiting-approval' };

describe('the messages of a thread as rows', () => {
  test('say once who answers, however many steps it takes', () => {
    const rows = rowsOf([said('1'), answered('2', 'tool-calls'), answered('3', 'stop'), said('4')], 'done');
    expect(rows.map(({ isContinued }) => isContinued)).toEqual([false, false, true, false]);
  });

  test('an answer that is over may be given anew from its first step on', () => {
    const messages = [said('1'), answered('2', 'tool-calls'), answered('3', 'stop')];
    const from = (status: 'done' | 'failed' | 'working' | 'paused') =>
      rowsOf(messages, status).map(({ answersFrom }) => answersFrom);
    expect(from('done')).toEqual([undefined, undefined, '2']);
    expect(from('failed')).toEqual([undefined, undefined, '2']);
    expect([...from('working'), ...from('paused')]).toEqual(Array(6).fill(undefined));
  });

  test('only the last one is being written, and only while the thread works', () => {
    const messages = [said('1'), answered('2')];
    expect(rowsOf(messages, 'working').map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect(rowsOf(messages, 'done').map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });

  test('what is said while a call waits is queued behind it (D8)', () => {
    const rows = rowsOf([said('1'), answered('2', 'tool-calls', waits), said('3')], 'paused');
    expect(rows.map(({ isQueued }) => isQueued)).toEqual([false, false, true]);
    const settled = { ...waits, state: 'completed', output: 1 } as const;
    expect(rowsOf([said('1'), answered('2', 'tool-calls', settled), said('3')], 'working')[2]?.isQueued).toBe(false);
  });
});

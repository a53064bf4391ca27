import { expect, test } from 'vitest';
import type { ChatEvent } from '../../conversation/event.ts';
import { noUsage } from '../../conversation/usage.ts';
import { eventsIn, eventsText } from './events-text.ts';

const model = { provider: 'p', id: 'm' };
const call = { id: 'c1', name: 'pay', arguments: '{"to":"Ann"}', revision: 1, state: 'proposed' } as const;
const opened: ChatEvent = {
  type: 'message',
  message: { id: 'm1', role: 'assistant', parts: [{ type: 'tool', call }], at: 1, model },
};
const stepEnd: ChatEvent = { type: 'step-end', message: 'm1', finish: 'tool-calls', model };
const asks: ChatEvent = {
  type: 'tool',
  call: { id: 'c1', name: 'pay', revision: 2, state: 'awaiting-approval', input: { to: 'Ann' } },
};
const waits = { approvals: ['c1'], questions: [], external: [], scheduled: [], inDoubt: [] };
const paused: ChatEvent = { type: 'paused', ...waits, usage: { ...noUsage, unreported: 1 } };
const done: ChatEvent = { type: 'done', finish: 'stop', text: '', output: [], usage: { ...noUsage, input: 3 } };
const failed: ChatEvent = { type: 'error', code: 'aborted', message: '', retryable: false, usage: noUsage };
const delta: ChatEvent = { type: 'text', message: 'm1', part: 0, delta: '' };
const word: ChatEvent = { type: 'message', message: { id: 'm2', role: 'user', parts: [], at: 2 } };
const said: ChatEvent = { type: 'tool', message: 'm1', part: 1, call: { ...call, id: 'c2' } };

test.each<readonly [string, readonly ChatEvent[]]>([
  ['a step in one row', [opened, stepEnd, asks, paused]],
  ['a step whose message came before', [stepEnd, asks, paused]],
  ['a step behind the message of somebody else', [word, stepEnd, asks]],
  ['a model that is not the one which was asked', [opened, { ...stepEnd, model: { ...model, id: 'm-2' } }]],
  ['a message without a model', [{ ...opened, message: { ...opened.message, model: undefined } } as never, stepEnd]],
  ['a call that stands in no message of the row', [opened, said, { ...asks, call: { ...asks.call, id: 'c2' } }]],
  ['ends', [done, failed, paused, { ...paused, scheduled: [{ call: 'c1', at: 5 }] }]],
  ['deltas', [delta, delta]],
  ['what a newer release writes', [{ type: 'later', list: [] } as never, { ...paused, more: [1] } as never]],
  ['nothing', []],
])('events are read as they were written: %s (S8)', (_name, events) => {
  const written = JSON.parse(JSON.stringify(events)) as readonly ChatEvent[];
  expect(eventsIn(JSON.parse(eventsText(events)) as readonly ChatEvent[])).toEqual(written);
  // As releases before this one have written them.
  expect(eventsIn(written)).toEqual(written);
});

test('what is empty, and what the row says before, is not written', () => {
  expect(JSON.parse(eventsText([opened, stepEnd, asks, paused]))).toEqual([
    opened,
    { type: 'step-end', message: 'm1', finish: 'tool-calls' },
    { type: 'tool', call: { id: 'c1', revision: 2, state: 'awaiting-approval', input: { to: 'Ann' } } },
    { type: 'paused', approvals: ['c1'], usage: { unreported: 1 } },
  ]);
});

import { seenOf } from '../../conversation/seen.ts';
import type { WaitingRow } from '../../store/store.ts';
import { callLine } from '../call-text.ts';
import { visible } from '../../wire/plain-text.ts';
import { clockText, spanText } from '../time-text.ts';

/** A call that waits, as data for programs: `seen` goes back with a decision about what is shown here. */
export function rowJson({ thread, call, since }: WaitingRow): object {
  const { id, name, state, input, requirements } = call;
  return {
    call: id,
    name,
    state,
    thread: thread.thread,
    ...(thread.title !== undefined && { title: thread.title }),
    chat: thread.chat,
    ...(thread.within && { within: thread.within }),
    since,
    input: input ?? null,
    arguments: call.arguments,
    ...(requirements && { requirements }),
    ...('question' in call && { question: call.question, schema: call.schema }),
    ...('until' in call && { until: call.until }),
    ...('reason' in call && { reason: call.reason }),
    ...(call.attempt && { attempt: call.attempt }),
    seen: seenOf(call),
  };
}

/** The same as two lines for a person: how long, what and where; then which call exactly. */
export function rowLines(
  { thread, call, since }: WaitingRow,
  { width, now }: { width: number; now: number },
): readonly string[] {
  const age = `${spanText(now - since)}`.padEnd(9);
  const title = thread.title === undefined ? '' : ` "${visible(thread.title)}"`;
  const within = thread.within?.[0] ? `, for thread ${visible(thread.within[0].thread)}` : '';
  const until = 'until' in call ? `, until ${clockText(call.until, now)}` : '';
  return [
    `${age} ${callLine(call, width - 10)}`,
    `          ${waitText[call.state] ?? call.state}${until}; thread ${visible(thread.thread)}${title}${within}`,
  ];
}

/** Whether a person is asked about it now, and not only a time waited for. */
export function isAsked({ call }: WaitingRow): boolean {
  return call.state !== 'snoozed' && call.state !== 'deferred';
}

const waitText: Readonly<Record<string, string>> = {
  'awaiting-approval': 'for a yes or no',
  'awaiting-input': 'for an answer',
  'awaiting-result': 'for a result from elsewhere',
  'in-doubt': 'in doubt',
  snoozed: 'put off',
  deferred: 'deferred',
};

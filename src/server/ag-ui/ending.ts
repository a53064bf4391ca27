import type { Message } from '../../conversation/message.ts';
import { inputOf } from '../descriptor.ts';
import type { Ending } from '../following.ts';
import { waitingFor } from './audience.ts';
import type { Audience } from './audience.ts';
import { custom } from './custom.ts';
import { interruptOf } from './interrupt.ts';
import type { AgUiEvent, RunFinished } from './protocol.ts';
import type { Spending } from './spending.ts';

/** What a stream ends in. */
interface Ended {
  readonly thread: string;
  readonly run: string;
  readonly audience: Audience;
  readonly messages: readonly Message[];
  /** All messages, where the client was not given them just now. */
  readonly snapshot: readonly AgUiEvent[];
  readonly spent: Spending['told'];
}

/** The last events of a stream: what waits for whom, and how the run ended. A failure is told by its code alone (rule X3). */
export function endOf(ending: Ending, ended: Ended): readonly AgUiEvent[] {
  if (ending.type !== 'error') return finished(ended);
  const { code } = ending;
  if (code === 'aborted') return [runFinished(ended, { type: 'cancelled' })];
  return [{ type: 'RUN_ERROR', message: `The run failed: ${code}.`, code, ...ended.spent }];
}

function finished(ended: Ended): readonly AgUiEvent[] {
  const { audience, messages, snapshot, run } = ended;
  const { theirs, others } = waitingFor(audience, messages);
  const interrupts = theirs.flatMap((call) => interruptOf(call, run) ?? []);
  const pending = theirs.filter(({ state }) => state === 'awaiting-result');
  const elsewhere = others.map(({ id, name, state }) => ({ toolCallId: id, toolName: name, state }));
  return [
    ...(elsewhere.length > 0 ? [custom('waiting', { calls: elsewhere })] : []),
    // By this a client of TanStack AI runs a tool of its own.
    ...pending.map((call): AgUiEvent => ({
      type: 'CUSTOM',
      name: 'tool-input-available',
      value: { toolCallId: call.id, toolName: call.name, input: inputOf(call) },
    })),
    // What a person is asked about they see as it will run.
    ...(interrupts.length > 0
      ? [...snapshot, runFinished(ended, { type: 'interrupt', interrupts })]
      : [
          runFinished(ended, {
            type: 'success',
            ...(pending.length > 0 && { pendingToolCallIds: pending.map(({ id }) => id) }),
          }),
        ]),
  ];
}

function runFinished({ thread, run, spent }: Ended, outcome: RunFinished['outcome']): RunFinished {
  return { type: 'RUN_FINISHED', threadId: thread, runId: run, outcome, ...spent };
}

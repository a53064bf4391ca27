import type { ChatEvent } from './event.ts';
import type { Message } from './message.ts';
import { move } from './move.ts';
import { transitions } from './tool-call.ts';
import type { CallStanding, ToolCall } from './tool-call.ts';

/** Cancels every call that was not started; what runs and what is in doubt stays (rules D8, E7). */
export function cancelUnstarted(
  calls: readonly ToolCall[],
  by: (CallStanding & { state: 'cancelled' })['by'],
): readonly ChatEvent[] {
  return calls
    .filter(({ state }) => state !== 'running' && Object.hasOwn(transitions[state], 'cancel'))
    .map((call) => ({
      type: 'tool',
      call: move(call, 'cancel', { state: 'cancelled', by, outcome: outcomeOf(call) }),
    }));
}

/** What became of a request to withdraw messages. */
export type Rewound =
  | { readonly type: 'rewound'; readonly messages: readonly Message[] }
  /** These calls were started and may have changed something, or still run. */
  | { readonly type: 'refused'; readonly calls: readonly ToolCall[] };

/**
 * The calls that stand in the way of withdrawing messages (rule D8): those that run, and, unless a person forces it,
 * those that were started and do more than read. What a provider runs by itself is one of the latter: nobody here can wait for it.
 */
export function heldBy(messages: readonly Message[], force: boolean): readonly ToolCall[] {
  return messages
    .flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])))
    .filter((call) => {
      const isHere = call.state === 'running' && (call.attempt !== undefined || !call.providerExecuted);
      return isHere || (!force && outcomeOf(call) === 'unknown');
    });
}

/** Whether a call may have acted: here, in an attempt that may have come to its end since, or elsewhere. */
function outcomeOf(call: ToolCall): 'none' | 'unknown' {
  if (call.effect === 'read') return 'none';
  if (call.state === 'failed' || call.state === 'cancelled') return call.outcome;
  const started: readonly ToolCall['state'][] = ['running', 'awaiting-result', 'in-doubt', 'completed'];
  return call.attempt !== undefined || started.includes(call.state) ? 'unknown' : 'none';
}

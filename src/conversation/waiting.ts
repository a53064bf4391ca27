import type { Conversation } from './conversation.ts';
import type { Waiting } from './event.ts';
import type { ToolCall } from './tool-call.ts';

/** The calls that wait, each kind told apart. */
export function waitingCalls({ unsettled: calls }: Pick<Conversation, 'unsettled'>): Waiting<ToolCall> {
  const inState = (...states: readonly ToolCall['state'][]): readonly ToolCall[] =>
    calls.filter(({ state }) => states.includes(state));
  return {
    approvals: inState('awaiting-approval'),
    questions: inState('awaiting-input'),
    external: inState('awaiting-result'),
    scheduled: calls.flatMap((call) => {
      const at = timeOf(call);
      return at === undefined ? [] : [{ call, at }];
    }),
    inDoubt: inState('in-doubt'),
  };
}

/** When a call goes on by itself. */
function timeOf(call: ToolCall): number | undefined {
  switch (call.state) {
    case 'deferred':
    case 'snoozed':
      return call.until;
    case 'approved':
      return call.notBefore;
    case 'in-doubt':
      return call.recheckAt;
    default:
      return undefined;
  }
}

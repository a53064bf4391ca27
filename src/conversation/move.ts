import { transitions } from './tool-call.ts';
import type { CallFacts, CallStanding, CallState, Cause, ToolCall, ToolCallChange } from './tool-call.ts';

/** States in which nothing can happen to a call any more. */
export const settledStates: ReadonlySet<CallState> = new Set<CallState>([
  'completed',
  'failed',
  'denied',
  'rejected',
  'cancelled',
]);

/** Whether nothing can happen to a call in this state any more. */
export function isSettled(state: CallState): boolean {
  return settledStates.has(state);
}

const reachable: ReadonlyMap<CallState, ReadonlySet<CallState>> = new Map(
  // The keys of the table are its states.
  Object.entries(transitions).map(([state, moves]) => [state as CallState, new Set(Object.values(moves))]),
);

/** Whether some cause leads from one state to the other. */
export function canMove(from: CallState, to: CallState): boolean {
  return reachable.get(from)?.has(to) === true;
}

/**
 * The change that moves a call. Throws when the table has no such move; nothing is changed then.
 * What of the facts is given along changes too.
 */
export function move(
  call: ToolCall,
  cause: Cause,
  to: CallStanding & Partial<Omit<CallFacts, 'id' | 'name' | 'revision'>>,
): ToolCallChange {
  if (transitions[call.state][cause] !== to.state) {
    throw new Error(`Tool call ${call.id} (${call.name}) cannot go from ${call.state} to ${to.state} by ${cause}.`);
  }
  const { id, name, revision, sensitive } = call;
  return { id, name, revision: revision + 1, ...(sensitive && { sensitive }), ...to };
}

const factNames = [
  'id',
  'providerId',
  'name',
  'arguments',
  'input',
  'revision',
  'effect',
  'fingerprint',
  'sensitive',
  'requirements',
  'decisions',
  'askedAt',
  'notBefore',
  'attempt',
  'resume',
  'lateEvidence',
  'spent',
  'final',
  'providerExecuted',
  'needsApproval',
  'incomplete',
] as const satisfies readonly (keyof CallFacts)[];

/** The call after a change: its facts stay unless the change has them, its standing is the change's. */
export function changed(call: ToolCall, change: ToolCallChange): ToolCall {
  // Either way every fact that the change has, and its whole standing: together a ToolCall again. One that runs holds
  // nothing of its own that would have to be left behind.
  if (call.state === 'running') return { ...call, ...change } as ToolCall;
  const facts: Partial<Record<keyof CallFacts, unknown>> = {};
  for (const name of factNames) if (call[name] !== undefined) facts[name] = call[name];
  return { ...facts, ...change } as ToolCall;
}

/** Where a call stands, without its facts. */
export function standingOf(call: ToolCall): CallStanding {
  const standing: Record<string, unknown> = { ...call };
  for (const name of factNames) delete standing[name];
  // What is left of a call without its facts is its standing.
  return standing as CallStanding;
}

import { orderedJson } from '../../conversation/digest.ts';
import type { PostedMessage } from './said.ts';
import type { AgUiMessage } from './protocol.ts';

/**
 * Whether a client lacks nothing of these messages but results of calls, which can be told it as they are; if not, it is
 * told all messages. Which of them it has is its own word, believed for what it is sent alone (rule X2).
 */
export function holds(posted: readonly PostedMessage[], messages: readonly AgUiMessage[]): boolean {
  const theirs = posted.filter(({ role }) => role === 'user' || role === 'assistant');
  const ours = messages.filter((one) => one.role === 'user' || one.role === 'assistant');
  const isSame = theirs.length === ours.length && theirs.every((one, index) => isAlike(one, ours[index]!));
  const results = resultsIn(messages);
  return isSame && posted.every(({ call, content }) => call === undefined || results.get(call) === content);
}

/** Calls of which a client has the result. */
export function answeredIn(posted: readonly PostedMessage[]): ReadonlySet<string> {
  return new Set(posted.flatMap(({ call }) => call ?? []));
}

function resultsIn(messages: readonly AgUiMessage[]): ReadonlyMap<string, string> {
  return new Map(messages.flatMap((one) => (one.role === 'tool' ? [[one.toolCallId, one.content]] : [])));
}

function isAlike(theirs: PostedMessage, ours: AgUiMessage): boolean {
  if (theirs.id !== ours.id || theirs.role !== ours.role) return false;
  // A word is never other than it was said.
  if (ours.role !== 'assistant') return true;
  const { content = '', toolCalls = [] } = ours;
  return (
    theirs.content === content &&
    theirs.calls.length === toolCalls.length &&
    theirs.calls.every(({ id, arguments: text }, index) => {
      const call = toolCalls[index]!;
      return id === call.id && isSameJson(text, call.function.arguments);
    })
  );
}

function isSameJson(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return orderedJson(JSON.parse(one)) === orderedJson(JSON.parse(other));
  } catch {
    return false;
  }
}

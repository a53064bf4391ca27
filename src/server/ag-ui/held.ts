import { orderedJson } from '../../conversation/digest.ts';
import type { PostedMessage } from './said.ts';
import type { AgUiMessage } from './protocol.ts';

/**
 * How many of these messages a client has from the first on, by the id of the last of them, where it can be told the rest in
 * pieces; nothing where it has to be given all messages: it has none, or others. That is its own word, believed for what it
 * is sent alone (rule X2).
 */
export function lastHeld(posted: readonly PostedMessage[], messages: readonly AgUiMessage[]): string | undefined {
  const theirs = posted.filter(({ role }) => role === 'user' || role === 'assistant');
  const ours = messages.filter((one) => one.role === 'user' || one.role === 'assistant');
  const isAhead = theirs.length <= ours.length && theirs.every((one, index) => isAlike(one, ours[index]!));
  const results = resultsIn(messages);
  const isTrue = posted.every(({ call, content }) => call === undefined || results.get(call) === content);
  return isAhead && isTrue ? theirs.at(-1)?.id : undefined;
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
  const toolCalls = ours.role === 'assistant' ? (ours.toolCalls ?? []) : [];
  return (
    theirs.content === textIn(ours.content) &&
    theirs.calls.length === toolCalls.length &&
    theirs.calls.every(({ id, arguments: text }, index) => {
      const call = toolCalls[index]!;
      return id === call.id && isSameJson(text, call.function.arguments);
    })
  );
}

function textIn(content: AgUiMessage['content'] = ''): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function isSameJson(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return orderedJson(JSON.parse(one)) === orderedJson(JSON.parse(other));
  } catch {
    return false;
  }
}

import type { Message } from '../conversation/message.ts';
import { settledStates } from '../conversation/move.ts';
import type { CallState, ToolCall } from '../conversation/tool-call.ts';

/**
 * What is read of a thread by somebody who speaks or decides beside its run: messages with a call that is not settled, or
 * has failed; those that are named, by their id or that of a call; and before each of them the word of the user that led to it.
 */
export interface Excerpt {
  readonly calls?: readonly string[];
  readonly messages?: readonly string[];
}

/** States whose calls nobody asks about unless they name them; of what has failed policies do (rule E1). */
export const closedStates: readonly CallState[] = [...settledStates].filter((state) => state !== 'failed');

/** Those of the messages that stand in an excerpt. */
export function excerptOf(all: readonly Message[], { calls = [], messages = [] }: Excerpt): readonly Message[] {
  const isNamed = ({ id, state }: ToolCall): boolean => !closedStates.includes(state) || calls.includes(id);
  const isWanted = ({ id, parts }: Message): boolean =>
    messages.includes(id) || parts.some((part) => part.type === 'tool' && isNamed(part.call));
  const wanted = new Set<Message>();
  all.forEach((message, place) => {
    if (!isWanted(message)) return;
    const word = all.slice(0, place).findLast(({ role }) => role === 'user');
    if (word) wanted.add(word);
    wanted.add(message);
  });
  return all.filter((message) => wanted.has(message));
}

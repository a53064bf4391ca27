import type { Message } from '../../conversation/message.ts';
import { isOwnCall } from './answer.ts';
import type { MessagesWire } from './family.ts';
import { dataOf } from './origin.ts';

/**
 * Whether the calls that a request goes on from stand behind an answer that does not begin with thinking that can be
 * sent back: it was cut, or thought by another provider's model, or did not think.
 */
export function isUnsigned(messages: readonly Message[], wire: MessagesWire): boolean {
  if (!messages.at(-1)?.parts.some(isOwnCall)) return false;
  const word = messages.findLastIndex(({ role }) => role === 'user');
  const part = messages.slice(word + 1).find(({ parts }) => parts.length > 0)?.parts[0];
  if (part?.type !== 'reasoning') return true;
  const { signature, block } = dataOf(part.origin, wire);
  return signature === undefined && block?.['type'] !== 'redacted_thinking';
}

/** The machine in which a tool of the provider's waits for the results of ours. */
export function containerIn(last: Message | undefined, wire: MessagesWire): string | undefined {
  for (const part of last?.role === 'assistant' ? last.parts : []) {
    const { container } = part.type === 'reasoning' ? dataOf(part.origin, wire) : {};
    if (container !== undefined) return container;
  }
  return undefined;
}

import type { Message } from '../conversation/message.ts';
import type { Part } from '../conversation/part.ts';
import type { View } from './hooks.ts';

/**
 * Shows the model the last messages alone: `count` of them, and as many before those as it takes to begin with a word of
 * the user. A call and its result are one part, so they are never parted.
 */
export function keepLast(count: number): View {
  return (messages) => {
    const from = Math.max(0, messages.length - count);
    const start = messages.findLastIndex(({ role }, index) => index <= from && role === 'user');
    const kept = messages.slice(start === -1 ? 0 : start);
    const system = messages.slice(0, Math.max(0, start)).filter(({ role }) => role === 'system');
    return [...system, ...kept];
  };
}

/** Shows the model the results of old calls by their name alone: those that stand before the last `keep` messages. Default: 4. */
export function dropOldResults(keep = 4): View {
  const shortened = new WeakMap<Message, Message>();
  return (messages) =>
    messages.map((message, index) => {
      if (index >= messages.length - keep) return message;
      let short = shortened.get(message);
      if (!short) shortened.set(message, (short = shorten(message)));
      return short;
    });
}

function shorten(message: Message): Message {
  const long = message.parts.some((part) => part.type === 'tool' && part.call.state === 'completed');
  return long ? { ...message, parts: message.parts.map(withoutResult) } : message;
}

function withoutResult(part: Part): Part {
  if (part.type !== 'tool' || part.call.state !== 'completed') return part;
  const text = 'An old result, left out here. Call the tool again if it is needed.';
  return { ...part, call: { ...part.call, content: [{ type: 'text', text }] } };
}

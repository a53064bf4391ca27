import { apply } from '../../conversation/apply.ts';
import { Conversation } from '../../conversation/conversation.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import type { Message } from '../../conversation/message.ts';
import type { Model, ModelEvent } from '../model.ts';

/** A conversation whose clock is moved by hand, or runs from a given time. */
export function talk(words?: string): Conversation & { time: number } {
  let ids = 0;
  const base = new Conversation({ id: 'talk', now: () => conversation.time, newId: () => `id-${(ids += 1)}` });
  const conversation: Conversation & { time: number } = Object.assign(base, { time: 1_000_000 });
  if (words !== undefined) conversation.say(words);
  return conversation;
}

/** An event in short. */
export function told(event: ChatEvent): string {
  switch (event.type) {
    case 'message':
      return event.message.role;
    case 'text':
    case 'reasoning':
      return `${event.type} ${event.delta}`;
    case 'tool':
      return `${event.call.name} ${event.call.state}`;
    case 'error':
      return `error ${event.code}`;
    default:
      return event.type;
  }
}

/** Everything a run tells; what it throws stands at the end. */
export async function drain(stream: AsyncIterable<ChatEvent>, seen: ChatEvent[] = []): Promise<string[]> {
  try {
    for await (const event of stream) seen.push(event);
  } catch (error) {
    return [...seen.map(told), `thrown ${error instanceof Error ? error.message : String(error)}`];
  }
  return seen.map(told);
}

/** What is not there in time, is not there. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | 'hangs'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'hangs'>((resolve) => (timer = setTimeout(() => resolve('hangs'), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The messages as whoever reads the stream has them, beginning from what was there before. */
export function folded(before: readonly Message[], events: readonly ChatEvent[]): readonly Message[] {
  return events.reduce((messages, event) => apply(messages, event), before);
}

/** A model from a generator. */
export function modelOf(stream: (signal: AbortSignal) => AsyncIterable<ModelEvent | readonly ModelEvent[]>): Model {
  return { provider: 'odd', id: 'odd', stream: ({ signal }) => stream(signal) };
}

export const finish: ModelEvent = { type: 'finish', reason: 'stop' };

/** What a store holds once a commit of these events came back: the conversation as it will be then. */
export function afterCommit(conversation: Conversation, events: readonly ChatEvent[]): Conversation {
  // `conversation.messages` has what is recorded already; the fold ignores what is not newer.
  const copy = Conversation.parse(JSON.stringify(conversation), { now: conversation.now });
  for (const event of events) copy.apply(event);
  return copy;
}

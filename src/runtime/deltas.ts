import type { ChatEvent } from '../conversation/event.ts';
import { isSettled } from '../conversation/move.ts';

type Delta = Extract<
  ChatEvent,
  {
    type:
      | 'message'
      | 'text'
      | 'reasoning'
      | 'tool-input'
      | 'tool-progress'
      | 'output'
      | 'file'
      | 'source'
      | 'data'
      | 'tool';
  }
>;

/** What a run has told that no commit has: gathered, so that a hundred tokens are one event in the log. */
export class DeltaBuffer {
  #events: Delta[] = [];

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** Takes an event of a run that no commit has taken; false when it is nothing to be told before its commit. */
  add(event: ChatEvent): boolean {
    if (!isDelta(event)) return false;
    // A partial output replaces the one before.
    if (event.type === 'output') this.#events = this.#events.filter(({ type }) => type !== 'output');
    const place = this.#events.findLastIndex((one) => one.type === 'message' || isGrownBy(one, event));
    const one = this.#events[place];
    if (one && isGrownBy(one, event)) this.#events[place] = grown(one, event);
    else this.#events.push(event);
    return true;
  }

  /** Hands out everything. */
  take(): readonly ChatEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Takes back what was handed out and is in no log. */
  putBack(events: readonly ChatEvent[]): void {
    this.#events = [...events.filter(isDelta), ...this.#events];
  }
}

/** What is still to be told of deltas beside a commit: it has messages whole, and the outcomes of calls (rule S4). */
export function besideCommit(deltas: readonly ChatEvent[], committed: readonly ChatEvent[]): readonly ChatEvent[] {
  const messages = new Set(committed.flatMap((event) => (event.type === 'message' ? [event.message.id] : [])));
  const settled = new Set(
    committed.flatMap((event) => (event.type === 'tool' && isSettled(event.call.state) ? [event.call.id] : [])),
  );
  return deltas.filter((event) =>
    event.type === 'tool-progress' ? !settled.has(event.id) : !messages.has(messageOf(event) ?? ''),
  );
}

/** The message that a delta belongs to. */
export function messageOf(event: ChatEvent): string | undefined {
  if (event.type === 'message') return event.message.id;
  return 'message' in event && isDelta(event) ? event.message : undefined;
}

/** A message that opens again has lost what was said in it; a word is committed before anybody hears of it. */
function isDelta(event: ChatEvent): event is Delta {
  switch (event.type) {
    case 'message':
      return event.message.role === 'assistant';
    case 'tool':
      return event.message !== undefined;
    case 'text':
    case 'reasoning':
    case 'tool-input':
    case 'tool-progress':
    case 'output':
    case 'file':
    case 'source':
    case 'data':
      return true;
    default:
      return false;
  }
}

type Growing = Extract<Delta, { readonly delta: string }>;

function isGrownBy(one: Delta, event: Delta): one is Growing {
  if (!('delta' in one) || !('delta' in event) || one.type !== event.type || one.message !== event.message)
    return false;
  return one.type === 'tool-input'
    ? one.id === (event as typeof one).id
    : one.part === (event as Extract<Growing, { part: number }>).part;
}

function grown(one: Growing, event: Delta): Delta {
  return { ...one, ...event, delta: one.delta + (event as Growing).delta } as Delta;
}

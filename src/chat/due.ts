import type { ChatEvent } from '../conversation/event.ts';
import { changed } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import type { Execution } from './execution.ts';

/** Something that has happened beside a pass and is not committed yet. */
export interface Due {
  /** As events of the conversation as it stands when they are committed, behind those that come before. */
  make(before: readonly ChatEvent[]): readonly ChatEvent[];
  /** The attempt that has come to its end with it. */
  readonly settles?: Execution;
}

/** The events of all, one after the other. */
export function eventsOf(due: readonly Due[]): readonly ChatEvent[] {
  const events: ChatEvent[] = [];
  for (const one of due) events.push(...one.make(events));
  return events;
}

/** Calls as they will stand after these events. */
export function after(events: readonly ChatEvent[]): (call: ToolCall) => ToolCall {
  if (events.length === 0) return unmoved;
  const changes = new Map<string, ToolCall | ToolCallChange>();
  for (const event of events) if (event.type === 'tool') changes.set(event.call.id, event.call);
  return (call) => {
    const change = changes.get(call.id);
    return change ? changed(call, change) : call;
  };
}

function unmoved(call: ToolCall): ToolCall {
  return call;
}

/** After it, a further call of the tool may need a person. */
export function hasFailed(event: ChatEvent): boolean {
  return event.type === 'tool' && event.call.state === 'failed' && event.call.outcome === 'unknown';
}

/** Its tool may have a check, which is asked next. */
export function isInDoubt(event: ChatEvent): boolean {
  return event.type === 'tool' && event.call.state === 'in-doubt';
}

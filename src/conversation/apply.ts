import { Draft } from './draft.ts';
import type { ChatEvent, MessageEvent, ResetEvent, StepEndEvent, ToolAddedEvent, ToolChangedEvent } from './event.ts';
import type { Message } from './message.ts';
import type { Part } from './part.ts';
import { canMove, changed, move } from './move.ts';
import { addUsage, noUsage } from './usage.ts';

/** The messages after an event, or several. The messages given stay as they are; what did not change is shared. */
export function apply(messages: readonly Message[], events: ChatEvent | readonly ChatEvent[]): readonly Message[] {
  const draft = new Draft(messages);
  if ('type' in events) applyTo(draft, events);
  else for (const event of events) applyTo(draft, event);
  return draft.messages;
}

/** The one way in which messages change. Events of a kind that this release does not know change nothing (rule S8). */
export function applyTo(draft: Draft, event: ChatEvent): void {
  switch (event.type) {
    case 'text':
    case 'reasoning':
      return draft.append(event);
    case 'message':
      return openMessage(draft, event);
    case 'tool':
      return event.message === undefined ? moveCall(draft, event) : addCall(draft, event);
    case 'file':
    case 'source':
    case 'data':
      return draft.putPart(event.message, event.part, event.value);
    case 'step-end':
      return endStep(draft, event);
    case 'reset':
      return reset(draft, event);
    case 'rewind':
      return rewind(draft, event.message);
    case 'trace':
      return beginTrace(draft, event.trace);
    case 'paused':
    case 'error':
      return keepTraces(draft, draft.run.traces?.slice(-1));
    case 'done':
      return keepTraces(draft, undefined);
    case 'tool-input':
    case 'tool-progress':
    case 'output':
    case 'warning':
      return;
  }
}

function openMessage(draft: Draft, { message, behind }: MessageEvent): void {
  if (message.role === 'user' && !draft.has(message.id)) draft.run = { ...draft.run, steps: 0, usage: noUsage };
  draft.put(message, behind);
}

/** Whoever withdraws an answer grants another one its steps, as a decision does (rule L6). */
function rewind(draft: Draft, message: string): void {
  draft.removeFrom(message);
  draft.run = { ...draft.run, steps: 0 };
}

/** However often a run dies before its end, a few names are enough. */
const mostTraces = 8;

function beginTrace(draft: Draft, trace: string): void {
  const { traces = [] } = draft.run;
  keepTraces(draft, [...traces, trace].slice(-mostTraces));
}

function keepTraces(draft: Draft, traces: readonly string[] | undefined): void {
  if (traces === draft.run.traces) return;
  const { traces: _before, ...run } = draft.run;
  draft.run = traces ? { ...run, traces } : run;
}

function addCall(draft: Draft, { message, part, call, origin }: ToolAddedEvent): void {
  const known = draft.findCall(call.id);
  if (known && known.revision >= call.revision) return;
  draft.putPart(message, part, { type: 'tool', call, ...(origin && { origin }) });
}

/** A change that is not newer is ignored (rule D1); one that the table does not have throws (rule L1). */
function moveCall(draft: Draft, { call: change, origin }: ToolChangedEvent): void {
  const call = draft.findCall(change.id);
  if (!call) throw new Error(`Tool call ${change.id} (${change.name}) is not in this conversation.`);
  if (change.revision <= call.revision) return;
  if (!canMove(call.state, change.state)) {
    throw new Error(`Tool call ${call.id} (${call.name}) cannot go from ${call.state} to ${change.state}.`);
  }
  draft.putCall(changed(call, change), origin);
  if (change.spent) draft.run = { ...draft.run, usage: addUsage(draft.run.usage, change.spent) };
  // A person's decision grants a fresh count of steps (rule L6).
  if (change.decisions) draft.run = { ...draft.run, steps: 0 };
}

function endStep(draft: Draft, { message, finish, usage, model, output }: StepEndEvent): void {
  const given = output === undefined ? {} : { output };
  draft.put({ ...draft.message(message), model, finish, ...(usage && { usage }), ...given });
  draft.run = { ...draft.run, steps: draft.run.steps + 1, usage: addUsage(draft.run.usage, usage) };
}

/** What was complete of a kept message stays, its calls are withdrawn, and without any part it goes (rule L8). */
function reset(draft: Draft, { message: id, keep, usage }: ResetEvent): void {
  const message = draft.has(id) ? draft.message(id) : undefined;
  const length = message ? lengthOf(message) : 0;
  draft.run = { ...draft.run, usage: addUsage(draft.run.usage, usage, length) };
  if (!message) return;
  const parts = message.parts.filter(isFilled).map(withdrawn);
  if (keep && parts.length > 0) draft.put({ ...message, parts, interrupted: true });
  else draft.remove(id);
}

function lengthOf({ parts }: Message): number {
  return parts.reduce(
    (sum, part) => sum + (part.type === 'text' || part.type === 'reasoning' ? part.text.length : 0),
    0,
  );
}

function isFilled(part: Part): boolean {
  return (part.type !== 'text' && part.type !== 'reasoning') || part.text !== '' || part.origin !== undefined;
}

function withdrawn(part: Part): Part {
  // Here runs only what its provider runs, and whether that goes on there nobody knows.
  if (part.type !== 'tool' || (part.call.state !== 'proposed' && part.call.state !== 'running')) return part;
  const outcome = part.call.state === 'running' && part.call.effect !== 'read' ? 'unknown' : 'none';
  return {
    ...part,
    call: changed(part.call, move(part.call, 'cancel', { state: 'cancelled', by: 'withdrawn', outcome })),
  };
}

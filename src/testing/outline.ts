import type { ChatEvent, PausedEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';

/**
 * Events as lines that read like a story; deltas of one part are one line.
 *
 * @example
 * expect(outline(events)).toEqual(['user: Refund A-17', 'assistant', 'tool refund: proposed', …, 'paused: 1 approval']);
 */
export function outline(events: Iterable<ChatEvent>): readonly string[] {
  const lines: string[] = [];
  let growing: string | undefined;
  for (const event of events) {
    const same = growing !== undefined && growing === placeOf(event);
    if (same) lines.push(lines.pop()! + textDelta(event));
    else lines.push(lineOf(event));
    growing = placeOf(event);
  }
  return lines;
}

/** Which growing part a delta belongs to. */
function placeOf(event: ChatEvent): string | undefined {
  if (event.type === 'text' || event.type === 'reasoning') return `${event.type} ${event.message} ${event.part}`;
  return event.type === 'tool-input' ? `${event.type} ${event.id}` : undefined;
}

function textDelta(event: ChatEvent): string {
  return 'delta' in event ? event.delta : '';
}

function lineOf(event: ChatEvent): string {
  switch (event.type) {
    case 'message':
      return event.message.role === 'assistant' ? 'assistant' : `${event.message.role}: ${textOf(event.message)}`;
    case 'text':
    case 'reasoning':
      return `${event.type}: ${event.delta}`;
    case 'tool-input':
      return `tool-input ${event.name}: ${event.delta}`;
    case 'tool':
      return `tool ${event.call.name}: ${event.call.state}`;
    case 'tool-progress':
      return `tool-progress ${event.name}: ${JSON.stringify(event.progress)}`;
    case 'warning':
      return `warning: ${event.setting ?? event.reason}`;
    case 'step-end':
    case 'done':
      return `${event.type}: ${event.finish}`;
    case 'reset':
      return `reset: ${event.keep ? 'kept' : 'removed'}`;
    case 'paused':
      return `paused: ${waitingLine(event)}`;
    case 'error':
      return `error: ${event.code}`;
    default:
      // Kinds that say enough by themselves, and those that a newer release may tell.
      return event.type;
  }
}

function waitingLine({ approvals, questions, external, scheduled, inDoubt }: PausedEvent): string {
  return [
    counted(approvals.length, 'approval'),
    counted(questions.length, 'question'),
    external.length > 0 ? `${external.length} external` : [],
    scheduled.length > 0 ? `${scheduled.length} scheduled` : [],
    inDoubt.length > 0 ? `${inDoubt.length} in doubt` : [],
  ]
    .flat()
    .join(', ');
}

function counted(count: number, noun: string): string | [] {
  return count === 0 ? [] : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

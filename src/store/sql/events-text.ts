import type { ChatEvent, EndEvent, PausedEvent, StepEndEvent, ToolChangedEvent } from '../../conversation/event.ts';
import type { Message } from '../../conversation/message.ts';
import { spentIn, usageOf } from './spent.ts';
import type { Spent } from './spent.ts';

/** Events as their row holds them: without lists in which there is nothing, and without what an event before them in the row says. */
export function eventsText(events: readonly ChatEvent[]): string {
  return JSON.stringify(mapped(events, { end: shortEnd, step: shortStep, change: shortChange }));
}

/** What `eventsText` wrote, once it is parsed; it may also be whole. */
export function eventsIn(parsed: readonly ChatEvent[]): readonly ChatEvent[] {
  return mapped(parsed, { end: wholeEnd, step: wholeStep, change: wholeChange });
}

/** What becomes of events that say less where they are stored; of those that go on with a message, when it came in the same row. */
interface Mapping {
  readonly end: (event: EndEvent) => ChatEvent;
  readonly step: (event: StepEndEvent, message: Message) => ChatEvent;
  readonly change: (event: ToolChangedEvent, message: Message) => ChatEvent;
}

function mapped(events: readonly ChatEvent[], { end, step, change }: Mapping): readonly ChatEvent[] {
  let last: Message | undefined;
  // Nearly every row holds deltas alone, which are handed on as they are.
  return events.map((event) => {
    switch (event.type) {
      case 'message':
        last = event.message;
        return event;
      case 'step-end':
        return last?.id === event.message ? step(event, last) : event;
      case 'tool':
        return last && event.message === undefined ? change(event, last) : event;
      case 'paused':
      case 'done':
      case 'error':
        return end(event);
      default:
        return event;
    }
  });
}

/** A step whose message names the same model. */
function shortStep({ model, ...event }: StepEndEvent, message: Message): ChatEvent {
  const isSame = JSON.stringify(model) === JSON.stringify(message.model);
  return (isSame ? event : { ...event, model }) as ChatEvent;
}

function wholeStep(event: StepEndEvent, { model }: Message): ChatEvent {
  return { ...event, model: event.model ?? model! };
}

/** A change of a call that stands in the message. */
function shortChange(event: ToolChangedEvent, message: Message): ChatEvent {
  const { name, ...call } = event.call;
  return (nameIn(message, call.id) === name ? { ...event, call } : event) as ChatEvent;
}

function wholeChange(event: ToolChangedEvent, message: Message): ChatEvent {
  const name = event.call.name ?? nameIn(message, event.call.id);
  return { ...event, call: { ...event.call, name } };
}

function nameIn({ parts }: Message, id: string): string | undefined {
  const part = parts.find((one) => one.type === 'tool' && one.call.id === id);
  return part?.type === 'tool' ? part.call.name : undefined;
}

const nothingWaits = { approvals: [], questions: [], external: [], scheduled: [], inDoubt: [] };

function shortEnd({ usage, ...event }: EndEvent): ChatEvent {
  const rest = event.type === 'paused' ? withoutEmpty(event) : event;
  return { ...rest, usage: spentIn(usage) } as ChatEvent;
}

function withoutEmpty(event: Omit<PausedEvent, 'usage'>): object {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

function wholeEnd(event: EndEvent): ChatEvent {
  const usage = usageOf(event.usage as Spent | undefined);
  return event.type === 'paused' ? { ...nothingWaits, ...event, usage } : { ...event, usage };
}

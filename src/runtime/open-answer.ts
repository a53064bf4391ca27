import type { Content } from '../conversation/changes.ts';
import type { ChatEvent, MessageEvent } from '../conversation/event.ts';
import { isOpening } from '../store/admission.ts';
import type { Fence } from '../store/thread.ts';

/** An answer that opened and is in no log yet: its model is asked meanwhile, and the next append takes it along. */
export interface OpenAnswer {
  readonly events: readonly ChatEvent[];
  readonly message: string;
  /** What it answers: its place is right behind, whatever others append until it is stored. */
  readonly behind: string;
}

/** The answer that events open, when they do no more than that. */
export function openAnswerIn(
  events: readonly ChatEvent[],
  { messages }: Content,
  fence: Fence,
): OpenAnswer | undefined {
  const opened = events.find(isMessage);
  const behind = messages.at(-1)?.id;
  const message = opened?.message.id;
  if (message === undefined || behind === undefined || behind === message) return undefined;
  return isOpening({ fence, events }) ? { events, message, behind } : undefined;
}

/** Events with the answer in its place before them: its whole message takes the place of its opening. */
export function withOpenAnswer(
  open: OpenAnswer | undefined,
  events: readonly ChatEvent[],
  content: Content,
): readonly ChatEvent[] {
  if (!open) return events;
  const { message, behind } = open;
  const isOf = (event: ChatEvent): event is MessageEvent => isMessage(event) && event.message.id === message;
  const isTold = events.some(isOf) || isWithdrawn(open, content);
  const all = [...open.events.filter((event) => !isTold || !isOf(event)), ...events];
  if (content.messages.at(-1)?.id === behind) return all;
  return all.map((event) => (isOf(event) ? { ...event, behind } : event));
}

/** Whether somebody has withdrawn what it answers, and the answer with it. */
export function isWithdrawn({ behind }: OpenAnswer, { messages }: Content): boolean {
  return !messages.some(({ id }) => id === behind);
}

function isMessage(event: ChatEvent): event is MessageEvent {
  return event.type === 'message';
}

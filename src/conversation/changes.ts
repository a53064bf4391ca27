import { addresseesOf, requesterIn } from './addressee.ts';
import type { Addressee } from './addressee.ts';
import { applyTo } from './apply.ts';
import { Draft } from './draft.ts';
import type { RunState } from './draft.ts';
import { dueTime } from './due-time.ts';
import type { ChatEvent } from './event.ts';
import { ChildChanges, childOf } from './handed-out.ts';
import type { Message } from './message.ts';
import type { Part } from './part.ts';
import { decisionsTaken } from './taken.ts';
import type { DecisionTaken } from './taken.ts';
import type { CallState, ToolCall } from './tool-call.ts';

/** What events change in the rows of a store: made here for all of them, by the one fold. */
export interface Changes {
  /** Messages that are new or other than before; where a call stands in one, only its id is kept (rule S1). */
  readonly messages: readonly StoredMessage[];
  /** Of new messages those that stand before others which were there. Absent: none does. */
  readonly inserted?: readonly Inserted[];
  /** Messages that are gone, with the calls in them. */
  readonly removed: readonly string[];
  /** Calls that are new or other than before. */
  readonly calls: readonly StoredCall[];
  /** Decisions of people that these calls have taken, for the audit trail (rule S7). */
  readonly decisions: readonly DecisionTaken[];
  /** Absent: nothing was handed to a thread of its own, or taken back from one. */
  readonly children?: Readonly<Pick<ChildChanges, 'opened' | 'left'>>;
  readonly run: RunState;
}

/** Where a new message stands, by its id: right behind another one. */
export interface Inserted {
  readonly id: string;
  readonly behind: string;
}

/** A message as it is stored: parts that hold a call name it. */
export interface StoredMessage {
  readonly message: Omit<Message, 'parts'>;
  readonly parts: readonly StoredPart[];
}

/** A part as it is stored. */
export type StoredPart =
  | Exclude<Part, { type: 'tool' }>
  | (Omit<Part & { type: 'tool' }, 'call'> & { readonly call: string });

/** A call as it is stored: the truth of where it stands (rule S1). */
export interface StoredCall {
  readonly message: string;
  readonly call: ToolCall;
  /** When time alone moves it. */
  readonly dueAt: number | undefined;
  /** Absent where it waits for the same people in the same state as before. */
  readonly addressed?: Readdressed;
}

/** Whom a call is put to now, and whether it was put to anybody before (rule X1). */
export interface Readdressed {
  readonly before: boolean;
  readonly to: readonly Addressee[];
}

/** Messages as a store holds them, and how far the run has come. */
export interface Content {
  readonly messages: readonly Message[];
  readonly run: RunState;
}

/** What is there after the events, and what that changes. Throws when an event does not fit what is there. */
export function contentAfter(
  before: Content,
  events: readonly ChatEvent[],
): { readonly after: Content; readonly changes: Changes } {
  const draft = new Draft(before.messages, before.run);
  for (const event of events) applyTo(draft, event);
  const after = { messages: draft.messages, run: draft.run };
  return { after, changes: changesBetween(before, after) };
}

/** States in which a call waits for somebody: what an inbox lists. */
const waitingStates: ReadonlySet<CallState> = new Set<CallState>([
  'awaiting-approval',
  'awaiting-result',
  'awaiting-input',
  'in-doubt',
  'snoozed',
  'deferred',
]);

/** Whether a call waits for somebody or for a time: not for a thread of its own, where others may wait. */
export function isWaiting(call: ToolCall): boolean {
  return waitingStates.has(call.state) && childOf(call) === undefined;
}

/** A message with its calls in their places again. */
export function joined({ message, parts }: StoredMessage, callOf: (id: string) => ToolCall): Message {
  // A kind of part that this release does not know is kept as it is (rule S8).
  const whole = parts.map((part) => (part.type === 'tool' ? { ...part, call: callOf(part.call) } : part));
  return { ...message, parts: whole };
}

function changesBetween(before: Content, after: Content): Changes {
  // Nearly every change is at the end.
  let same = 0;
  while (same < before.messages.length && before.messages[same] === after.messages[same]) same += 1;
  const known = new Map(before.messages.slice(same).map((message) => [message.id, message]));
  const messages: StoredMessage[] = [];
  const inserted = insertedIn(after.messages, { same, known });
  const calls: StoredCall[] = [];
  const decisions: DecisionTaken[] = [];
  const children = new ChildChanges();
  for (const [index, message] of after.messages.slice(same).entries()) {
    const old = known.get(message.id);
    known.delete(message.id);
    if (old === message) continue;
    if (!old || !isStoredAlike(old, message)) messages.push(storedMessage(message));
    const olds = new Map(old ? callsIn(old).map((call) => [call.id, call]) : []);
    for (const call of callsIn(message)) {
      const last = olds.get(call.id);
      if (last === call) continue;
      const requester = requesterIn(after.messages, same + index);
      const addressed = readdressed(last, call, requester);
      children.add(last, call, requester);
      calls.push({ message: message.id, call, dueAt: dueTime(call), ...(addressed && { addressed }) });
      decisions.push(...decisionsTaken(last, call));
    }
  }
  for (const gone of known.values()) for (const call of callsIn(gone)) children.add(call, undefined);
  const { opened, left } = children;
  const family = children.isEmpty ? {} : { children: { opened, left } };
  const places = inserted.length > 0 && { inserted };
  return { messages, ...places, removed: [...known.keys()], calls, decisions, ...family, run: after.run };
}

/** New messages before known ones, in their order: none, unless somebody spoke before an answer was stored. */
function insertedIn(
  messages: readonly Message[],
  { same, known }: { readonly same: number; readonly known: ReadonlyMap<string, Message> },
): readonly Inserted[] {
  const last = known.size > 0 ? messages.findLastIndex(({ id }) => known.has(id)) : -1;
  return messages.slice(same, Math.max(same, last)).flatMap(({ id }, index) => {
    const behind = messages[same + index - 1];
    return known.has(id) || !behind ? [] : [{ id, behind: behind.id }];
  });
}

/** Whom a call is put to, when that or what it waits for has changed. */
function readdressed(
  last: ToolCall | undefined,
  call: ToolCall,
  requester: string | undefined,
): Readdressed | undefined {
  const before = last ? addresseesOf(last, requester) : [];
  const to = addresseesOf(call, requester);
  const isSame = last?.state === call.state && JSON.stringify(before) === JSON.stringify(to);
  return isSame || before.length + to.length === 0 ? undefined : { before: before.length > 0, to };
}

function storedMessage({ parts, ...message }: Message): StoredMessage {
  return { message, parts: parts.map((part) => (part.type === 'tool' ? { ...part, call: part.call.id } : part)) };
}

/** A call that moved leaves its message as it is stored alone: what else is in it was handed on. */
function isStoredAlike(one: Message, other: Message): boolean {
  const names = Object.keys(other) as (keyof Message)[];
  if (names.length !== Object.keys(one).length || one.parts.length !== other.parts.length) return false;
  return (
    names.every((name) => name === 'parts' || one[name] === other[name]) &&
    other.parts.every((part, place) => isSamePart(one.parts[place]!, part))
  );
}

function isSamePart(one: Part, other: Part): boolean {
  if (one === other) return true;
  return one.type === 'tool' && other.type === 'tool' && one.call.id === other.call.id && one.origin === other.origin;
}

function callsIn({ parts }: Message): readonly ToolCall[] {
  return parts.flatMap((part) => (part.type === 'tool' ? [part.call] : []));
}

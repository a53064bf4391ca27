import { isObject } from '../../conversation/json.ts';
import type { SaidWord } from '../acting.ts';
import { ticketIn } from '../ticket.ts';
import { shownIn } from './shown.ts';
import type { ShownAnswer } from './shown.ts';
import { contentOf } from './word-content.ts';
import type { WrongPart } from './word-content.ts';

/** What a client may say, of all that it posts (rule X2). */
export interface Said {
  /** The id of the chat, which is the thread's. */
  readonly chat: string;
  readonly regenerates: boolean;
  /** The message that is answered anew, edited, or gone on with. */
  readonly messageId?: string | undefined;
  /** The newest message, where it is the user's. */
  readonly word?: SaidWord | undefined;
  /** The user's last message that the client has: what it has regenerated is behind it. */
  readonly lastWord?: string | undefined;
  readonly approvals: readonly SaidApproval[];
  readonly outputs: readonly SaidOutput[];
  /** The answer that is gone on with, as the client has it. */
  readonly shown?: ShownAnswer | undefined;
}

/** What somebody said about a call that they were asked about. */
export interface SaidApproval {
  readonly call: string;
  /** The digest of what they were shown. */
  readonly seen: string;
  readonly approved: boolean;
  readonly reason?: string;
  /** Other arguments, all of them. */
  readonly input?: unknown;
}

/** What a tool of the client came to. */
export interface SaidOutput {
  readonly call: string;
  readonly seen?: string;
  readonly outcome: { readonly output: unknown } | { readonly error: string };
}

/** Reads what a client says; a text says what is wrong. Everything else that it posts is ignored. */
export function readSaid(body: unknown): Said | string {
  if (!isObject(body)) return 'The body is not an object.';
  const { id: chat, trigger, messageId, message, messages, edits } = body;
  if (typeof chat !== 'string' || chat === '') return 'The id of the chat is missing.';
  const posted = (Array.isArray(messages) ? messages : [message]).filter(isObject);
  const last = posted.at(-1);
  const word = last?.['role'] === 'user' ? wordOf(last) : undefined;
  if (word && 'wrong' in word) return word.wrong;
  return {
    chat,
    regenerates: trigger === 'regenerate-message',
    messageId: textIn(messageId),
    word,
    lastWord: textIn(posted.findLast(({ role }) => role === 'user')?.['id']),
    // Also an earlier one, when somebody spoke before they decided.
    shown: shownIn(posted.find(({ id }) => id === messageId)) ?? (word ? undefined : shownIn(last)),
    ...aboutCalls(posted, isObject(edits) ? edits : {}),
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function aboutCalls(posted: readonly PostedPart[], edits: PostedPart): Pick<Said, 'approvals' | 'outputs'> {
  const parts = posted.filter(({ role }) => role === 'assistant').flatMap(toolParts);
  return {
    approvals: parts.flatMap((part) => approvalIn(part, edits) ?? []),
    outputs: parts.flatMap((part) => outputIn(part) ?? []),
  };
}

function wordOf({ id, parts }: Readonly<Record<string, unknown>>): SaidWord | WrongPart {
  if (typeof id !== 'string') return { wrong: 'The message has no id.' };
  const content = contentOf(Array.isArray(parts) ? parts : []);
  return 'wrong' in content ? content : { id, ...content };
}

type PostedPart = Readonly<Record<string, unknown>>;

function toolParts({ parts }: PostedPart): readonly PostedPart[] {
  return Array.isArray(parts) ? parts.filter(isObject).filter(({ toolCallId }) => typeof toolCallId === 'string') : [];
}

function approvalIn({ state, approval }: PostedPart, edits: PostedPart): SaidApproval | undefined {
  if (state !== 'approval-responded' || !isObject(approval)) return undefined;
  const { id, approved, reason } = approval;
  if (typeof id !== 'string' || typeof approved !== 'boolean') return undefined;
  const ticket = ticketIn(id);
  if (!ticket) return undefined;
  const { call, seen } = ticket;
  const input = Object.hasOwn(edits, id) ? edits[id] : Object.hasOwn(edits, call) ? edits[call] : undefined;
  return {
    call,
    seen,
    approved,
    ...(typeof reason === 'string' && { reason }),
    ...(input !== undefined && { input }),
  };
}

function outputIn({ state, toolCallId, output, errorText, toolMetadata }: PostedPart): SaidOutput | undefined {
  const outcome =
    state === 'output-available'
      ? { output: output ?? null }
      : state === 'output-error' && typeof errorText === 'string'
        ? { error: errorText }
        : undefined;
  if (!outcome) return undefined;
  const seen = isObject(toolMetadata) ? toolMetadata['seen'] : undefined;
  // Parts without this id were left out.
  return { call: toolCallId as string, outcome, ...(typeof seen === 'string' && { seen }) };
}

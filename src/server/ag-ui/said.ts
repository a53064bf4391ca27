import { isObject } from '../../conversation/json.ts';
import type { SaidWord } from '../acting.ts';
import { contentOf } from './word-content.ts';

/** What a client may say, of all that it posts (rule X2). */
export interface Said {
  readonly thread: string;
  /** Its own names for this run, and for the one that it goes on from: given back, and nothing else. */
  readonly run: string;
  readonly parentRun?: string;
  /** The newest message, where it is the user's. */
  readonly word?: SaidWord;
  /** What it says about interrupts. */
  readonly resume: readonly SaidResume[];
  /** What tools of the client came to. */
  readonly results: readonly SaidResult[];
  /** What it has, by its own word: it decides what that client is sent, and nothing else. */
  readonly posted: readonly PostedMessage[];
}

/** What somebody said about an interrupt. */
export interface SaidResume {
  readonly interrupt: string;
  readonly status: 'resolved' | 'cancelled';
  readonly payload: unknown;
}

/** What a tool of the client came to. */
export interface SaidResult {
  readonly call: string;
  readonly content: string;
  readonly error?: string;
}

/** A message that a client has: of whom, and what stands in it. */
export interface PostedMessage {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly calls: readonly { readonly id: string; readonly arguments: string }[];
  /** The call that it is the result of. */
  readonly call?: string;
}

/** Reads what a client says; a text says what is wrong. State, context, tools and all that is older are ignored. */
export function readSaid(body: unknown): Said | string {
  if (!isObject(body)) return 'The body is not an object.';
  const { threadId, runId, parentRunId, messages, resume } = body;
  if (typeof threadId !== 'string' || threadId === '') return 'The threadId is missing.';
  if (typeof runId !== 'string' || runId === '') return 'The runId is missing.';
  const posted = Array.isArray(messages) ? messages.filter(isObject) : [];
  const word = wordIn(posted.at(-1));
  if (typeof word === 'string') return word;
  return {
    thread: threadId,
    run: runId,
    ...(typeof parentRunId === 'string' && { parentRun: parentRunId }),
    ...(word && { word }),
    resume: Array.isArray(resume) ? resume.flatMap(resumeIn) : [],
    results: posted.flatMap(resultIn),
    posted: posted.flatMap(postedIn),
  };
}

type Posted = Readonly<Record<string, unknown>>;

function wordIn(last: Posted | undefined): SaidWord | string | undefined {
  if (last?.['role'] !== 'user') return undefined;
  const { id, content } = last;
  if (typeof id !== 'string' || id === '') return 'The message has no id.';
  const said = contentOf(content);
  return typeof said === 'string' ? said : { id, content: said };
}

function resumeIn(entry: unknown): readonly SaidResume[] {
  const { interruptId, status, payload } = isObject(entry) ? entry : {};
  const isKnown = status === 'resolved' || status === 'cancelled';
  return typeof interruptId === 'string' && isKnown ? [{ interrupt: interruptId, status, payload }] : [];
}

function resultIn(message: Posted): readonly SaidResult[] {
  const { role, toolCallId, error } = message;
  if (role !== 'tool' || typeof toolCallId !== 'string') return [];
  const content = textIn(message);
  return isPlaceholder(content) ? [] : [{ call: toolCallId, content, ...(typeof error === 'string' && { error }) }];
}

/** TanStack AI writes this for a call that was approved and has not run: no tool has said so. */
function isPlaceholder(content: string): boolean {
  try {
    const value: unknown = JSON.parse(content);
    return isObject(value) && value['approved'] === true && value['pendingExecution'] === true;
  } catch {
    return false;
  }
}

function postedIn(message: Posted): readonly PostedMessage[] {
  const { id, role, toolCalls, toolCallId } = message;
  if (typeof id !== 'string' || typeof role !== 'string') return [];
  const calls = (Array.isArray(toolCalls) ? toolCalls : []).flatMap((call: unknown) => {
    const { id, function: called } = isObject(call) ? call : {};
    const text = isObject(called) ? called['arguments'] : undefined;
    return typeof id === 'string' ? [{ id, arguments: typeof text === 'string' ? text : '' }] : [];
  });
  const call = role === 'tool' && typeof toolCallId === 'string' ? { call: toolCallId } : {};
  return [{ id, role, content: textIn(message), calls, ...call }];
}

function textIn({ content }: Posted): string {
  if (typeof content === 'string') return content;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  return parts.map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

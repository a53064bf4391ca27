import type { ContentPart } from '../conversation/content.ts';
import { sha256 } from '../conversation/digest.ts';
import { newId } from '../conversation/id.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { Message } from '../conversation/message.ts';
import type { Thread, ThreadKey } from '../store/thread.ts';

/** A word of a user before its time is known. */
export type Word = Omit<Message, 'at'>;

/** What stands beside the words. */
export interface WordOptions {
  /** The same key says the same thing: sent again, nothing is said again. */
  readonly key?: string;
  /** Whose word it is. Default: the owner of the thread. */
  readonly author?: string;
  readonly metadata?: JsonObject;
}

/** Makes a word of what somebody says in a thread. */
export function wordOf(
  { thread }: ThreadKey,
  content: string | readonly ContentPart[],
  { key, author, metadata }: WordOptions,
): Word {
  return {
    id: key === undefined ? newId() : wordId(thread, key),
    role: 'user',
    parts: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
    ...(author !== undefined && { author }),
    ...(metadata && { metadata }),
  };
}

/** The word as it is said: who asks for a call is known by it, and without a name it is the owner's (rule D7). */
export function saidIn({ owner }: Thread, word: Word, at: number): Message {
  return { ...(owner !== undefined && { author: owner }), ...word, at };
}

/** The id of the message that was said under a key: made of the key, so that the store itself sees what was said already. */
export function wordId(thread: string, key: string): string {
  return `m_${sha256(JSON.stringify([thread, key])).slice(0, 32)}`;
}

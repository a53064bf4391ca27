import type { ContentPart } from '../conversation/content.ts';
import { sha256 } from '../conversation/digest.ts';
import { newId } from '../conversation/id.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { Message } from '../conversation/message.ts';
import { cancelUnstarted } from '../conversation/withdraw.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { appendBeside, missing } from './beside.ts';

/** What may be said beside the words. */
export interface SendOptions {
  /** The same key says the same thing: sent again, nothing is said again. */
  readonly key?: string;
  /** Whose word it is. Default: the owner of the thread. */
  readonly author?: string;
  readonly metadata?: JsonObject;
  /**
   * What it does to a run that is under way, in whatever process: `queue`, the default, waits for its turn, `interrupt`
   * stops a model that speaks, `supersede` also cancels every call that was not started (rule D8).
   */
  readonly while?: 'queue' | 'interrupt' | 'supersede';
}

/** What became of a word. It is stored in every case. */
export type Sent =
  | { readonly type: 'sent'; readonly message: Message }
  /** It is answered when these calls are settled. */
  | { readonly type: 'queued'; readonly message: Message; readonly behind: readonly string[] };

/** Appends a word beside whatever goes on (rule D8). Throws `ChatError` `invalid-request` when there is no such thread. */
export async function send(
  store: Store,
  key: ThreadKey,
  { content, ...options }: SendOptions & { readonly content: string | readonly ContentPart[] },
): Promise<Sent> {
  const { while: how = 'queue' } = options;
  const word = messageOf(key, content, options);
  const said = await appendBeside(store, key, {
    make: (conversation, { owner }) => {
      if (conversation.has(word.id)) return [];
      // Who asks for a call is known by their word: without a name it is the owner's (rule D7).
      const message: Message = { ...(owner !== undefined && { author: owner }), ...word, at: conversation.now() };
      const cancelled = how === 'supersede' ? cancelUnstarted(conversation.unsettled, 'supersede') : [];
      return [...cancelled, { type: 'message', message, ...(how !== 'queue' && { interrupts: true }) }];
    },
  });
  const message = said?.messages.find(({ id }) => id === word.id);
  if (!said || !message) throw missing(key);
  const behind = said.unsettled.map(({ id }) => id);
  return behind.length === 0 ? { type: 'sent', message } : { type: 'queued', message, behind };
}

/** A key makes the id of the message, so that the store itself sees what was said already. */
function messageOf(
  { thread }: ThreadKey,
  content: string | readonly ContentPart[],
  { key, author, metadata }: SendOptions,
): Omit<Message, 'at'> {
  return {
    id: key === undefined ? newId() : `m_${sha256(JSON.stringify([thread, key])).slice(0, 32)}`,
    role: 'user',
    parts: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
    ...(author !== undefined && { author }),
    ...(metadata && { metadata }),
  };
}

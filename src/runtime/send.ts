import type { ContentPart } from '../conversation/content.ts';
import type { Message } from '../conversation/message.ts';
import { cancelUnstarted } from '../conversation/withdraw.ts';
import type { ThreadKey } from '../store/thread.ts';
import { appendBeside, missing } from './beside.ts';
import type { BesideStore } from './beside.ts';
import { limitWord } from './limits.ts';
import type { Setup } from './options.ts';
import { saidIn, wordOf } from './word.ts';
import type { WordOptions } from './word.ts';

/** What may be said beside the words. */
export interface SendOptions extends WordOptions {
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

/** Appends a word beside whatever goes on (rule D8). Throws `ChatError` `invalid-request` when there is no such thread, or it is too large. */
export async function send(
  { store, limits }: Pick<Setup, 'limits'> & { readonly store: BesideStore },
  key: ThreadKey,
  { content, ...options }: SendOptions & { readonly content: string | readonly ContentPart[] },
): Promise<Sent> {
  limitWord(key, limits, { content, ...options });
  const { while: how = 'queue' } = options;
  const word = wordOf(key, content, options);
  const said = await appendBeside(store, key, {
    excerpt: { messages: [word.id] },
    make: (conversation, thread) => {
      if (conversation.has(word.id)) return [];
      const message = saidIn(thread, word, conversation.now());
      const cancelled = how === 'supersede' ? cancelUnstarted(conversation.unsettled, 'supersede') : [];
      return [...cancelled, { type: 'message', message, ...(how !== 'queue' && { interrupts: true }) }];
    },
  });
  const message = said?.messages.find(({ id }) => id === word.id);
  if (!said || !message) throw missing(key);
  const behind = said.unsettled.map(({ id }) => id);
  return behind.length === 0 ? { type: 'sent', message } : { type: 'queued', message, behind };
}

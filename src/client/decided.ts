import type { Answer } from './views.ts';
import { ChatError } from '../conversation/error.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** What became of a decision: it was answered, or did not arrive. */
export type Decided = Answer | { readonly type: 'failed'; readonly error: ChatError };

/** What becomes of a decision about a call. Never throws. */
export async function decidedBy(decide: () => Promise<Answer>, { name }: ToolCall): Promise<Decided> {
  try {
    return await decide();
  } catch (cause) {
    const unknown = (): ChatError => new ChatError('aborted', `Deciding about ${name}: it was given up.`, { cause });
    return { type: 'failed', error: cause instanceof ChatError ? cause : unknown() };
  }
}

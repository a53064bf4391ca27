import type { ThreadView } from '../../client/views.ts';

/** What a word does to what goes on, or waits (`while` of the native API). */
export type Manner = 'queue' | 'interrupt' | 'supersede';

/** What may be chosen while a thread stands so; nothing where a word is answered at once. */
export function mannersFor(status: ThreadView['status'] | undefined): readonly Manner[] {
  if (status === 'working') return ['queue', 'interrupt'];
  return status === 'paused' ? ['queue', 'supersede'] : [];
}

/** What each is called, and what it means. */
export const manners: Readonly<Record<Manner, { readonly name: string; readonly meaning: string }>> = {
  queue: { name: 'In its turn', meaning: 'Answered when what goes on, or waits, is settled.' },
  interrupt: { name: 'Now', meaning: 'The answer is cut, and goes on with what you say.' },
  supersede: { name: 'Instead', meaning: 'What waits is cancelled, and what you say is answered.' },
};

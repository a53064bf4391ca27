import type { Api, Choice } from './api.ts';
import { persistently } from './patience.ts';
import type { Patience } from './patience.ts';
import type { Answer } from './views.ts';

/** A decision, and the thread that it is about. */
export interface DecidedIn {
  readonly thread: string;
  readonly choice: Choice;
}

/**
 * Sends a decision for as long as that may help. It counts once: sent again after its answer was lost, it comes back as
 * `already`.
 */
export async function decideAbout(
  { thread, choice }: DecidedIn,
  api: Pick<Api, 'decide'>,
  { signal, ...patience }: Patience & { readonly signal: AbortSignal },
): Promise<Answer> {
  const [answer] = await persistently(() => api.decide(thread, [choice]), signal, patience);
  return answer ?? { type: 'not-found' };
}

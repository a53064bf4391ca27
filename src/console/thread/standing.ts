import type { ThreadView } from '../../client/views.ts';
import { visible } from '../../wire/plain-text.ts';

/** How a thread stands, in words. */
export const standings: Readonly<Record<ThreadView['status'], string>> = {
  new: 'new',
  working: 'working',
  paused: 'waits for somebody',
  done: 'done',
  failed: 'failed',
};

/** What a thread is called. */
export function titleOf({ title }: Pick<ThreadView, 'title'>): string {
  return title === undefined || title.trim() === '' ? 'Untitled' : visible(title);
}

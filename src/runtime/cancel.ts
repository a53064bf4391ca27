import { cancelUnstarted } from '../conversation/withdraw.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { appendBeside } from './beside.ts';

/** Stops the run that is under way, and cancels what was not started where that is wanted (rule E7). False when there was nothing to stop. */
export async function cancel(store: Store, key: ThreadKey, calls: boolean): Promise<boolean> {
  const isStopped = await store.stop(key);
  if (!calls) return isStopped;
  let count = 0;
  await appendBeside(store, key, {
    make: (conversation) => {
      const events = cancelUnstarted(conversation.unsettled, 'stop');
      count = events.length;
      return events;
    },
  });
  return isStopped || count > 0;
}

import type { Conversation } from '../conversation/conversation.ts';
import type { EndEvent } from '../conversation/event.ts';
import { childOf } from '../conversation/handed-out.ts';
import { cancelUnstarted } from '../conversation/withdraw.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { appendBeside } from './beside.ts';

/**
 * Stops the run that is under way, in threads of its own too (rule C3), and cancels what was not started where that is wanted;
 * where it had paused that is its end, and the model is asked no more until somebody says something (rule E7). False when there
 * was nothing to stop.
 */
export async function cancel(store: Store, key: ThreadKey, calls: boolean): Promise<boolean> {
  const isStopped = await store.stop(key);
  // A run that is under way cancels by itself what it has handed out.
  if (!calls && isStopped) return true;
  let count = 0;
  await appendBeside(store, key, {
    excerpt: {},
    make: (conversation) => {
      const { unsettled } = conversation;
      const events = cancelUnstarted(calls ? unsettled : unsettled.filter(childOf), 'stop');
      count = events.length;
      // A run that is under way says by itself that it was stopped.
      return count === 0 || isStopped ? events : [...events, aborted(conversation)];
    },
  });
  return isStopped || count > 0;
}

function aborted({ run }: Conversation): EndEvent {
  const message = 'The run was stopped: what it waited for was cancelled.';
  return { type: 'error', code: 'aborted', message, retryable: false, usage: run.usage };
}

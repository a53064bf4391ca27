import { ChatError } from '../../conversation/error.ts';
import { allOf } from '../../store/page.ts';
import type { Store } from '../../store/store.ts';
import type { Thread } from '../../store/thread.ts';
import { visible } from '../../wire/plain-text.ts';

/** A call whose thread is looked for, where that is not named. */
export interface Sought {
  readonly call: string;
  readonly thread: string | undefined;
}

/** How many threads are looked through for a call that does not wait any more. */
const mostLooked = 200;

/** The thread of a call: among what waits, else in the threads that changed last. */
export async function threadIn(store: Store, tenant: string, { call, thread: named }: Sought): Promise<Thread> {
  if (named !== undefined) {
    const loaded = await store.load({ tenant, thread: named });
    if (loaded) return loaded.thread;
    throw new ChatError('invalid-request', `There is no thread ${visible(named)}.`);
  }
  for await (const row of allOf((more) => store.waiting({ tenant, ...more })))
    if (row.call.id === call) return row.thread;
  const { items } = await store.list({ tenant, limit: mostLooked });
  for (const thread of items) {
    const loaded = await store.load({ tenant, thread: thread.thread });
    const parts = loaded?.messages.flatMap((message) => message.parts) ?? [];
    if (parts.some((part) => part.type === 'tool' && part.call.id === call)) return thread;
  }
  throw new ChatError(
    'invalid-request',
    `There is no call ${visible(call)} that waits, or that was decided lately; --thread says where an older one is.`,
  );
}

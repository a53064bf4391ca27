import { apply } from '../../src/conversation/apply.ts';
import type { Message } from '../../src/conversation/message.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import type { ThreadKey } from '../../src/store/thread.ts';

/** What a viewer makes of the log up to the end of a run, however it ends. */
export async function view(runtime: Runtime, key: ThreadKey): Promise<readonly Message[]> {
  let messages: readonly Message[] = [];
  for await (const { event } of runtime.watch(key, { after: 'c0' })) {
    messages = apply(messages, [event]);
    if (event.type === 'done' || event.type === 'error') break;
  }
  return messages;
}

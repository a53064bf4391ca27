// A process whose store is gone for good when it closes its runtime: node test/threads/closes.ts. It has nothing else to do then.
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';

let isGone = false;
const store: Store = new Proxy(memoryStore(), {
  get(target, name: keyof Store) {
    if (isGone && name !== 'subscribe') return () => Promise.reject(new Error('the store is gone'));
    return target[name].bind(target);
  },
});
const started = Promise.withResolvers<void>();
const run = (): string => {
  isGone = true;
  started.resolve();
  return 'paid';
};
const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy: 'allow', run });
const chat = createChat({ model: scripted([{ calls: [{ name: 'pay', input: {} }] }, 'paid']), tools: { pay } });
let errors = 0;
const runtime = createRuntime({ chat, store, lease: 100, closing: 50, onError: () => (errors += 1) });
const key = await runtime.threads.create({ tenant: 'acme' });
await runtime.send(key, 'pay');
await started.promise;
await runtime.close();
process.stdout.write(errors > 0 ? 'closed, and something was not stored' : 'closed');

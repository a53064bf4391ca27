import { textOf } from 'yourcall';
import { createRuntime } from 'yourcall/runtime';
import { speaker } from '../chats.js';
import { moment } from '../moment.js';
import { Reading } from '../reading.js';
import { openStore } from '../store.js';
import { tenant } from '../threads.js';
import { timesIn } from '../tokens.js';

/** A process that says its name in each of so many threads and watches what comes of it; it advances none. */
export async function play({ place, threads }, post) {
  const store = await openStore(place);
  const runtime = createRuntime({ chat: speaker(), store, work: false });
  post({ type: 'ready' });
  const keys = [];
  for (let i = 0; i < threads; i += 1) keys.push(await runtime.threads.create({ tenant }));
  const delays = [];
  const watching = keys.map((key) => watch(runtime, key, delays));
  for (const key of keys) await runtime.send(key, key.thread);
  await Promise.all(watching);
  delays.sort((one, other) => one - other);
  post({ type: 'over', tokens: delays.length, p50: at(delays, 0.5), p99: at(delays, 0.99) });
}

/** Watches until the thread is done, and adds how late each token was seen. Throws when what was seen is not what is stored. */
async function watch(runtime, key, delays) {
  const reading = new Reading();
  for await (const { event } of runtime.watch(key, { after: 'c0' })) {
    const now = moment();
    const text = reading.take(event);
    if (text !== '') for (const said of timesIn(text)) delays.push(now - said);
    if (event.type === 'error') throw new Error(`Thread ${key.thread} failed: ${event.message}`);
    if (event.type === 'done') break;
  }
  const { messages } = await runtime.read(key);
  const stored = messages.filter(({ role }) => role === 'assistant').map(textOf);
  if (stored.join('\n') !== reading.texts.join('\n'))
    throw new Error(`A token was lost: thread ${key.thread} holds another text than was seen.`);
}

function at(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

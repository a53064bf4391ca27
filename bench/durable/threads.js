const words = 'A message of the history, with some words in it. '.repeat(8);

/** Whose threads they are. */
export const tenant = 'bench';

/** A history of so many messages. */
export function messagesOf(old) {
  return Array.from({ length: old }, (_, i) => ({
    id: `m${i}`,
    role: i % 2 ? 'assistant' : 'user',
    parts: [{ type: 'text', text: `${i} ${words}` }],
    at: i,
    ...(i % 2 && { finish: 'stop', model: { provider: 'bench', id: 'asks' } }),
  }));
}

/** Makes a thread with so many old messages, said one after the other as people and models do. */
export async function threadWith(store, old) {
  const key = { tenant, thread: crypto.randomUUID() };
  await store.create({ ...key, chat: 'default' });
  for (const [seen, message] of messagesOf(old).entries()) {
    const { parts, ...stored } = message;
    const answer = await store.append({
      ...key,
      id: crypto.randomUUID(),
      events: [{ type: 'message', message }],
      seen,
      messages: [{ message: stored, parts }],
      removed: [],
      calls: [],
      decisions: [],
      run: { steps: 0, usage: { input: 0, output: 0, calls: 0 } },
    });
    if (answer.type !== 'appended') throw new Error(`The history was ${answer.type}.`);
  }
  return key;
}

/** Waits until a thread tells of something of this kind. */
export async function reached(runtime, key, type) {
  for await (const { event } of runtime.watch(key, { after: 'c0' })) {
    if (event.type === type) return;
    if (event.type === 'error') throw new Error(`Thread ${key.thread} failed: ${event.code} ${event.message}`);
  }
}

/** The call of a thread that waits for somebody. */
export async function waitingIn(runtime, key) {
  const { items } = await runtime.inbox(key);
  if (items.length !== 1) throw new Error(`In thread ${key.thread} ${items.length} calls wait, not one.`);
  return items[0].call;
}

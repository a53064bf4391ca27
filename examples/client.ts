import { createChat, tool } from 'yourcall';
import { createClient } from 'yourcall/client';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const refund = tool({
  description: 'Refund an order',
  input: z.object({ order: z.string(), amount: z.number() }),
  effect: 'once',
  run: ({ amount }) => `Refunded ${amount}.`,
});
const model = scripted([
  { calls: [{ name: 'refund', input: { order: 'A-17', amount: 60 } }] },
  'It is on its way.',
  'I see.',
]);
const chat = createChat({ model, tools: { refund } });
await using runtime = createRuntime({ chat, store: memoryStore() });
const handler = createHandler({
  runtime,
  authorize: () => ({ principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide'] }),
});

// A page imports the type alone: `import type { chat } from './chat.ts'`.
const client = createClient<typeof chat>({
  url: 'http://localhost',
  // Not needed in a browser, where the server is somewhere else.
  fetch: (request) => handler.fetch(request),
});

const { id } = await client.createThread({ title: 'A refund' });
const thread = client.thread(id);
const unsubscribe = thread.subscribe(() => {
  const last = thread.getSnapshot().messages.at(-1);
  if (last?.pending?.state === 'sending') console.log('on its way');
});

await thread.until(({ status }) => status === 'live');
const said = await thread.say('Refund order A-17, please.');
// It stays in `messages`, marked: let people send it again.
if (said.type === 'failed') console.log(said.error.message, () => thread.resend(said.id));

const { waiting } = await thread.until(({ waiting }) => waiting.approvals.length > 0);
for (const call of waiting.approvals) {
  // Typed by the tool of this name.
  if (call.name !== 'refund' || call.input.amount > 100) continue;
  const answer = await thread.decide(call, { type: 'approve' });
  // `already`: somebody else was first. `stale`: the call is not what was shown.
  console.log(call.input.order, answer.type);
}

const end = await thread.until(({ thread }) => thread?.status === 'done');
for (const { role, parts } of end.messages) {
  for (const part of parts) if (part.type === 'text') console.log(`${role}: ${part.text}`);
}
unsubscribe();

const photo = new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], 'parcel.png', { type: 'image/png' });
// What `<input type="file">` gives. Its bytes go along as base64, without `data:` before them.
const bytes = new Uint8Array(await photo.arrayBuffer());
const data = btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
await thread.say([
  { type: 'text', text: 'It came like this.' },
  { type: 'file', mediaType: photo.type, name: photo.name, source: { type: 'base64', data } },
]);
const { messages } = await thread.until(({ messages }) => messages.at(-1)?.finish !== undefined);
for (const part of messages.at(-2)!.parts) if (part.type === 'file') console.log(part.name, part.source.type);

const inbox = client.inbox();
const { items } = await inbox.until(({ items }) => items !== undefined);
console.log('waiting:', items?.length);
await client.archiveThread(id);
thread.close();
inbox.close();
await handler.close();

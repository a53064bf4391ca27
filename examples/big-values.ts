import assert from 'node:assert/strict';
import { createChat, tool } from 'yourcall';
import { createRuntime, isBlobReference, memoryStore } from 'yourcall/runtime';
import { scripted } from 'yourcall/testing';

const listed = tool({ description: 'Export all orders', effect: 'read', run: () => 'A-17;60.00\n'.repeat(10_000) });
const model = scripted([{ calls: [{ name: 'export', input: {} }] }, 'All orders are there.']);
const chat = createChat({ model, tools: { export: listed } });
const scan = Buffer.alloc(100_000, 'scan').toString('base64');
const store = memoryStore();

await using runtime = createRuntime({ chat, store, limits: { file: 5 * 1024 * 1024 } });
const thread = await runtime.threads.create({ tenant: 'acme' });
const { cursor } = (await runtime.read(thread))!;
await runtime.send(thread, [
  { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: scan } },
  { type: 'text', text: 'Which order is this?' },
]);
for await (const { event } of runtime.watch(thread, { after: cursor })) if (event.type === 'done') break;

// Whoever reads or watches the thread is told of references, and asks for the bytes of what they show.
const { messages } = (await runtime.read(thread))!;
for (const part of messages.flatMap(({ parts }) => parts)) {
  if (part.type === 'file' && part.source.type === 'blob') {
    const bytes = await runtime.blob(thread, part.source.digest);
    console.log(part.mediaType, bytes?.length);
  }
  if (part.type === 'tool' && part.call.state === 'completed' && isBlobReference(part.call.output)) {
    const { blob, size, preview } = part.call.output;
    console.log(part.call.name, size, preview.slice(0, 11));
    console.log(new TextDecoder().decode(await runtime.blob(thread, blob)).length);
  }
}

// The model was shown both as they are.
const shown = model.requests[1]!.messages.flatMap(({ parts }) => parts);
assert.deepEqual(shown[0], { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: scan } });

// What is larger than it may be is refused.
const film = {
  type: 'file',
  mediaType: 'video/mp4',
  source: { type: 'base64', data: 'AAAA'.repeat(2_000_000) },
} as const;
await assert.rejects(runtime.send(thread, [film]), { code: 'invalid-request' });

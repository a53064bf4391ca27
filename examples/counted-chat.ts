import { createChat } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import type { DurableChat } from 'yourcall/runtime';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const invoice = z.object({ from: z.string(), total: z.number() });
const chat = createChat({ model: scripted([{ calls: [{ name: 'give_output', input: { from: 'Ann', total: 12 } }] }]) });

// A runtime takes whatever streams and decides: here the same chat, whose runs give an invoice and are counted.
const counted: DurableChat = {
  toolbox: chat.toolbox,
  decide: (...given) => chat.decide(...given),
  async *stream(conversation, options) {
    for await (const event of chat.stream(conversation, { ...options, output: invoice })) {
      // Also of an answer that was withdrawn, which stands in no message.
      if (event.type === 'step-end' || event.type === 'reset') bill(conversation.id, event.usage);
      yield event;
    }
  },
};

await using runtime = createRuntime({ chat: counted, store: memoryStore() });
const thread = await runtime.threads.create({ tenant: 'acme', thread: 'order-17' });
await runtime.send(thread, 'What does Ann owe?');
for await (const { event } of runtime.watch(thread)) {
  if (event.type === 'done') console.log(event.output);
  if (event.type === 'done') break;
}

function bill(id: string, usage: { readonly input: number; readonly output: number } | undefined): void {
  console.log(id, usage?.input, usage?.output);
}

// What the messages of a thread have cost, by the model that answered.
const costs = new Map<string, number>();
for (const { model, usage } of (await runtime.read(thread))!.messages) {
  if (model && usage) costs.set(model.id, (costs.get(model.id) ?? 0) + usage.input + usage.output);
}
console.log(costs);

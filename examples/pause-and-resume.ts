// The first process asks and ends; a second one, which knows nothing but the file, decides and goes on.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conversation, createChat, tool } from 'yourcall';
import { demo } from 'yourcall/demo';
import { z } from 'zod';

const cancel = tool({
  description: 'Cancel an order',
  input: z.object({ orderId: z.string() }),
  run: ({ orderId }) => `Order ${orderId} is cancelled.`,
});
const chat = createChat({ model: demo(), tools: { cancel } });
const file = process.argv[2];

if (file === undefined) {
  const conversation = new Conversation();
  conversation.say('cancel order B-2');
  console.log(`process 1: ${(await chat.complete(conversation)).type}`);
  const saved = join(mkdtempSync(join(tmpdir(), 'yourcall-')), 'talk.json');
  writeFileSync(saved, JSON.stringify(conversation));
  execFileSync(process.execPath, [import.meta.filename, saved], { stdio: 'inherit' });
} else {
  const conversation = Conversation.parse(readFileSync(file, 'utf8'));
  for (const call of chat.waiting(conversation).approvals) await chat.decide(conversation, call, { type: 'approve' });
  const done = await chat.complete(conversation);
  console.log(`process 2: ${done.type}: ${done.text}`);
}

import { createChat, tool } from 'yourcall';
import { createClient } from 'yourcall/client';
import { rulesFrom } from 'yourcall/rules';
import { createRuntime, memoryStore, storeGrants } from 'yourcall/runtime';
import type { Thread } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const input = z.object({ path: z.string(), content: z.string() });
const write = tool({ description: 'Write a file', input, run: ({ path }) => `Wrote ${path}.` });
const note = (content: string) => ({ calls: [{ name: 'write', input: { path: 'notes.md', content } }] });
const model = scripted([note('Hello'), 'Done.', note('Bye'), 'Done again.']);

const store = memoryStore();
// What is granted is kept beside the threads; the context of a run says which thread it is.
const rules = rulesFrom<Thread>({ version: 1, rules: [] }, { grants: storeGrants(store), thread: (thread) => thread });
const tools = rules.over({ write });
const chat = createChat({ model, tools });
await using runtime = createRuntime({ chat, store, context: (thread) => thread });
const handler = createHandler({
  runtime,
  authorize: () => ({ principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'decide', 'manage'] }),
  grants: { rules, tools, scopes: ['thread', 'hour', 'today'] },
});
const client = createClient({ url: 'http://localhost', fetch: (request) => handler.fetch(request) });

const { id } = await client.createThread();
const thread = client.thread(id);
await thread.say('Take a note');
await thread.until(({ waiting }) => waiting.approvals.length > 0);

const [item] = (await client.readInbox()).items;
if (item?.grants?.type === 'offered') {
  const { choices, scopes } = item.grants;
  console.log(choices.map(({ says }) => says).join(' | '), '|', scopes.join(', '));
  const choice = choices.find(({ says }) => says === 'content: whatever it says') ?? choices[0]!;
  const { call, seen } = item;
  const grant = { choice: choice.id, scope: 'hour' } as const;
  const [answer] = await client.decide(id, [{ call: call.id, seen, decision: { type: 'approve' }, grant }]);
  console.log(answer?.type, answer?.grant?.type);
}
await thread.until((now) => now.thread?.status === 'done');

// Another note is taken without asking.
await thread.say('And another one');
await thread.until(({ messages }) => messages.length === 4);
const end = await thread.until((now) => now.thread?.status === 'done');
console.log('waiting:', end.waiting.approvals.length);

for (const granted of await client.listGrants()) await client.revokeGrant(granted.id);
const { items: record } = await client.readAudit();
console.log(record.map(({ decided }) => `${decided?.by}: ${decided?.decision.type}`).join(', '));
thread.close();

import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler, decisionLinks } from 'yourcall/server';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const transfer = tool({
  description: 'Transfer money',
  input: z.object({ amount: z.number() }),
  policy: { ask: { reason: 'money', approvers: ['finance'] } },
  run: ({ amount }) => `Transferred ${amount}.`,
});
const model = scripted([{ calls: [{ name: 'transfer', input: { amount: 9000 } }] }, 'It is done.']);
const chat = createChat({ model, tools: { transfer } });
await using runtime = createRuntime({ chat, store: memoryStore(), work: false });

const links = decisionLinks({
  secret: process.env['LINK_SECRET'] ?? 'a secret for this example alone, and for no other',
  url: 'http://localhost/api',
  expiresIn: 8 * 60 * 60 * 1000,
});
const authorize = () => new Response('who are you?', { status: 401 });
const handler = createHandler({ runtime, authorize, basePath: '/api', links });

const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
await runtime.send(thread, 'Transfer 9000');
await runtime.tick({ budget: 0 });

// Everybody in finance is sent a link of their own.
const fay = { principal: 'fay', groups: ['finance'] };
for (const { thread, call } of (await runtime.inbox({ tenant: 'acme', ...fay })).items) {
  const link = await links.linkTo({ thread, call, ...fay });
  await mail('fay@acme.example', `May ${call.name} run? ${link}`);
}

async function mail(_to: string, text: string): Promise<void> {
  const [link = ''] = /http:\S+/.exec(text) ?? [];
  // Whatever scans mails looks at the page, and changes nothing.
  const page = await handler.fetch(new Request(link));
  console.log(page.status, (await page.text()).includes('<dd>9000</dd>'));
  // Fay presses a button of it.
  const body = new URLSearchParams({ decision: 'approve' });
  const answer = await handler.fetch(new Request(link, { method: 'POST', body }));
  console.log(/<h1>(.*)<\/h1>/.exec(await answer.text())?.[1]);
}

await runtime.tick({ budget: 0 });
console.log((await runtime.read(thread))?.thread.status);

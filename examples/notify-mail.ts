import { createHmac, timingSafeEqual } from 'node:crypto';
import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore, webhook } from 'yourcall/runtime';
import type { Notice } from 'yourcall/runtime';
import { decisionLinks } from 'yourcall/server';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const transfer = tool({
  description: 'Transfer money',
  input: z.object({ amount: z.number() }),
  policy: { ask: { reason: 'over 1000', approvers: ['fay', 'kim'] } },
  run: ({ amount }) => `Transferred ${amount}.`,
});
const model = scripted([{ calls: [{ name: 'transfer', input: { amount: 9000 } }] }, 'It is done.']);
const chat = createChat({ model, tools: { transfer } });
const links = decisionLinks({
  secret: process.env['LINK_SECRET'] ?? 'a secret for this example alone, and for no other',
  url: 'https://chat.acme.example/api',
});

/** A link of their own for everybody who may decide. What throws is tried again, so a mail may come twice. */
async function mailAll({ id, thread, call, to = [] }: Notice): Promise<void> {
  for (const principal of to) {
    const link = await links.linkTo({ thread, call, principal });
    await mail({ to: `${principal}@acme.example`, subject: `May ${call.name} run?`, text: link, messageId: id });
  }
}

/** As your mailer has it. */
async function mail({ to, subject }: { to: string; subject: string; text: string; messageId: string }): Promise<void> {
  console.log(`To ${to}: ${subject}`);
}

const secret = process.env['HOOK_SECRET'] ?? 'a secret for this example alone';
const send = webhook({
  url: 'https://hooks.acme.example/waits',
  secret,
  // Not needed where there is a server at that address.
  fetch: async (request) => receive(request),
});

/** How a server at that address knows who has posted it; libraries of Standard Webhooks do the same. */
async function receive(request: Request): Promise<Response> {
  const { headers } = request;
  const [id, at] = [headers.get('webhook-id'), headers.get('webhook-timestamp')];
  const body = await request.text();
  const expected = Buffer.from(`v1,${createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')}`);
  const isOurs = (headers.get('webhook-signature') ?? '').split(' ').some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  // Neither what somebody else wrote counts, nor what somebody kept and posts again.
  if (!isOurs || Math.abs(Date.now() / 1000 - Number(at)) > 300) return new Response(null, { status: 401 });
  console.log((JSON.parse(body) as { type: string }).type);
  return new Response(null, { status: 204 });
}

await using runtime = createRuntime({
  chat,
  store: memoryStore(),
  work: false,
  notifications: {
    async send(notice, how) {
      await send(notice, how);
      await mailAll(notice);
    },
  },
});
const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
await runtime.send(thread, 'Transfer 9000');
await runtime.tick({ budget: 0 });

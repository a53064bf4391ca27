import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore, webhook } from 'yourcall/runtime';
import { decisionLinks } from 'yourcall/server';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const transfer = tool({
  description: 'Transfer money',
  input: z.object({ amount: z.number() }),
  policy: { ask: { reason: 'over 1000', approvers: ['finance'] } },
  run: ({ amount }) => `Transferred ${amount}.`,
});
const model = scripted([{ calls: [{ name: 'transfer', input: { amount: 9000 } }] }, 'It is done.']);
const chat = createChat({ model, tools: { transfer } });

const links = decisionLinks({
  secret: process.env['LINK_SECRET'] ?? 'a secret for this example alone, and for no other',
  url: 'https://chat.acme.example/api',
});

// An incoming webhook of Slack: its address is its secret, so nothing is signed. Here it is played.
const send = webhook({
  url: process.env['SLACK_URL'] ?? 'https://hooks.slack.example/services/T/B/x',
  async body({ thread, call, to = [] }) {
    // Whoever has this link decides as Fay: post it where nobody but her reads.
    const link = await links.linkTo({ thread, call, principal: 'fay', groups: to });
    const text = `*${call.name}* waits for ${to.join(', ')}: ${call.requirements?.[0]?.reason}`;
    const button = { type: 'button', text: { type: 'plain_text', text: 'Decide' }, url: link };
    return {
      text,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text } },
        { type: 'actions', elements: [button] },
      ],
    };
  },
  async fetch(request) {
    const { text, blocks } = (await request.json()) as { text: string; blocks: { elements?: { url: string }[] }[] };
    console.log(text);
    console.log(blocks[1]?.elements?.[0]?.url.startsWith('https://chat.acme.example/api/decide/'));
    return new Response('ok');
  },
});

await using runtime = createRuntime({ chat, store: memoryStore(), work: false, notifications: { send } });
const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann' });
await runtime.send(thread, 'Transfer 9000');
await runtime.tick({ budget: 0 });

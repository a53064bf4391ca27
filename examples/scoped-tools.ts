import { Conversation, createChat, scoped, tool } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const mail = z.object({ to: z.string() });
const read = tool({ description: 'Read the inbox', effect: 'read', run: () => 'No new mail.' });
const send = tool({ description: 'Send a mail', input: mail, run: ({ to }) => `Sent to ${to}.` });
const wipe = tool({ description: 'Empty the mailbox', run: () => 'Empty.' });

const model = scripted([
  {
    calls: [
      { name: 'read', input: {} },
      { name: 'send', input: { to: 'bob@office.example' } },
      { name: 'send', input: { to: 'eve@elsewhere.example' } },
      { name: 'wipe', input: {} },
    ],
  },
]);

const chat = createChat({
  model,
  // `send` and `wipe` would ask by default; a scope speaks in place of the default.
  tools: [{ read }, scoped({ send, wipe }, 'allow')],
  // Asked about every call, beside all other policies: it adds to what they demand and takes nothing away.
  policy: (call) => {
    if (call.name === 'wipe') return { deny: 'mail is kept for ten years' };
    if (call.name === 'send' && !call.input?.to.endsWith('@office.example'))
      return { ask: { reason: 'leaves the house' } };
    return 'allow';
  },
});

const conversation = new Conversation();
conversation.say('Tidy up my mail');
await chat.complete(conversation);

for (const part of conversation.messages.at(-1)?.parts ?? []) {
  if (part.type === 'tool') console.log(part.call.name, part.call.state);
}

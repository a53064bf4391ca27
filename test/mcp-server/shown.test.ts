// What the person before a host of MCP really sees (X5).
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { openDesk, yes } from './host.ts';
import { waitingCall, waitingLines } from '../../src/server/mcp/waiting-call.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { Conversation } from '../../src/conversation/conversation.ts';

/** A mail waits with this text. */
async function mailWith(to: string) {
  const chat = createChat({
    model: scripted([{ calls: [{ name: 'mail', input: { to } }] }]),
    tools: {
      mail: tool({ description: 'mails', input: z.object({ to: z.string() }), policy: 'ask', run: () => 'sent' }),
    },
  });
  const conversation = new Conversation();
  conversation.say('Mail, please.');
  await chat.complete(conversation);
  return waitingLines(waitingCall('t', conversation.unsettled[0]!));
}

test('what does not show is an escape, and no value pretends to be another line (X5)', async () => {
  expect(await mailWith('alice\u202E@evil\u200B.com\n  "to": "bob"')).toEqual([
    'mail (awaiting-approval)',
    String.raw`  "to": "alice\u202e@evil\u200b.com\n  \"to\": \"bob\""`,
  ]);
});

test('letters that pass for others are pointed out (X5)', async () => {
  expect((await mailWith('p\u0430ul')).at(-1)).toMatch(/^ {2}! .*Cyrillic/);
});

test('what is too long to be read is not confirmed from here (X5)', async () => {
  const desk = await openDesk({ script: [{ calls: [{ name: 'pay', input: { amount: 50 } }] }] });
  const at = await desk.waiting();
  const kim = await desk.host('kim', { answer: yes });
  const edit = { ...at, decision: 'approve', input: { amount: 50, note: 'x'.repeat(30_000) } };
  const { data } = await kim.call('decide', edit);
  expect([data.code, kim.asked, desk.paid]).toEqual(['too-long', [], []]);
});

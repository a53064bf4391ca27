import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { ToolFailure } from './tool-failure.ts';
import { tool } from './tool.ts';
import type { AnyTool, ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

const sent: unknown[] = [];
const base: AnyTool = tool({ description: 'Sends a mail', run: (input) => sent.push(input) });
const pinned = (mark: string): AnyTool => ({
  ...base,
  pin: { mark, changesSince: (old) => (old === mark ? '' : `it was ${old}`) },
});
const mail = pinned('a mail');

function chatOf(tools: ToolSet): Chat<ToolSet> {
  const model = scripted([{ calls: [{ name: 'mail', input: {} }] }, 'Done.'], { turnBy: 'answers' });
  return createChat({ model, tools }) as unknown as Chat<ToolSet>;
}

async function approved(): Promise<string> {
  const chat = chatOf({ mail });
  const conversation = new Conversation();
  conversation.say('Write');
  await chat.complete(conversation);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  return JSON.stringify(conversation);
}

test('what is pinned to a tool belongs to its mark: a call that was approved for another one asks again, and says why (C1)', async () => {
  const conversation = Conversation.parse(await approved());
  const chat = chatOf({ mail: pinned('a letter') });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  expect(chat.waiting(conversation).approvals).toMatchObject([
    {
      because: 'tool-changed',
      requirements: [{ reason: 'the tool was changed since it was approved (it was a mail)' }],
    },
  ]);
  expect(sent).toEqual([]);
});

test('where something else changed, nothing is said of the pin', async () => {
  const conversation = Conversation.parse(await approved());
  const chat = chatOf({ mail: { ...mail, effect: 'once' } });
  await chat.complete(conversation);
  expect(chat.waiting(conversation).approvals).toMatchObject([
    { requirements: [{ reason: 'the tool was changed since it was approved' }] },
  ]);
});

test('the same tool runs', async () => {
  const conversation = Conversation.parse(await approved());
  expect(await chatOf({ mail: pinned('a mail') }).complete(conversation)).toMatchObject({ type: 'done' });
  expect(sent.splice(0)).toEqual([{}]);
});

test('what a tool usually asks gives way to a scope, and to a policy of its own', async () => {
  const usual = { ask: { reason: 'it says that it writes' } };
  const asked = async (one: AnyTool): Promise<unknown> => {
    const chat = chatOf({ mail: one });
    const conversation = new Conversation();
    conversation.say('Write');
    await chat.complete(conversation);
    return chat.waiting(conversation).approvals.flatMap(({ requirements }) => requirements);
  };
  expect(await asked({ ...base, usual })).toEqual([{ reason: 'it says that it writes' }]);
  expect(await asked({ ...base, usual, scopes: ['allow'] })).toEqual([]);
  expect(await asked({ ...base, usual, policy: 'allow' })).toEqual([]);
});

test.each([
  ['read', false, { state: 'failed', reason: 'no such page', outcome: 'none' }],
  [undefined, false, { state: 'failed', reason: 'no such page', outcome: 'unknown' }],
  ['once', false, { state: 'failed', reason: 'no such page', outcome: 'unknown' }],
  [undefined, true, { state: 'failed', reason: 'no such page', outcome: 'unknown' }],
  ['once', true, { state: 'in-doubt', reason: 'no such page' }],
] as const)(
  'what others say of their failure, where effect is %s and lost is %s (E1)',
  async (effect, lost, standing) => {
    const run = (): never => {
      throw new ToolFailure('no such page', { lost });
    };
    const chat = chatOf({ mail: { ...base, ...(effect && { effect }), policy: 'allow', run } });
    const conversation = new Conversation();
    conversation.say('Look');
    await chat.complete(conversation);
    const calls = conversation.messages.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])),
    );
    expect(calls).toMatchObject([standing]);
  },
);

import { Conversation, createChat, tool } from 'yourcall';
import type { ToolOptions } from 'yourcall';
import { scripted, testClock } from 'yourcall/testing';
import { z } from 'zod';

interface Session {
  readonly user: string;
  readonly isManager: boolean;
}

/** `tool`, for all tools of a program: what they are told is said once. */
const sessionTool = <Input = Record<string, never>, Output = unknown, Answer = unknown>(
  options: ToolOptions<Input, Output, Session, Answer>,
) => tool(options);

const refund = sessionTool({
  description: 'Refund an order',
  input: z.object({ amount: z.number() }),
  policy: ({ amount }, { context }) => (context.isManager && amount < 100 ? 'allow' : 'ask'),
  run: ({ amount }, { context }) => `${context.user} has refunded ${amount}.`,
});

const clock = testClock('2030-01-01T22:00:00Z');
const newsletter = sessionTool({
  description: 'Send the newsletter',
  // Asked once more when the hour has come: `due` is true then.
  policy: (_input, { due }) => (due ? 'allow' : { defer: new Date(clock.now() + 60 * 60 * 1000) }),
  run: () => 'Sent.',
});

const calls = [{ name: 'refund', input: { amount: 20 } }, { name: 'newsletter' }];
const chat = createChat({ model: scripted([{ calls }, 'Both are done.']), tools: { refund, newsletter } });
const context: Session = { user: 'Ann', isManager: true };
const conversation = new Conversation({ now: clock.now });
conversation.say('Refund 20, and send the newsletter in an hour.');

const paused = await chat.complete(conversation, { context });
console.log(paused.type, paused.type === 'paused' && paused.scheduled.length);
clock.advance(60 * 60 * 1000);
console.log((await chat.complete(conversation, { context })).text);

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Conversation, createChat, tool } from 'yourcall';
import { protocols } from './answers.ts';
import { packages } from './packages.ts';
import { replayServer } from './replay-server.ts';
import { z } from 'zod';

/** Whether a value has somewhere in it an object with all these members. */
function holds(value: unknown, wanted: object): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return matches(value, wanted) || Object.values(value).some((member) => holds(member, wanted));
}

function matches(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([name, member]) => matches((value as Record<string, unknown>)[name], member));
}

describe('a conversation that waits for a person, twice, over the real package', async () => {
  const server = await replayServer();
  after(() => server.close());
  for (const [name, protocol] of Object.entries(protocols)) {
    test(name, async () => {
      const model = packages[name as keyof typeof protocols](server.url);
      const paid: number[] = [];
      const refund = tool({
        description: 'Refund an order',
        input: z.object({ amount: z.number() }),
        run: ({ amount }) => {
          paid.push(amount);
          return `Refunded ${amount}.`;
        },
      });
      const chat = createChat({ model, tools: { refund }, instructions: 'Be careful.' });
      server.play(
        { body: protocol.call(1, { amount: 60 }) },
        { body: protocol.call(2, { amount: 7 }) },
        { body: protocol.text('Done.') },
      );
      const conversation = new Conversation();
      conversation.say('Refund it.');
      const first = await chat.complete(conversation);
      assert.equal(first.type, 'paused');

      // Another process goes on.
      const resumed = Conversation.parse(JSON.stringify(conversation));
      for (const call of chat.waiting(resumed).approvals) await chat.decide(resumed, call, { type: 'approve' });
      const second = await chat.complete(resumed);
      assert.equal(second.type, 'paused');
      const again = Conversation.parse(JSON.stringify(resumed));
      for (const call of chat.waiting(again).approvals) {
        await chat.decide(again, call, { type: 'reject', reason: 'that is enough' });
      }
      const done = await chat.complete(again);
      assert.equal(done.type, 'done');
      assert.equal(done.text, 'Done.');
      assert.deepEqual(paid, [60]);

      const [, asked, last] = server.asked.slice(-3).map(({ body }) => body);
      for (const wanted of protocol.replayed(1, { amount: 60 }, 'Refunded 60.')) {
        assert.ok(holds(asked, wanted), `${JSON.stringify(wanted)} is not in ${JSON.stringify(asked)}`);
        assert.ok(holds(last, wanted), `${JSON.stringify(wanted)} is not in ${JSON.stringify(last)}`);
      }
      assert.match(JSON.stringify(last), /a person rejected it: that is enough/);
    });
  }
});

import assert from 'node:assert/strict';
import { createChat, tool } from 'yourcall';
import { everyCrash, scripted } from 'yourcall/testing';
import type { CrashProcess } from 'yourcall/testing';

const refund = tool({ description: 'Refund', effect: 'once', run: () => 'Refunded.' });

/** What a program does with the conversation that it finds, from wherever that stands to its end. */
async function serve({ conversation, commit, clock, starts }: CrashProcess): Promise<void> {
  // Another process plays the same script: its turn is the one that follows the answers so far.
  const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'Done.'], { turnBy: 'answers' });
  const chat = createChat({ model, tools: starts.watch({ refund }) });
  if (conversation.messages.length === 0) conversation.say('Refund it.');
  while ((await chat.complete(conversation, { commit })).type === 'paused') {
    const { approvals, inDoubt } = chat.waiting(conversation);
    for (const call of approvals) await chat.decide(conversation, call, { type: 'approve' }, { commit });
    for (const call of inDoubt) {
      // An attempt that is lost may act until its deadline, so nobody may say "no" before.
      clock.set(call.attempt?.deadline ?? 0);
      await chat.decide(conversation, call, { type: 'did-not-happen' }, { commit });
    }
  }
}

const plays = await everyCrash(serve, ({ conversation, starts }) => {
  assert.equal(conversation.messages.at(-1)?.finish, 'stop');
  assert.ok(starts.list.length <= 1, 'the refund started twice');
});
console.log(`${plays} plays, and no refund started twice`);

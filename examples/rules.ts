import { Conversation, createChat, tool } from 'yourcall';
import { memoryGrants, rulesFrom } from 'yourcall/rules';
import type { RulesFile } from 'yourcall/rules';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const file: RulesFile = {
  version: 1,
  default: 'ask',
  rules: [
    { decision: 'allow', tool: 'pay', when: { amount: { gte: 0, lte: 50 } } },
    { decision: 'deny', tool: 'pay', when: { to: 'eve' }, reason: 'eve is not paid' },
    { decision: 'allow', tool: 'fs__*', when: { path: './docs/**' }, expires: '2040-01-01T00:00:00Z' },
  ],
  tests: [{ tool: 'pay', input: { to: 'eve', amount: 1 }, expect: 'deny', because: 'she was paid twice' }],
};

const input = z.object({ to: z.string(), amount: z.number() });
const pay = tool({ description: 'Pay', input, run: ({ to, amount }) => `Paid ${amount} to ${to}.` });
const fs__read = tool({ description: 'Read', input: z.object({ path: z.string() }), run: ({ path }) => path });

const grants = memoryGrants();
// Throws when a rule is wrong, or is about none of these tools.
const rules = rulesFrom(file, { grants });
const call = { name: 'pay', input: { to: 'bob', amount: 60 } };
const chat = createChat({
  model: scripted([{ calls: [call] }, 'Paid.', { calls: [call] }, 'Paid again.']),
  tools: rules.over({ pay, fs__read }),
});

const conversation = new Conversation();
conversation.say('Pay Bob 60');
const paused = await chat.complete(conversation);
const [waiting] = chat.waiting(conversation).approvals;
console.log(paused.type, waiting?.requirements?.[0]?.reason);

if (waiting) {
  const suggestion = rules.suggestGrant(waiting);
  if (suggestion.type === 'suggested') {
    console.log(suggestion.steps.map(({ says }) => says));
    // Made anew from the call: a rule that was not offered is refused.
    await rules.grant(waiting, { rule: suggestion.exact, scope: 'hour', by: 'ann' });
  }
  await chat.decide(conversation, waiting, { type: 'approve' });
}
await chat.complete(conversation);
conversation.say('And again');
console.log((await chat.complete(conversation)).type);

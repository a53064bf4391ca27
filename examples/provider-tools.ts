import { Conversation, createChat } from 'yourcall';
import type { ProviderTool } from 'yourcall';
import { openai } from 'yourcall/openai';
import { scripted } from 'yourcall/testing';

// In real life: openai('gpt-5'). This one plays what OpenAI would do.
const model = scripted(
  [
    {
      text: 'Let me see. ',
      calls: [{ name: 'search', input: { q: 'yourcall' }, provider: 'runs', result: ['one page'] }],
    },
    { calls: [{ name: 'github.star', input: { repo: 'yourcall' }, id: 'call_1', provider: 'asks' }] },
    'It has a star now.',
  ],
  { atProvider: () => 'starred' },
);

// OpenAI asks about each call of a server of MCP. What only looks needs nobody.
const policy: ProviderTool['policy'] = (_input, { call }) =>
  call.name.startsWith('github.get_') ? 'allow' : { ask: { reason: 'it writes' } };

const chat = createChat({
  model,
  tools: {
    search: openai.webSearch({ searchContextSize: 'low' }),
    github: { ...openai.mcp({ serverLabel: 'github', serverUrl: 'https://mcp.example' }), policy },
  },
});

const conversation = new Conversation();
conversation.say('Find yourcall.');
for await (const event of chat.stream(conversation)) {
  if (event.type === 'tool') console.log(event.call.name, event.call.state);
}

conversation.say('Give it a star.');
console.log((await chat.complete(conversation)).type);
for (const call of chat.waiting(conversation).approvals) {
  console.log(call.name, call.input, call.requirements?.[0]?.reason);
  await chat.decide(conversation, call, { type: 'approve' });
}

// The next request tells OpenAI that it may; what came of it is told with the answer.
for await (const event of chat.stream(conversation)) {
  if (event.type === 'tool') console.log(event.call.name, event.call.state);
  if (event.type === 'done') console.log(event.text);
}

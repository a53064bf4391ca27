import { Conversation, createChat } from 'yourcall';
import { mcpServersFrom, mcpTools } from 'yourcall/mcp';
import { scripted } from 'yourcall/testing';

// As others write it, in .mcp.json say; `trusted`, `policy` and `tools` are what you say of a server.
const servers = mcpServersFrom(
  {
    mcpServers: {
      notes: {
        command: 'node',
        args: ['${EXAMPLES}/mcp-notes.ts'],
        trusted: true,
        tools: { add: { policy: { ask: { reason: 'somebody will read it', approvers: ['ada'] } } } },
      },
    },
  },
  { EXAMPLES: import.meta.dirname },
);
const mcp = await mcpTools({ servers, onChange: (changes) => console.log(changes) });

const model = scripted([
  { calls: [{ name: 'notes__list', input: {} }] },
  { calls: [{ name: 'notes__add', input: { text: 'buy tea' } }] },
  'Both are on the list.',
]);
// Made anew when a server has changed its tools.
const chat = mcp.chatWith((tools) => createChat({ model, tools }));

const conversation = new Conversation();
conversation.say('Put tea on my list');
await chat.complete(conversation);

for (const call of chat.waiting(conversation).approvals) {
  console.log(call.name, call.input, call.requirements);
  await chat.decide(conversation, call, { type: 'approve' }, { by: 'ada' });
}
await chat.complete(conversation);
console.log(model.heard.at(-1));
// Ends the programs.
await mcp.close();

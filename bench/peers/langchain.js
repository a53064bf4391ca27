import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';

process.env.LANGSMITH_TRACING = 'false';

export function create(baseURL) {
  const configuration = { baseURL };
  const model = new ChatOpenAI({ model: 'mock', apiKey: 'x', maxRetries: 0, streaming: true, configuration });
  const plain = createAgent({ model, tools: [] });
  return {
    prepare: (history) => history.map(({ role, text }) => new (role === 'user' ? HumanMessage : AIMessage)(text)),
    stream: (messages, onText) => read(plain, messages, { steps: 4, onText }),
    loop(messages, { steps, execute, onText }) {
      const noop = tool(execute, { name: 'noop', description: 'does nothing', schema: z.object({ q: z.string() }) });
      return read(createAgent({ model, tools: [noop] }), messages, { steps, onText });
    },
  };
}

async function read(agent, messages, { steps, onText }) {
  const stream = await agent.stream({ messages }, { streamMode: 'messages', recursionLimit: 2 * steps + 10 });
  for await (const [message] of stream) if (message.type !== 'tool' && message.content) onText(message.content);
}

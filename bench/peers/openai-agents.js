import { Agent, assistant, OpenAIProvider, Runner, setTracingDisabled, tool, user } from '@openai/agents';
import OpenAI from 'openai';
import { z } from 'zod';

setTracingDisabled(true);

export function create(baseURL) {
  const openAIClient = new OpenAI({ apiKey: 'x', baseURL, maxRetries: 0 });
  const modelProvider = new OpenAIProvider({ openAIClient, useResponses: false });
  const runner = new Runner({ modelProvider, tracingDisabled: true, model: 'mock' });
  const agent = (tools) => new Agent({ name: 'bench', model: 'mock', instructions: '', tools });
  const plain = agent([]);
  const read = async (agent, messages, { maxTurns, onText }) => {
    const result = await runner.run(agent, messages, { stream: true, maxTurns });
    for await (const event of result) {
      if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') onText(event.data.delta);
    }
    await result.completed;
  };
  return {
    prepare: (history) => history.map(({ role, text }) => (role === 'user' ? user(text) : assistant(text))),
    stream: (messages, onText) => read(plain, messages, { maxTurns: 1, onText }),
    loop(messages, { steps, execute, onText }) {
      const parameters = z.object({ q: z.string() });
      const noop = tool({ name: 'noop', description: 'does nothing', parameters, execute });
      return read(agent([noop]), messages, { maxTurns: steps + 1, onText });
    },
  };
}

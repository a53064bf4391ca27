import { Conversation, createChat } from 'yourcall';
import { ollama } from 'yourcall/ollama';

const server = { baseURL: process.env['OLLAMA_URL'] ?? 'http://localhost:11434' };
const signal = AbortSignal.timeout(600_000);

const installed = await ollama.list(server);
if (!installed.some(({ name }) => name === 'qwen3:4b')) {
  for await (const { status, completed = 0, total } of ollama.pull('qwen3:4b', { ...server, signal })) {
    console.log(status, total === undefined ? '' : `${Math.round((completed / total) * 100)} %`);
  }
}

const chat = createChat({
  model: ollama('qwen3:4b', server),
  settings: { reasoning: 'off', providerOptions: { ollama: { keep_alive: '10m', options: { num_ctx: 16_384 } } } },
});
const conversation = new Conversation();
conversation.say('Say hello.');
console.log((await chat.complete(conversation)).text);

// Says hello to every provider whose key is set, or to those that are named: node examples/every-provider.ts groq ollama
import { Conversation, createChat } from 'yourcall';
import { modelFromName, providers } from 'yourcall/demo';

const named = process.argv.slice(2);
// All of them may be asked at one address, as a proxy has it.
const baseURL = process.env['PROVIDER_URL'];

for (const [provider, { wire, keyVariable, example }] of Object.entries(providers)) {
  const hasKey = keyVariable !== undefined && process.env[keyVariable] !== undefined;
  if (named.length > 0 ? !named.includes(provider) : !hasKey) continue;
  const model = modelFromName(`${provider}/${example}`, baseURL === undefined ? {} : { baseURL });
  const conversation = new Conversation();
  conversation.say('Say hello, in one word.');
  const done = await createChat({ model, maxSteps: 1 }).complete(conversation);
  console.log(`${model.provider}/${model.id} over ${wire}: ${done.text}`);
}

import { ChatError, Conversation, createChat } from 'yourcall';
import { scripted } from 'yourcall/testing';

const model = scripted([{ error: new ChatError('overloaded', 'No room.', { retryable: true }) }, 'Good morning, Ann.']);

const chat = createChat({
  model,
  instructions: 'Be polite.',
  // Added to what the model is told in this run; stored nowhere.
  before: () => ({ instructions: 'It is morning, and you talk to Ann.' }),
  // Milliseconds until a failed model call is made again, or false. Tools are never run again by a retry.
  retry: (attempt, error) => (error.retryable && attempt < 3 ? attempt * 10 : false),
  // Before `done`. It may be called again for the same answer, so it should bear that.
  after: (conversation, usage) => console.log(`${conversation.messages.length} messages, ${usage.output} tokens`),
});

const conversation = new Conversation();
conversation.say('Hello');
for await (const event of chat.stream(conversation)) {
  if (event.type === 'warning') console.log(event.reason);
  if (event.type === 'done') console.log(event.text);
}
console.log(model.requests.at(-1)?.instructions);

import { ChatError, Conversation, createChat } from 'yourcall';
import { router } from 'yourcall/router';
import { scripted } from 'yourcall/testing';

const noRoom = new ChatError('overloaded', 'there is no room', { retryable: true });
const clever = { ...scripted([{ error: noRoom }, 'It is the call of a bird.']), provider: 'big', id: 'clever' };
const quick = { ...scripted(['Good morning!']), provider: 'small', id: 'quick' };

// One model of two: `quick` answers when `clever` cannot. After a failure, clever is left alone for ten seconds.
let now = 0;
const model = router([clever, quick], {
  strategy: ['capability', 'order'],
  breaker: { failures: 1, cooldown: 10_000 },
  now: () => now,
});

const chat = createChat({ model });
const conversation = new Conversation();

async function ask(words: string): Promise<void> {
  conversation.say(words);
  for await (const event of chat.stream(conversation)) {
    // Why another model answered is told, and who answered is stored.
    if (event.type === 'warning') console.log(event.reason);
    if (event.type === 'step-end') console.log(event.model.id, event.finish);
    if (event.type === 'done') console.log(event.text);
  }
}

await ask('Good morning');
now += 10_000;
await ask('What is a cuckoo?');

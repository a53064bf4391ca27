import { Conversation } from 'yourcall';
import { chat } from './chat.ts';

const conversation = new Conversation();
conversation.say('refund order A-17, amount 120');
for await (const event of chat.stream(conversation)) {
  if (event.type === 'text') process.stdout.write(event.delta);
  if (event.type === 'tool') console.log(event.call.name, event.call.state);
}

// The run is over, and nothing is held open. Somebody looks at what waits, and decides.
for (const call of chat.waiting(conversation).approvals) {
  console.log('May', call.name, 'run with', call.input, '?', call.requirements?.[0]?.reason);
  await chat.decide(conversation, call, { type: 'approve' }, { by: 'ada' });
}
console.log((await chat.complete(conversation)).text);

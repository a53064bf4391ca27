import { Conversation, createChat } from 'yourcall';
import type { Model } from 'yourcall';
import { router } from 'yourcall/router';
import type { Route, Router } from 'yourcall/router';
import { scripted } from 'yourcall/testing';

const small: Model = { ...scripted(['In short: yes.']), id: 'small' };
const long: Model = { ...scripted(['After all that was said: no.']), id: 'long' };

// Models to ask, in this order. `request.messages` is the conversation.
const byLength: Route = ([short, big], { messages }) => (messages.length > 2 ? [big!] : [short!, big!]);

const chat = createChat({ model: router([small, long], { strategy: byLength }) });
const conversation = new Conversation();
for (const words of ['Shall I?', 'Really?']) {
  conversation.say(words);
  console.log((await chat.complete(conversation)).text);
}

// Three of four requests go to the first; another error than the usual ones is a reason for the next, too.
export const balanced: Router = router([{ model: small, weight: 3 }, long], {
  strategy: 'weighted',
  fallback: (error, usual) => usual || error.code === 'auth',
});

import { createRuntime } from 'yourcall/runtime';
import { shop, speaker } from '../chats.js';
import { moment } from '../moment.js';
import { Speaking } from '../speaking.js';
import { openStore } from '../store.js';

/** A process that advances threads: it tells when a model is asked, and when it is asked for that, what it has done. */
export async function play({ place, chat, options, ...talk }, post) {
  const store = await openStore(place);
  const started = [];
  const speaking = new Speaking(talk, (word) => post({ type: 'asked', word, at: moment() }));
  const chats = {
    shop: () => shop((_, { call }) => `${started.push({ call: call.id, at: moment() })}`),
    speaker: () => speaker((word) => speaking.answer(word)),
  };
  process.on('message', ({ type }) => {
    if (type === 'begin') speaking.begin();
    if (type === 'report') post({ type: 'report', started, ...speaking.report() });
  });
  createRuntime({ chat: chats[chat](), store, ...options });
  post({ type: 'ready' });
}

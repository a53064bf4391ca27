import { createRuntime } from 'yourcall/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import { shop } from '../chats.js';
import { moment } from '../moment.js';
import { openStore } from '../store.js';
import { reached, tenant, waitingIn } from '../threads.js';

/** A process in which somebody decides, on so many threads one after the other; it advances none. */
export async function play({ place, times }, post) {
  const store = await openStore(place);
  // It is a server that others watch threads on.
  store.subscribe(() => {});
  const runtime = createRuntime({ chat: shop(), store, work: false });
  post({ type: 'ready' });
  const keys = [];
  for (let i = 0; i < times; i += 1) {
    const key = await runtime.threads.create({ tenant });
    await runtime.send(key, 'go');
    keys.push(key);
  }
  for (const key of keys) await reached(runtime, key, 'paused');
  const decided = [];
  for (const key of keys) decided.push(await decide(runtime, key));
  post({ type: 'over', decided });
}

/** Decides, and waits until the thread is done. Gives which call, and the moment. */
async function decide(runtime, key) {
  const { id: call } = await waitingIn(runtime, key);
  // A store is looked at by the clock: no moment is to be likelier than another.
  await sleep(30 + Math.random() * 50);
  const at = moment();
  const answer = await runtime.decide(key, { call, decision: { type: 'approve' }, by: 'ann' });
  if (answer.type !== 'applied') throw new Error(`The decision was ${answer.type}, not applied.`);
  await reached(runtime, key, 'done');
  return { call, at };
}

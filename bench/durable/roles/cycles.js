import { createRuntime } from 'yourcall/runtime';
import { countBytes } from '../bytes.js';
import { shop } from '../chats.js';
import { counting } from '../counting.js';
import { openStore } from '../store.js';
import { threadWith, waitingIn } from '../threads.js';

/**
 * A pause and what follows on it, on threads with so many old messages, one after the other: the CPU that it takes, its
 * transactions, and what is written until it pauses.
 */
export async function play({ place, old, warm, times }, post) {
  const store = counting(await openStore(place));
  post({ type: 'ready' });
  const cycles = [];
  for (let i = 0; i < warm + times; i += 1) cycles.push(await cycle(store, old));
  const counted = cycles.slice(warm);
  const milliseconds = counted.reduce((sum, one) => sum + one.milliseconds, 0) / times;
  const [{ transactions, waits }] = counted;
  if (cycles.some((one) => one.transactions !== transactions || one.waits !== waits))
    throw new Error('Cycles differ in their transactions.');
  const key = await threadWith(store, old);
  const { bodies, texts } = await countBytes(place.at, () => pause(store, key));
  await store.close();
  post({ type: 'figures', milliseconds, transactions, waits, bodies, texts });
}

async function cycle(store, old) {
  const key = await threadWith(store, old);
  const before = store.counts;
  const began = process.cpuUsage();
  await pause(store, key);
  const ran = await goOn(store, key);
  const { user, system } = process.cpuUsage(began);
  const { transactions, waits } = store.counts;
  const figures = {
    milliseconds: (user + system) / 1_000,
    transactions: transactions - before.transactions,
    waits: waits - before.waits,
  };
  const { thread } = await store.load(key);
  if (thread.status !== 'done' || ran !== 1)
    throw new Error(`The thread is ${thread.status}, its call ran ${ran} times.`);
  return figures;
}

async function pause(store, key) {
  await using runtime = createRuntime({ chat: shop(), store });
  const paused = store.givenBack();
  await runtime.send(key, 'go');
  await paused;
}

/** By objects of its own, as another process would. Gives how often the call ran. */
async function goOn(store, key) {
  let ran = 0;
  const chat = shop(() => `${(ran += 1)}`);
  await using runtime = createRuntime({ chat, store });
  const { id: call } = await waitingIn(runtime, key);
  const ended = store.givenBack();
  await runtime.decide(key, { call, decision: { type: 'approve' }, by: 'ann' });
  await ended;
  return ran;
}

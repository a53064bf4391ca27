import { createRuntime } from 'yourcall/runtime';
import { median } from '../../median.js';
import { shop } from '../chats.js';
import { fill } from '../fill.js';
import { openStore } from '../store.js';
import { reached, tenant } from '../threads.js';

/** Claims and empty polls among so many threads that wait for a person. */
export async function play({ place, threads, claims, polls }, post) {
  const store = await openStore(place);
  const runtime = createRuntime({ chat: shop(), store, work: false });
  post({ type: 'ready' });
  const key = await runtime.threads.create({ tenant, thread: 'first' });
  await runtime.send(key, 'go');
  await runtime.tick({ budget: 0 });
  await reached(runtime, key, 'paused');
  const copies = await fill(place, threads - 1);
  const claim = () => store.claim({ chats: ['default'], holder: 'bench', lease: 3_600_000 });
  const empties = [];
  for (let i = 0; i < polls; i += 1) empties.push(await timed(claim, (claimed) => claimed === undefined));
  const taken = [];
  for (let i = 0; i < claims; i += 1) {
    const thread = copies[Math.floor((i * copies.length) / claims)];
    await runtime.retry({ tenant, thread });
    taken.push(await timed(claim, (claimed) => claimed?.thread.thread === thread));
  }
  await store.close();
  post({ type: 'figures', claim: median(taken), poll: median(empties) });
}

/** How long a claim took, in milliseconds. */
async function timed(claim, isRight) {
  const began = performance.now();
  const claimed = await claim();
  const took = performance.now() - began;
  if (!isRight(claimed)) throw new Error(`A claim gave ${claimed?.thread.thread ?? 'nothing'}.`);
  return took;
}

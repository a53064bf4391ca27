import { createRuntime } from 'yourcall/runtime';
import { median } from '../../median.js';
import { shop } from '../chats.js';
import { fill } from '../fill.js';
import { openStore } from '../store.js';
import { reached, tenant } from '../threads.js';

/** Claims, empty polls and looks among so many threads that wait for a person. */
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
  const inboxes = [];
  const lists = [];
  const principal = 'ann';
  for (let i = 0; i < claims; i += 1) {
    const thread = copies[(i * 7) % copies.length];
    inboxes.push(
      await timed(
        () => runtime.inbox({ tenant, thread, principal }),
        ({ items }) => items.length === 1,
      ),
    );
    lists.push(
      await timed(
        () => runtime.threads.list({ tenant }),
        ({ items }) => items.length > 0,
      ),
    );
  }
  const taken = [];
  for (let i = 0; i < claims; i += 1) {
    const thread = copies[Math.floor((i * copies.length) / claims)];
    await runtime.retry({ tenant, thread });
    taken.push(await timed(claim, (claimed) => claimed?.thread.thread === thread));
  }
  await store.close();
  const figures = { claim: median(taken), poll: median(empties), inbox: median(inboxes), list: median(lists) };
  post({ type: 'figures', ...figures });
}

/** How long something took, in milliseconds. */
async function timed(work, isRight) {
  const began = performance.now();
  const answer = await work();
  const took = performance.now() - began;
  if (!isRight(answer)) throw new Error(`It gave ${JSON.stringify(answer) ?? 'nothing'}.`);
  return took;
}

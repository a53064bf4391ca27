import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { toNodeListener } from 'yourcall/node';
import { createRuntime } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import { speaker } from '../chats.js';
import { Speaking } from '../speaking.js';
import { openStore } from '../store.js';
import { tenant } from '../threads.js';

/** Nobody is counted: all viewers are one. */
const limits = {
  rate: { burst: 1e9, perSecond: 1e9 },
  concurrent: 1e9,
  streams: 1e9,
};

/** A process that advances threads and serves them over HTTP; it tells how long its event loop was kept, and its memory. */
export async function play({ place, streams, ...talk }, post) {
  const store = await openStore(place);
  const speaking = new Speaking({ streams, waits: true, ...talk }, () => post({ type: 'asked' }));
  const runtime = createRuntime({ chat: speaker((word) => speaking.answer(word)), store, concurrency: streams });
  const who = { principal: 'viewer', tenant, scopes: ['read', 'send'] };
  const handler = createHandler({ runtime, authorize: () => who, limits });
  const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1', () => {
    post({ type: 'ready', port: server.address().port });
  });
  const loop = monitorEventLoopDelay({ resolution: 5 });
  let heap = 0;
  let before = 0;
  process.on('message', ({ type }) => {
    if (type === 'begin') {
      before = process.memoryUsage().rss;
      loop.enable();
      setInterval(() => (heap = Math.max(heap, process.memoryUsage().rss)), 100);
      speaking.begin();
    }
    if (type !== 'report') return;
    loop.disable();
    const kept = loop.percentile(99) / 1e6 - 5;
    post({ type: 'report', kept, memory: (heap - before) / 2 ** 20, ...speaking.report() });
  });
}

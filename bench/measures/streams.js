import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, peakMemory } from './gauges.js';

const user = [{ role: 'user', text: 'hello' }];

/**
 * Many answers at once, one chunk a write, `gap` milliseconds apart or as fast as they come: CPU, memory, and how long
 * the event loop was held up (99 of 100 looks at it, one every five milliseconds, were on time or late by less).
 */
export async function run({ client, onText, expect }, { streams = 200, n = 100, gap = 0 }) {
  const small = client('n=1');
  await small.stream(small.prepare(user), onText);
  expect(1);
  const many = client(`n=${n},per=1,gap=${gap}`);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await sleep(30);
  delay.reset();
  const cpu = await cpuOf(() =>
    Promise.all(Array.from({ length: streams }, () => many.stream(many.prepare(user), onText))),
  );
  delay.disable();
  expect(n * streams);
  return { 'CPU ms': cpu / 1000, 'peak MB': peakMemory(), 'p99 ms': delay.percentile(99) / 1e6 };
}

// npm run fuzz [-- --frames N] [--seed S] [--stream K]: recorded answers, mutated, through the real models of all wires.
// `--stream` plays one stream of the seed again, which a failure named.
import { setFlagsFromString } from 'node:v8';
import { parseArgs } from 'node:util';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { fuzz, textOfFailure } from './fuzz/fuzz.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    stream: { type: 'string' },
  },
});
const seed = Number(values.seed);
const from = Number(values.stream ?? 0);
const frames = values.stream === undefined ? Number(values.frames) : 1;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Milliseconds after which a stream that never ends is given up, with the whole process. */
const patience = 60_000;
const progress = new BigInt64Array(new SharedArrayBuffer(8));
const watch = `
  const { progress, patience } = require('node:worker_threads').workerData;
  let seen = -1n;
  setInterval(() => {
    const now = Atomics.load(progress, 0);
    if (now === seen) {
      console.log('FAILED: --stream ' + now + ' did not end');
      process.exit(1);
    }
    seen = now;
  }, patience);`;
const watcher = new Worker(watch, { eval: true, workerData: { progress, patience } });

let peak = 0;
const heaps: number[] = [];
const began = performance.now();
const report = await fuzz({ frames, seed, from, onStream });
const seconds = (performance.now() - began) / 1000;
await watcher.terminate();

for (const failure of report.failures) console.log(textOfFailure(failure, seed));
const { number, milliseconds } = report.slowest;
console.log(`seed ${seed}: ${report.frames} frames in ${report.streams} streams, ${report.events} events`);
console.log(`${report.talks} of them also in a chat that ran their calls, was stored, and went on at every wire`);
for (const [end, count] of Object.entries(report.ends).sort(([, a], [, b]) => b - a)) console.log(`  ${end} ${count}`);
console.log(`${seconds.toFixed(1)} s; the slowest stream took ${milliseconds.toFixed(0)} ms (--stream ${number})`);
console.log(`heap after gc, MiB: ${heaps.join(' ')}; peak ${Math.round(peak / 2 ** 20)} MiB`);
console.log(`${report.failures.length} failures`);
if (report.failures.length > 0) process.exitCode = 1;

function onStream(number: number): void {
  Atomics.store(progress, 0, BigInt(number));
  if ((number - from) % 500 !== 0) return;
  peak = Math.max(peak, process.memoryUsage().heapUsed);
  if ((number - from) % 4000 !== 0) return;
  collect();
  heaps.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
}

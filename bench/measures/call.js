import { median } from '../median.js';
import { cpuOf } from './gauges.js';

const user = [{ role: 'user', text: 'hello' }];

/** CPU of a small call of five chunks, and the time until the first of them is there. */
export async function run({ client, onText, expect }, { n = 5, warm = 150, times = 300 }) {
  const small = client(`n=${n}`);
  const firsts = [];
  const call = async () => {
    let first;
    const began = performance.now();
    await small.stream(small.prepare(user), (text) => {
      first ??= performance.now();
      onText(text);
    });
    firsts.push(first - began);
  };
  for (let i = 0; i < warm; i += 1) await call();
  const cpu = await cpuOf(async () => {
    for (let i = 0; i < times; i += 1) await call();
  });
  expect(n * (warm + times));
  return { 'µs per call': cpu / times, 'µs to first text': median(firsts.slice(warm)) * 1000 };
}

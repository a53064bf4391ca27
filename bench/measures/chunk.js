import { cpuOf, peakMemory } from './gauges.js';

const user = [{ role: 'user', text: 'hello' }];

/** CPU per text chunk of one long answer, and the most memory that was in use. The connection stands before. */
export async function run({ client, onText, expect }, { n = 50_000, per = 0 }) {
  const small = client('n=1');
  await small.stream(small.prepare(user), onText);
  expect(1);
  const long = client(`n=${n},per=${per}`);
  const talk = long.prepare(user);
  const cpu = await cpuOf(() => long.stream(talk, onText));
  expect(n);
  return { 'µs per chunk': cpu / n, 'peak MB': peakMemory() };
}

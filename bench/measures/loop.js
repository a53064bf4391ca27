import { cpuOf } from './gauges.js';

const user = [{ role: 'user', text: 'hello' }];

/**
 * CPU of a turn in which the model makes calls in every step but the last. A step is one answer with calls and what they
 * come to. The tool does nothing but give back what it got.
 */
export async function run({ client, onText, expect }, { steps = 20, calls = 1, warm = 10, times = 15 }) {
  const looping = client(`n=5,steps=${steps},calls=${calls}`);
  let ran = 0;
  const execute = async ({ q }) => {
    ran += 1;
    return q;
  };
  const turn = () => looping.loop(looping.prepare(user), { steps, execute, onText });
  for (let i = 0; i < warm; i += 1) await turn();
  const cpu = await cpuOf(async () => {
    for (let i = 0; i < times; i += 1) await turn();
  });
  expect(5 * (warm + times));
  const wanted = steps * calls * (warm + times);
  if (ran !== wanted) throw new Error(`The tool ran ${ran} times instead of ${wanted}.`);
  return { 'µs per step': cpu / times / steps, 'µs per turn': cpu / times };
}

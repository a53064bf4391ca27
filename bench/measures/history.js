import { cpuOf } from './gauges.js';

const words = 'A message of the history, with some words in it. '.repeat(8);
const user = { role: 'user', text: 'go' };
const more = [{ role: 'assistant', text: 'lorem ipsum' }, user];

/**
 * CPU of a turn behind a long history. The talk goes on for some turns, then it begins anew, so that it stays about as
 * long as it was. With fewer turns to get warm the compiler would still be at work.
 */
export async function run({ client, onText, expect }, { old = 1_000, warm = 15, times = 15, turns = 10 }) {
  const small = client('n=5');
  const history = Array.from({ length: old }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    text: `${i} ${words}`,
  }));
  const turn = (talk) => small.stream(talk, onText);
  const goOn = (talk) => (small.again ? small.again(talk) : talk.push(...small.prepare(more)));
  let cpu = 0;
  for (let i = 0; i < warm + times; i += 1) {
    const talk = small.prepare([...history, user]);
    await turn(talk);
    for (let one = 0; one < turns; one += 1) {
      goOn(talk);
      const spent = await cpuOf(() => turn(talk));
      if (i >= warm) cpu += spent;
    }
  }
  expect(5 * (warm + times) * (turns + 1));
  return { 'µs per turn': cpu / times / turns };
}

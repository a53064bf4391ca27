// Measures one client in a fresh process: node bench/measures.js CLIENT MEASURE PORT [KEY=VALUE…]; prints one line of JSON.
import { readFileSync } from 'node:fs';
import { floor, overNode, yourcall } from './clients.js';

const [name, measure, port, ...rest] = process.argv.slice(2);
const given = Object.fromEntries(rest.map((pair) => pair.split('=')).map(([key, value]) => [key, Number(value)]));
let characters = 0;
const onText = (text) => void (characters += text.length);
const clients = { floor, overNode, yourcall };
const client = (setup) => clients[name](`http://127.0.0.1:${port}/${setup}/v1`);
const user = [{ role: 'user', text: 'hello' }];

const measures = {
  /** CPU per text chunk of one long answer, and the most memory that was in use. */
  async chunk({ n = 50_000, per = 0 }) {
    const small = client('n=1');
    await small.stream(small.prepare(user), onText);
    const long = client(`n=${n},per=${per}`);
    const cpu = await cpuOf(() => long.stream(long.prepare(user), onText));
    return { 'µs per chunk': cpu / n, 'peak MB': peakMemory() };
  },
  /** CPU of a small call: five chunks. */
  async call({ warm = 100, times = 200 }) {
    const small = client('n=5');
    for (let i = 0; i < warm; i += 1) await small.stream(small.prepare(user), onText);
    const cpu = await cpuOf(async () => {
      for (let i = 0; i < times; i += 1) await small.stream(small.prepare(user), onText);
    });
    return { 'µs per call': cpu / times };
  },
  /** CPU of a turn in which the model makes calls, and answers when it has their results. */
  async loop({ calls = 1, warm = 60, times = 100 }) {
    const looping = client(`n=5,calls=${calls}`);
    for (let i = 0; i < warm; i += 1) await looping.loop(looping.prepare(user), onText);
    const cpu = await cpuOf(async () => {
      for (let i = 0; i < times; i += 1) await looping.loop(looping.prepare(user), onText);
    });
    return { 'µs per turn': cpu / times };
  },
  /** CPU of a turn behind a long history. */
  async history({ old = 1_000, warm = 150, times = 150 }) {
    const text = 'A message of the history, with some words in it. '.repeat(8);
    const history = Array.from({ length: old }, (_, i) => ({
      role: i % 2 ? 'assistant' : 'user',
      text: `${i} ${text}`,
    }));
    const small = client('n=5');
    const prepared = small.prepare([...history, ...user]);
    const turn = async () => {
      await small.stream(prepared, onText);
      small.again(prepared);
    };
    for (let i = 0; i < warm; i += 1) await turn();
    const cpu = await cpuOf(async () => {
      for (let i = 0; i < times; i += 1) await turn();
    });
    return { 'µs per turn': cpu / times };
  },
};

async function cpuOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user: inUser, system } = process.cpuUsage(before);
  return inUser + system;
}

function peakMemory() {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
}

const result = await measures[measure](given);
if (characters === 0) throw new Error('Nothing was read.');
console.log(JSON.stringify(result));
process.exit();

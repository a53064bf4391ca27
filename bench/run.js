// npm run bench [-- --runs 5] [--json]: yourcall beside the floor, as ratios within one run of everything.
import { fork, execFile } from 'node:child_process';
import { promisify } from 'node:util';

const option = (name, otherwise) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise;
const runs = Number(option('--runs', 5));
const json = process.argv.includes('--json');

/** Each row: what is measured, which figure of it, and what DESIGN demands of the ratio to the floor. */
const rows = [
  { measure: 'CPU per text chunk', run: ['chunk'], figure: 'µs per chunk', must: 1.25, aim: 1 },
  { measure: 'peak memory, 50,000 chunks', run: ['chunk'], figure: 'peak MB', must: 1.1, aim: 1 },
  { measure: 'CPU per small call', run: ['call'], figure: 'µs per call', must: 1.25, aim: 1.1 },
  {
    measure: 'text chunk over node:http',
    run: ['chunk'],
    client: 'overNode',
    figure: 'µs per chunk',
    must: 0.85,
    aim: 0.6,
  },
  {
    measure: 'small call over node:http',
    run: ['call'],
    client: 'overNode',
    figure: 'µs per call',
    must: 0.65,
    aim: 0.55,
  },
  { measure: 'turn with one call', run: ['loop'], figure: 'µs per turn', must: 1.25, aim: 1.1 },
  { measure: 'turn with 50 calls at once', run: ['loop', 'calls=50'], figure: 'µs per turn', must: 1.3, aim: 1.1 },
  { measure: 'turn behind 1,000 old messages', run: ['history'], figure: 'µs per turn', must: 0.9, aim: 0.7 },
  { measure: 'turn behind 10 old messages', run: ['history', 'old=10'], figure: 'µs per turn', must: 1.25, aim: 1.1 },
];

const server = fork(new URL('server.js', import.meta.url));
const { port } = await new Promise((resolve) => server.once('message', resolve));
const seen = new Map();
try {
  for (let round = 0; round < runs; round += 1)
    for (const { run, client } of rows) await measureOnce(run, client ?? 'yourcall', round);
} finally {
  server.disconnect();
}
report();

async function measureOnce([measure, ...setup], client, round) {
  const key = [client, measure, ...setup].join(' ');
  const pairs = seen.get(key) ?? [];
  seen.set(key, pairs);
  if (pairs.length > round) return;
  // In turn, so that a machine that changes its speed changes it for both.
  pairs.push({ floor: await figures('floor'), ours: await figures(client) });

  async function figures(name) {
    const worker = new URL('measures.js', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, [worker, name, measure, String(port), ...setup]);
    return JSON.parse(stdout);
  }
}

function report() {
  if (!json) console.log(`${runs} runs, Node ${process.version}; ratio to fetch + eventsource-parser + JSON.parse\n`);
  for (const { measure, run, client = 'yourcall', figure, must, aim } of rows) {
    const pairs = seen.get([client, ...run].join(' '));
    const ratios = pairs.map(({ floor, ours }) => ours[figure] / floor[figure]).sort((a, b) => a - b);
    const of = (side) => median(pairs.map((pair) => pair[side][figure])).toFixed(2);
    const row = { measure, ratio: round(median(ratios)), spread: [round(ratios[0]), round(ratios.at(-1))], must, aim };
    if (json) console.log(JSON.stringify(row));
    else
      console.log(
        `${row.ratio <= must ? '  ' : '! '}${measure.padEnd(34)} ${String(row.ratio).padStart(5)}  (${row.spread.join(' to ')}; must ${must}, aim ${aim})  ${figure}: ${of('ours')} beside ${of('floor')}`,
      );
  }
  growth();
}

/** What an old message adds to a turn, in microseconds of CPU. */
function growth() {
  const long = seen.get('yourcall history');
  const short = seen.get('yourcall history old=10');
  const per = long
    .map(({ ours }, i) => (ours['µs per turn'] - short[i].ours['µs per turn']) / 990)
    .sort((a, b) => a - b);
  const row = {
    measure: 'growth per old message, µs',
    ratio: round(median(per)),
    spread: [round(per[0]), round(per.at(-1))],
    must: 1.6,
    aim: 1,
  };
  console.log(
    json
      ? JSON.stringify(row)
      : `${row.ratio <= row.must ? '  ' : '! '}${row.measure.padEnd(34)} ${String(row.ratio).padStart(5)}  (${row.spread.join(' to ')}; must 1.6, aim 1)`,
  );
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function round(value) {
  return Math.round(value * 100) / 100;
}

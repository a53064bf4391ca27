// npm run bench -- durable --help: threads in their stores, beside the budgets of DESIGN.
import { readOptions, usage } from './options.js';
import { Peers } from './peers.js';
import { Places } from './places.js';
import { lineOf, summaryOf } from './report.js';
import { rows } from './rows.js';
import { staged } from './stage.js';

const options = readOptions(process.argv.slice(3));
if (!options) {
  process.stdout.write(usage);
  process.exit(0);
}
const { rounds, only, peers: folder, short, limit, json } = options;
const ofMeasure = rows.filter(({ measure }) => only === undefined || measure === only);
const wanted = ofMeasure.length > 0 ? ofMeasure : rows.filter(({ name }) => name.includes(only));
if (wanted.length === 0) throw new Error(`No row has ${JSON.stringify(only)} in its name.`);

const places = new Places();
const peers = new Peers(folder, places);
/** By job: the figures of every round, or why there are none. */
const results = new Map();
try {
  for (let round = 0; round < rounds; round += 1) {
    // What is not timed may be played at once.
    if (short) await Promise.all([...jobsOf(wanted)].map(([job, row]) => play(job, row)));
    else for (const [job, row] of jobsOf(wanted)) await play(job, row);
    if (!short) await peers.play(wanted);
  }
} finally {
  await places.end();
}

if (!json) console.log(`${rounds} rounds, Node ${process.version}; median (lowest to highest)\n`);
for (const row of wanted) {
  const summary = summaryOf(row, results.get(jobOf(row)), peers.figuresOf(row));
  console.log(json ? JSON.stringify(summary) : lineOf(row, summary));
}
if (!json && peers.missing.length > 0 && wanted.some(({ peer }) => peer))
  console.log(`\nNot installed: ${peers.missing.join(', ')}.`);
// What was lost or done twice is worse than slow.
const hasFailed = [...results.values()].some(({ failure }) => failure);
process.exit(hasFailed ? 1 : 0);

function jobsOf(wanted) {
  return new Map(wanted.map((row) => [jobOf(row), row]));
}

function jobOf({ measure, store, setup }) {
  return JSON.stringify([measure, store, setup]);
}

/** A measure that failed once is not measured again: its figures would be of something that does not work. */
async function play(job, row) {
  const { measure, store, setup } = row;
  const result = results.get(job) ?? { rounds: [] };
  results.set(job, result);
  if (result.failure) return;
  const { run } = await import(`./measures/${measure}.js`);
  const full = short ? { ...setup, ...row.short } : setup;
  const milliseconds = Number(limit ?? row.limit) * 1_000;
  try {
    result.rounds.push(await places.on(store, (place) => staged(place, milliseconds, (stage) => run(stage, full))));
  } catch (error) {
    result.failure = error.message;
    console.error(`Measuring ${measure} on ${store}: ${error.message}`);
  }
}

// npm run bench [-- --runs N] [--only WORD] [--wire WIRE] [--peers] [--json] [--set KEY=VALUE,…]: yourcall
// beside the floor.
import { columns, missingPeers } from './columns.js';
import { measure, startServer } from './measuring.js';
import { readOptions } from './options.js';
import { lineOf, summaryOf } from './report.js';
import { Results } from './results.js';
import { rows } from './rows.js';

const { runs, only, wire, peers, json, set } = readOptions(process.argv.slice(2));
const ofWire = rows.filter((row) => wire === undefined || row.wire === wire);
if (ofWire.length === 0)
  throw new Error(`--wire is ${wire}: there are ${[...new Set(rows.map((row) => row.wire))].join(', ')}.`);
const wanted = ofWire.filter(({ name, measure }) => only === undefined || name.includes(only) || measure === only);
if (wanted.length === 0) throw new Error(`No row has ${JSON.stringify(only)} in its name.`);

const beside = peers ? columns : [];
const results = new Results();
const server = await startServer();
try {
  for (let round = 0; round < runs; round += 1) for (const job of jobsOf(wanted)) await play(job);
} finally {
  server.stop();
}

if (!json) console.log(`${runs} runs, Node ${process.version}; ratios to fetch + eventsource-parser + JSON.parse\n`);
for (const row of wanted) {
  const summary = summaryOf(row, results, beside);
  console.log(json ? JSON.stringify(summary) : lineOf(row, summary, results));
}
if (peers && missingPeers.length > 0) {
  console.error(`Not installed: ${missingPeers.join(', ')}. \`npm ci --prefix bench/peers\` brings them.`);
}

/** What is measured once a round: rows that look at the same figures share it. The clients take turns. */
function jobsOf(wanted) {
  const jobs = new Map();
  for (const { measure, wire, setups, client, isRatio, hasPeers } of wanted) {
    for (const setup of setups) {
      const key = `${measure} ${wire} ${setup}`;
      const job = jobs.get(key) ?? { measure, wire, setup, clients: new Set() };
      jobs.set(key, job);
      if (isRatio) job.clients.add('floor');
      job.clients.add(client);
      if (hasPeers) for (const { client } of beside) job.clients.add(client);
    }
  }
  return jobs.values();
}

async function play(job) {
  const { measure: name, wire, setup, clients } = job;
  for (const client of clients) {
    if (results.hasFailed(client, job)) continue;
    try {
      const figures = await measure(client, name, { wire, setup: [setup, set].filter(Boolean), port: server.port });
      results.add(client, job, figures);
    } catch (error) {
      // Of a peer nothing is expected.
      if (!columns.some((column) => column.client === client)) throw error;
      console.error(
        `${client} does not do ${name} ${setup}: ${/^\w*Error: .*$/m.exec(error.message)?.[0] ?? error.message}`,
      );
      results.fail(client, job);
    }
  }
}

// npm run recordings [-- --cuts N] [--halves N] [--seed S]: every recorded answer through the real models, as a table;
// those with calls also half, through a chat that runs what it may. And each goes back in the next request.
import { parseArgs } from 'node:util';
import { cut } from '../../src/cli/recording.ts';
import { decode, differences } from './decoded.ts';
import { namesOf, recorded, root } from './folder.ts';
import type { Recorded } from './folder.ts';
import { lengths, play, wrongs } from './half.ts';
import { roundTrips } from './round-trips/round-trips.ts';
import { failuresOf, tablesOf } from './round-trips/table.ts';
import { wires } from './wires.ts';

/** Bodies up to this many bytes are also read byte by byte. */
const small = 4_096;

const { values } = parseArgs({
  options: { cuts: { type: 'string' }, halves: { type: 'string' }, seed: { type: 'string' } },
});
const cuts = Number(values.cuts ?? 5);
const halves = Number(values.halves ?? 5);
const seed = Number(values.seed ?? 1);

interface Row {
  recordings: number;
  passed: number;
  reads: number;
  /** Answers that broke off in a chat, and the calls that ran all the same, since they were whole and the end had come. */
  halves: number;
  ran: number;
}

const columns = ['recordings', 'passed', 'reads', 'halves', 'ran'] as const;
const none: Row = { recordings: 0, passed: 0, reads: 0, halves: 0, ran: 0 };
const rows = new Map<string, Row>();
const failures: string[] = [];
for (const wire of Object.keys(wires)) {
  for (const name of namesOf(wire)) await prove(wire, recorded(wire, name));
}
const trips = await roundTrips();
failures.push(...failuresOf(trips));
report();

async function prove(wire: string, one: Recorded): Promise<void> {
  const key = `${wire} | ${one.provider}`;
  const row = rows.get(key) ?? { ...none };
  rows.set(key, row);
  row.recordings += 1;
  const before = failures.length;
  const ways = [whole(one), ...Array.from({ length: cuts }, (_, i) => cut(one.recording.body, seed + i))];
  if (one.recording.body.length <= small) ways.push(bytes(one));
  for (const [i, pieces] of ways.entries()) {
    const told = differences(await decode(wires[wire]!, one.recording, pieces), one.expected);
    failures.push(...told.map((difference) => `${wire}/${one.name}, read ${i}: ${difference}`));
    row.reads += 1;
  }
  if (one.expected.toolCalls.length > 0) await proveHalves(wire, one, row);
  if (failures.length === before) row.passed += 1;
}

async function proveHalves(wire: string, one: Recorded, row: Row): Promise<void> {
  for (const length of lengths(one, halves, seed + row.recordings)) {
    const played = await play(wires[wire]!, one, length);
    failures.push(...wrongs(played, one).map((wrong) => `${wire}/${one.name}, the first ${length} bytes: ${wrong}`));
    row.halves += 1;
    row.ran += played.ran.length;
  }
}

function whole({ recording }: Recorded): Iterable<Uint8Array> {
  return [recording.body];
}

function* bytes({ recording: { body } }: Recorded): Generator<Uint8Array> {
  for (let i = 0; i < body.length; i += 1) yield body.subarray(i, i + 1);
}

function report(): void {
  const all = { ...none };
  console.log(`| wire | provider | ${columns.join(' | ')} |\n|---|---|${'---:|'.repeat(columns.length)}`);
  for (const [key, row] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`| ${key} | ${columns.map((name) => row[name]).join(' | ')} |`);
    for (const name of columns) all[name] += row[name];
  }
  console.log(`| all | | ${columns.map((name) => all[name]).join(' | ')} |\n`);
  console.log(`What goes back in the next request, beside the answer and beside what its client sent:\n`);
  console.log(`${tablesOf(trips)}\n`);
  for (const failure of failures) console.log(failure);
  if (all.recordings === 0) console.error(`NO RECORDINGS at ${root}: nothing was proven.`);
  else {
    console.log(
      `Seed ${seed}. Each was read whole, cut ${cuts} times at random places, up to ${small} bytes byte by byte;`,
    );
    console.log(`those with calls broke off ${halves} times in a chat, where only whole calls may run.`);
  }
  if (all.recordings === 0 || failures.length > 0) process.exitCode = 1;
}

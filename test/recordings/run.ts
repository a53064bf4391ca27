// npm run recordings [-- --cuts N] [--seed S]: every recorded answer through the real models, as a table.
import { parseArgs } from 'node:util';
import { cut } from '../../src/cli/recording.ts';
import { decode, differences } from './decoded.ts';
import { namesOf, recorded, root } from './folder.ts';
import type { Recorded } from './folder.ts';
import { wires } from './wires.ts';

/** Bodies up to this many bytes are also read byte by byte. */
const small = 4_096;

const { values } = parseArgs({ options: { cuts: { type: 'string' }, seed: { type: 'string' } } });
const cuts = Number(values.cuts ?? 5);
const seed = Number(values.seed ?? 1);

interface Row {
  recordings: number;
  passed: number;
  reads: number;
}

const rows = new Map<string, Row>();
const failures: string[] = [];
for (const wire of Object.keys(wires)) {
  for (const name of namesOf(wire)) await prove(wire, recorded(wire, name));
}
report();

async function prove(wire: string, one: Recorded): Promise<void> {
  const key = `${wire} | ${one.provider}`;
  const row = rows.get(key) ?? { recordings: 0, passed: 0, reads: 0 };
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
  if (failures.length === before) row.passed += 1;
}

function whole({ recording }: Recorded): Iterable<Uint8Array> {
  return [recording.body];
}

function* bytes({ recording: { body } }: Recorded): Generator<Uint8Array> {
  for (let i = 0; i < body.length; i += 1) yield body.subarray(i, i + 1);
}

function report(): void {
  const all = { recordings: 0, passed: 0, reads: 0 };
  console.log(`| wire | provider | recordings | passed | reads |\n|---|---|---:|---:|---:|`);
  for (const [key, row] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`| ${key} | ${row.recordings} | ${row.passed} | ${row.reads} |`);
    for (const name of ['recordings', 'passed', 'reads'] as const) all[name] += row[name];
  }
  console.log(`| all | | ${all.recordings} | ${all.passed} | ${all.reads} |\n`);
  for (const failure of failures) console.log(failure);
  if (all.recordings === 0) console.error(`NO RECORDINGS at ${root}: nothing was proven.`);
  else console.log(`Seed ${seed}; cut at ${cuts} times random places, whole, and byte by byte up to ${small} bytes.`);
  if (all.recordings === 0 || failures.length > 0) process.exitCode = 1;
}

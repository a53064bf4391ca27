import { reasons } from './compared.ts';
import type { Reason } from './compared.ts';
import type { RoundTrip } from './round-trips.ts';

interface Row {
  answers: number;
  conversations: number;
  parts: number;
  identical: number;
  readonly others: Map<Reason, number>;
}

const columns = ['answers', 'conversations', 'parts', 'identical'] as const;

/** The round trips as a table, and another one of the reasons that stand in its last column. */
export function tablesOf(trips: readonly RoundTrip[]): string {
  const rows = new Map<string, Row>();
  const all = newRow();
  for (const trip of trips) {
    const key = `${trip.wire} | ${trip.provider}`;
    const row = rows.get(key) ?? newRow();
    rows.set(key, row);
    for (const one of [row, all]) add(trip, one);
  }
  const lines = [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, row]) => lineOf(key, row));
  const why = Object.entries(reasons).filter(([reason]) => all.others.has(reason as Reason));
  return [
    `| wire | provider | ${columns.join(' | ')} | differs on purpose |\n|---|---|${'---:|'.repeat(columns.length)}---|`,
    ...lines,
    lineOf('all | ', all),
    '',
    '| differs on purpose | parts | why |\n|---|---:|---|',
    ...why.map(([reason, words]) => `| ${reason} | ${all.others.get(reason as Reason)} | ${words} |`),
  ].join('\n');
}

/** Differences that nobody meant. */
export function failuresOf(trips: readonly RoundTrip[]): readonly string[] {
  return trips.flatMap(({ wire, name, beside, parts }) =>
    parts
      .filter(({ verdict }) => verdict === 'different')
      .map(({ kind, ours, theirs }) => {
        const [mine, other] = [ours, theirs].map((part) => JSON.stringify(part)?.slice(0, 200));
        return `${wire}/${name}: ${kind} of the ${beside} went back as ${mine} instead of ${other}`;
      }),
  );
}

function newRow(): Row {
  return { answers: 0, conversations: 0, parts: 0, identical: 0, others: new Map() };
}

function add({ beside, parts }: RoundTrip, row: Row): void {
  row[beside === 'answer' ? 'answers' : 'conversations'] += 1;
  row.parts += parts.length;
  for (const { verdict } of parts) {
    if (verdict === 'identical') row.identical += 1;
    else if (verdict !== 'different') row.others.set(verdict, (row.others.get(verdict) ?? 0) + 1);
  }
}

function lineOf(key: string, row: Row): string {
  const others = [...row.others].map(([reason, count]) => `${count} ${reason}`).sort();
  return `| ${key} | ${columns.map((name) => row[name]).join(' | ')} | ${others.join(', ')} |`;
}

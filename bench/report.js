import { median } from './median.js';

/** One row: the median of its rounds, the least and the greatest, and what is demanded. */
export function summaryOf(row, results, peers) {
  const { name, must, aim } = row;
  const values = valuesOf(row, row.client, results);
  const summary = { measure: name, ratio: round(median(values)), spread: spreadOf(values), must, aim };
  if (!row.hasPeers || peers.length === 0) return summary;
  const entries = peers.map(({ name, client }) => [name, valuesOf(row, client, results)]);
  const known = entries.filter(([, values]) => values.length > 0);
  return { ...summary, peers: Object.fromEntries(known.map(([name, values]) => [name, round(median(values))])) };
}

/** The same for people; `!` marks what misses its budget. */
export function lineOf(row, { measure, ratio, spread, must, aim, peers }, results) {
  const mark = ratio <= must ? ' ' : '!';
  const figures = row.isRatio ? `  ${row.figure}: ${middle(row.client)} beside ${middle('floor')}` : '';
  const line = `${mark} ${measure.padEnd(58)} ${String(ratio).padStart(6)}  (${spread.join(' to ')}; must ${must}, aim ${aim})`;
  const beside = Object.entries(peers ?? {}).map(([name, ratio]) => `${name} ${ratio}`);
  return line + figures + (beside.length > 0 ? `\n    ${beside.join(', ')}` : '');

  function middle(client) {
    return median(figuresOf(row, client, results)).toFixed(1);
  }
}

/** Ratios are formed within a round: a machine that changes its speed changes it for both. */
function valuesOf(row, client, results) {
  const figures = figuresOf(row, client, results);
  if (row.per !== undefined) {
    const less = results.of(client, { ...row, setup: row.setups[1] }).map((round) => round[row.figure]);
    return figures.map((figure, i) => (figure - less[i]) / row.per);
  }
  if (!row.isRatio) return figures;
  const floor = figuresOf(row, 'floor', results);
  return figures.map((figure, i) => figure / floor[i]);
}

function figuresOf(row, client, results) {
  const { setups, figure } = row;
  return results.of(client, { ...row, setup: setups[0] }).map((round) => round[figure]);
}

function spreadOf(values) {
  return [round(Math.min(...values)), round(Math.max(...values))];
}

function round(value) {
  return Math.round(value * 100) / 100;
}

import { median } from '../median.js';

/** One row: the median of its rounds, the lowest and the highest, and what is demanded; or why it has no figure. */
export function summaryOf({ name, store, figure, unit, must, aim }, { rounds, failure }, peers) {
  const head = { measure: name, store, unit, must, aim };
  if (failure) return { ...head, failure };
  return {
    ...head,
    ...middleOf(rounds.map((round) => round[figure])),
    ...(Object.keys(peers).length > 0 && { peers }),
  };
}

/** The same for people; `!` marks what misses its budget or has no figure. */
export function lineOf({ name }, summary) {
  const { unit, must, aim, failure } = summary;
  const padded = name.padEnd(78);
  if (failure) return `! ${padded} failed: ${failure.split('\n')[0]}`;
  const mark = must === undefined || summary.figure <= must ? ' ' : '!';
  const demanded = must === undefined ? '' : `; must ${must}, aim ${aim}`;
  const figure = `${summary.figure} ${unit}`.trim().padStart(9);
  const beside = Object.entries(summary.peers ?? {}).map(([peer, one]) => `\n    ${peer}: ${besideOf(one, unit)}`);
  return `${mark} ${padded} ${figure}  (${summary.spread.join(' to ')}${demanded})${beside.join('')}`;
}

/** The middle of what was measured, and how far it spreads. Throws when something was not measured. */
export function middleOf(values) {
  if (values.length === 0 || !values.every(Number.isFinite)) throw new Error(`These are no figures: ${values}.`);
  return { figure: round(median(values)), spread: [round(Math.min(...values)), round(Math.max(...values))] };
}

function besideOf(one, unit) {
  return typeof one === 'string' ? one : `${one.figure} ${unit} (${one.spread.join(' to ')})`;
}

function round(value) {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

import { isObject } from '../../conversation/json.ts';
import { inputOf } from '../call/input.ts';
import { summaryOf } from '../call/summary.ts';
import type { Row } from './row.ts';

/** The rows in which each of these words is found: in the tool, its arguments, the thread, who asked, the risk or the reason. */
export function filtered(rows: readonly Row[], words: string): readonly Row[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row);
    return wanted.every((word) => text.includes(word));
  });
}

/** A row never changes, and is looked through at every letter. */
const texts = new WeakMap<Row, string>();

function textOf(row: Row): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const { call, thread } = row.item;
  const demands = (call.requirements ?? []).flatMap(({ risk, reason }) => [risk, reason]);
  const input = inputOf(call);
  const names = isObject(input) ? Object.keys(input) : [];
  const all = [
    call.name,
    call.state,
    thread.title,
    thread.id,
    thread.owner,
    ...demands,
    ...names,
    summaryOf(input, 400),
  ];
  const text = all
    .filter((one) => one !== undefined)
    .join(' ')
    .toLowerCase();
  texts.set(row, text);
  return text;
}

import { parseArgs } from 'node:util';
import type { WaitingRow } from '../../store/store.ts';
import { count, visible } from '../plain-text.ts';
import { Screen } from '../screen.ts';
import { TerminalInput } from '../terminal-input.ts';
import { endsUnread, printJson, runCommand } from './command.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { Decider } from './decider.ts';
import { decisionFlags, decisionUsage, decideByName } from './decide-by-name.ts';
import { InboxRound } from './inbox-round.ts';
import { isAsked, rowJson, rowLines } from './inbox-rows.ts';
import { allOf } from '../../store/page.ts';
import { neededPlace, placeFlags, placeText, placeUsage } from './place.ts';

/** `yourcall inbox`: what waits for somebody in all threads, and decisions about it. Gives the exit code. */
export function inbox(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall inbox', usage, run }, argv);
}

const usage = `Usage: yourcall inbox [options]                    lists what waits, and asks about one after the other
       yourcall inbox DECISION CALL [options]      decides about one call, by its id

In a pipe, or with --json, the list is lines of JSON, and nothing is asked. Whoever decides runs nothing: a terminal
that has the thread open does, or yourcall work in its folder.

Decisions
${decisionUsage}
Options
${placeUsage}
  --json                  lines of JSON; a decision is answered with its answer

Exit codes: 0 when it counts or nothing was asked, 3 when it does not count (already, stale, expired, invalid,
forbidden, too-early), 1 error.`;

const flags = { ...placeFlags, ...decisionFlags, json: { type: 'boolean' } } as const;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  const database = await openDatabase(neededPlace(values), { mustExist: true });
  const isPlain = values.json === true || !process.stdout.isTTY;
  endsUnread();
  try {
    if (positionals.length > 0) return await decideByName(database, { words: positionals, values, isPlain });
    if (isPlain || !process.stdin.isTTY) return await printList(database);
    return await goThrough(database);
  } finally {
    await database.store.close();
  }
}

async function printList({ store, place: { tenant } }: Database): Promise<number> {
  for await (const row of allOf((more) => store.waiting({ tenant, ...more }))) printJson(rowJson(row));
  return 0;
}

async function goThrough(database: Database): Promise<number> {
  const { store, place } = database;
  const { tenant } = place;
  const screen = new Screen({ json: false, interactive: true });
  const rows: WaitingRow[] = [];
  for await (const row of allOf((more) => store.waiting({ tenant, ...more }))) rows.push(row);
  if (rows.length === 0) {
    screen.line(`Nothing waits in ${visible(placeText(place))}.`);
    return 0;
  }
  const now = await store.now();
  screen.line(`${count(rows.length, 'call')} waiting in ${visible(placeText(place))}, the oldest first:`);
  for (const line of rows.flatMap((row) => rowLines(row, { width: screen.width - 2, now }))) screen.line(`  ${line}`);
  const input = new TerminalInput((line) => {
    screen.note(`"${visible(line)}" was typed before the question was shown: it does not count.`);
  });
  input.listen({ interrupt: () => input.close(), line: () => {} });
  try {
    const decider = new Decider(database, (sentence) => screen.error(sentence));
    await new InboxRound({ screen, input, decider, ahead: now - Date.now() }).run(rows.filter(isAsked));
  } finally {
    input.close();
  }
  return 0;
}

import { parseArgs } from 'node:util';
import type { WaitingRow } from '../../store/store.ts';
import { count, visible } from '../../wire/plain-text.ts';
import { Screen } from '../screen.ts';
import { TerminalInput } from '../typing/terminal-input.ts';
import { mcpFlags, mcpUsage } from '../mcp/flags.ts';
import { withMcp } from '../mcp/open.ts';
import { rulesFlags, rulesUsage } from '../rules/ruled.ts';
import { endsUnread, printJson, runCommand } from './command.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { Decider } from './decider.ts';
import type { Deciding } from './decider.ts';
import { decisionFlags, decisionUsage, decideByName } from './decide-by-name.ts';
import { onScreen } from './inbox-on-screen.ts';
import { InboxRound } from './inbox-round.ts';
import { isAsked, rowJson, rowLines } from './inbox-rows.ts';
import { allOf } from '../../store/page.ts';
import { personaFlags, personaOf, personaUsage } from './persona.ts';
import type { Persona } from './persona.ts';
import { neededPlace, placeFlags, placeText, placeUsage } from './place.ts';

/** `yourcall inbox`: what waits for somebody in all threads, and decisions about it. Gives the exit code. */
export function inbox(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall inbox', usage, run }, argv);
}

const usage = `Usage: yourcall inbox [options]                    what waits, to be worked through by keys; ? lists them
       yourcall inbox DECISION CALL [options]      decides about one call, by its id

In a pipe, or with --json, the list is lines of JSON, and nothing is asked. Whoever decides runs nothing: a terminal
that has the thread open does, or yourcall work in its folder.

Decisions
${decisionUsage}
Options
${placeUsage}
${personaUsage}
${mcpUsage}
${rulesUsage}
  --lines                 asks in lines, one call after the other, and not on the whole screen; so it
                          is where the terminal cannot do more (TERM=dumb)
  --json                  lines of JSON; a decision is answered with its answer

Exit codes: 0 when it counts or nothing was asked, 3 when it does not count (already, stale, expired, invalid,
forbidden, too-early), 1 error.`;

const flags = {
  ...placeFlags,
  ...personaFlags,
  ...decisionFlags,
  ...rulesFlags,
  ...mcpFlags,
  lines: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  const person = personaOf(values);
  const database = await openDatabase(neededPlace(values), { mustExist: true });
  const isPlain = values.json === true || !process.stdout.isTTY;
  endsUnread();
  try {
    if (positionals.length > 0) return await decideByName(database, { words: positionals, values, person, isPlain });
    if (isPlain || !process.stdin.isTTY) return await printList(database, person);
    const told = (sentence: string): void => console.error(sentence);
    return await withMcp(values, told, (mcp) => {
      const known = { rules: values.rules, mcp };
      const isInLines = values.lines === true || process.env['TERM'] === 'dumb';
      return isInLines ? goThrough(database, person, known) : onScreen(database, person, known);
    });
  } finally {
    await database.store.close();
  }
}

async function printList(database: Database, person: Persona): Promise<number> {
  for await (const row of waiting(database, person)) printJson(rowJson(row));
  return 0;
}

/** What waits; only what is put to this person, when it is said who that is (rule X1). */
function waiting({ store, place: { tenant } }: Database, { isNamed, ...person }: Persona): AsyncGenerator<WaitingRow> {
  return allOf((more) => store.waiting({ tenant, ...(isNamed && { person }), ...more }));
}

async function goThrough(database: Database, person: Persona, known: Pick<Deciding, 'rules' | 'mcp'>): Promise<number> {
  const { store, place } = database;
  const screen = new Screen({ json: false, interactive: true });
  const rows: WaitingRow[] = [];
  for await (const row of waiting(database, person)) rows.push(row);
  if (rows.length === 0) {
    screen.line(`Nothing waits${personaText(person)} in ${visible(placeText(place))}.`);
    return 0;
  }
  const now = await store.now();
  screen.line(
    `${count(rows.length, 'call')} waiting${personaText(person)} in ${visible(placeText(place))}, the oldest first:`,
  );
  for (const line of rows.flatMap((row) => rowLines(row, { width: screen.width - 2, now }))) screen.line(`  ${line}`);
  const input = new TerminalInput((line) => {
    screen.note(`"${visible(line)}" was typed before the question was shown: it does not count.`);
  });
  input.listen({ interrupt: () => input.close(), line: () => {} });
  try {
    const decider = new Decider(database, person, { ...known, report: (sentence) => screen.error(sentence) });
    await new InboxRound({ screen, input, decider, ahead: now - Date.now() }).run(rows.filter(isAsked));
  } finally {
    input.close();
  }
  return 0;
}

function personaText({ isNamed, by }: Persona): string {
  return isNamed && by !== undefined ? ` for ${visible(by)}` : '';
}

import { parseArgs } from 'node:util';
import { count, visible } from '../../wire/plain-text.ts';
import { Screen } from '../screen.ts';
import { TerminalInput } from '../typing/terminal-input.ts';
import { mcpFlags, mcpUsage } from '../mcp/flags.ts';
import { withMcp } from '../mcp/open.ts';
import { rulesFlags, rulesUsage } from '../rules/ruled.ts';
import { endsUnread, printJson, runCommand } from './command.ts';
import { openDatabase } from './database.ts';
import type { Deciding } from './decider.ts';
import { decideByName, decisionFlags, decisionUsage } from './decide-by-name.ts';
import { inboxOfServer, serverFlags, serverUsage } from './inbox-of-server.ts';
import { onScreen } from './inbox-on-screen.ts';
import { InboxRound } from './inbox-round.ts';
import { isAsked, rowJson, rowLines } from './inbox-rows.ts';
import { databaseInbox } from './inbox-source.ts';
import type { InboxSource } from './inbox-source.ts';
import { personaFlags, personaOf, personaUsage } from './persona.ts';
import { neededPlace, placeFlags, placeUsage } from './place.ts';

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
${serverUsage}
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
  ...serverFlags,
  ...personaFlags,
  ...decisionFlags,
  ...rulesFlags,
  ...mcpFlags,
  lines: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  const source = await sourceOf(values);
  const isPlain = values.json === true || !process.stdout.isTTY;
  endsUnread();
  try {
    if (positionals.length > 0) return await decideByName(source, { words: positionals, values, isPlain });
    if (isPlain || !process.stdin.isTTY) return await printList(source);
    const told = (sentence: string): void => console.error(sentence);
    return await withMcp(values, told, async (mcp) => {
      const known = { rules: values.rules, mcp };
      const isInLines = values.lines === true || process.env['TERM'] === 'dumb';
      if (isInLines) return goThrough(source, known);
      const problems: string[] = [];
      return onScreen(await source.place({ ...known, report: (sentence) => void problems.push(sentence) }), problems);
    });
  } finally {
    await source.close();
  }
}

type Values = ReturnType<typeof parseArgs<{ readonly options: typeof flags }>>['values'];

async function sourceOf(values: Values): Promise<InboxSource> {
  const { url } = values;
  if (url !== undefined) return inboxOfServer({ ...values, url });
  const person = personaOf(values);
  return databaseInbox(await openDatabase(neededPlace(values), { mustExist: true }), person);
}

async function printList(source: InboxSource): Promise<number> {
  for await (const row of source.rows()) printJson(rowJson(row));
  return 0;
}

async function goThrough(source: InboxSource, known: Pick<Deciding, 'rules' | 'mcp'>): Promise<number> {
  const screen = new Screen({ json: false, interactive: true });
  const about = await source.place({ ...known, report: (sentence) => screen.error(sentence) });
  const { calls, decider, ahead, follows, place } = about;
  const rows = await calls.read();
  if (rows.length === 0) {
    screen.line(`Nothing waits${place}.`);
    return 0;
  }
  const now = Date.now() + ahead;
  screen.line(`${count(rows.length, 'call')} waiting${place}, the oldest first:`);
  for (const line of rows.flatMap((row) => rowLines(row, { width: screen.width - 2, now }))) screen.line(`  ${line}`);
  const input = new TerminalInput((line) => {
    screen.note(`"${visible(line)}" was typed before the question was shown: it does not count.`);
  });
  input.listen({ interrupt: () => input.close(), line: () => {} });
  try {
    await new InboxRound({ screen, input, decider, ahead, follows }).run(rows.filter(isAsked));
  } finally {
    input.close();
  }
  return 0;
}

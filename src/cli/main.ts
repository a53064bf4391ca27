import { readFileSync } from 'node:fs';
import type { ToolSet } from '../chat/tool.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChosenModel } from '../models/default/index.ts';
import { chooseModel } from './chosen-model.ts';
import { doctor } from './doctor/doctor.ts';
import { toolNames, toolsIn } from './folder-chat.ts';
import { farewell, greeting, lastWords } from './greeting.ts';
import { PipedInput } from './input.ts';
import type { Input } from './input.ts';
import { openKeeping } from './keeping.ts';
import type { Keep, Keeping } from './keep.ts';
import { parseOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { withMcp } from './mcp/open.ts';
import { visible } from '../wire/plain-text.ts';
import { thingsToTry } from './playground.ts';
import { replay } from './replay.ts';
import { rulesIn } from './rules/ruled.ts';
import { Screen } from './screen.ts';
import { messageOf } from './sentence.ts';
import { watchSignals } from './signals.ts';
import { Talk } from './talk.ts';
import { TerminalInput } from './terminal-input.ts';

/** The program: gives its exit code, 0 when all is done, 3 when something waits, 1 after an error. */
export async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'replay') return replay(rest);
  if (command === 'doctor') return doctor(rest);
  // A talk needs no database.
  if (command === 'audit') return (await import('./audit/audit.ts')).audit(rest);
  if (command === 'rules') return (await import('./rules/rules.ts')).rules(rest);
  if (command === 'threads') return (await import('./thread/threads.ts')).threads(rest);
  if (command === 'inbox') return (await import('./thread/inbox.ts')).inbox(rest);
  if (command === 'work') return (await import('./thread/work.ts')).work(rest);
  if (command === 'serve') return (await import('./serve/serve.ts')).serve(rest);
  if (command === 'mcp') return (await import('./serve/serve-mcp.ts')).serveMcp(rest);
  const parsed = parseOptions(argv);
  switch (parsed.type) {
    case 'help':
      console.log(usage);
      return 0;
    case 'version':
      console.log(version());
      return 0;
    case 'wrong':
      console.error(parsed.sentence);
      return 1;
    case 'start':
      return start(parsed.options);
  }
}

/** What stops it from starting is one sentence; anything else that is thrown is a bug, and shown whole. */
async function start(options: Options): Promise<number> {
  const interactive = isInteractive(options);
  const screen = new Screen({ json: options.json, interactive });
  const report = (sentence: string): void => screen.error(sentence);
  const note = (sentence: string): void => screen.note(sentence);
  try {
    // What the demo says is there at once; for a person it comes as a model would write it.
    const chosen = await chooseModel({ model: options.model, 'base-url': options.baseURL }, interactive ? 12 : 0);
    return await withMcp(options.mcp, report, async (mcp) => {
      const root = process.cwd();
      const format: Keep['format'] = screen.showsMarkdown ? 'Markdown' : 'plain text';
      const about = {
        model: chosen.model,
        mcp,
        format,
        rules: rulesIn(options.rules, { root, tools: toolNames(root, mcp) }),
      };
      const keeping = await openKeeping({ options, root, ...about, report, note });
      // Before the servers: what runs is to end first.
      const tools = (): ToolSet => toolsIn(root, mcp);
      return talk({ keeping, chosen, screen, tools }).finally(() => keeping.close());
    });
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    console.error(`yourcall: ${visible(messageOf(error))}.`);
    return 1;
  }
}

interface Beginning {
  readonly keeping: Keeping;
  readonly chosen: ChosenModel;
  readonly screen: Screen;
  readonly tools: () => ToolSet;
}

async function talk({ keeping, chosen, screen, tools }: Beginning): Promise<number> {
  const { chat, session } = keeping;
  const { interactive } = screen;
  const { model, because, where } = chosen;
  const folder = process.cwd();
  const name = `${model.provider}/${model.id}`;
  const circumstances = { folder, model: name, because, where, kept: keeping.where, interactive };
  const lines = [...greeting(circumstances), ...lastWords(session.conversation, screen.width), ...keeping.notes];
  for (const line of lines) screen.note(line);
  const input = inputFor(screen);
  const things = thingsToTry(folder).map(({ typed }) => typed);
  const talking = new Talk({ chat, session, screen, input, tools, things });
  const signals = watchSignals(talking, input);
  const broke = await talking.run().finally(() => {
    signals.stop();
    input.close();
  });
  const { unsettled } = session.conversation;
  const isWaiting = unsettled.length > 0;
  const last = [...(isWaiting ? farewell(unsettled, screen.width) : []), keeping.comeBack(isWaiting)];
  for (const line of last) if (line !== undefined) screen.line(line);
  if (signals.exitCode !== undefined) return signals.exitCode;
  if (broke && !interactive) return 1;
  return isWaiting ? 3 : 0;
}

function isInteractive({ json }: Options): boolean {
  return !json && process.stdin.isTTY && process.stdout.isTTY;
}

function inputFor(screen: Screen): Input {
  if (!screen.interactive) return new PipedInput();
  return new TerminalInput((line) => {
    screen.note(`"${visible(line)}" was typed before the question was shown: it does not count.`);
  });
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

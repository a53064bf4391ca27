import { readFileSync } from 'node:fs';
import { ChatError } from '../conversation/error.ts';
import { chooseModel } from './chosen-model.ts';
import { doctor } from './doctor/doctor.ts';
import { toolNames, toolsIn } from './folder-chat.ts';
import { openKeeping } from './keeping.ts';
import type { Keep, Keeping } from './keep.ts';
import { ModelChoice } from './model-choice.ts';
import { parseOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { withMcp } from './mcp/open.ts';
import { visible } from '../wire/plain-text.ts';
import { replay } from './replay.ts';
import { rulesIn } from './rules/ruled.ts';
import { Screen } from './screen.ts';
import { messageOf } from './sentence.ts';
import { talks } from './talks.ts';

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
    const pace = interactive ? 12 : 0;
    const chosen = await chooseModel({ model: options.model, 'base-url': options.baseURL }, pace);
    const choice = new ModelChoice(chosen, { name: options.model, baseURL: options.baseURL, pace });
    return await withMcp(options.mcp, report, async (mcp) => {
      const root = process.cwd();
      const format: Keep['format'] = screen.showsMarkdown ? 'Markdown' : 'plain text';
      const rules = rulesIn(options.rules, { root, tools: toolNames(root, mcp) });
      const about = { root, choice, mcp, format, rules, report, note };
      const open = (which: Options): Promise<Keeping> => openKeeping({ options: which, ...about });
      return talks({
        options,
        open,
        choice,
        screen,
        tools: () => toolsIn(root, mcp),
        hasRules: options.rules !== undefined,
      });
    });
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    console.error(`yourcall: ${visible(messageOf(error))}.`);
    return 1;
  }
}

function isInteractive({ json }: Options): boolean {
  return !json && process.stdin.isTTY && process.stdout.isTTY;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

import { parseArgs } from 'node:util';
import { ChatError } from '../conversation/error.ts';
import { checkModel, modelFlags } from './chosen-model.ts';
import { mcpFlags, mcpUsage } from './mcp/flags.ts';
import type { McpValues } from './mcp/flags.ts';
import { rulesFlags, rulesUsage } from './rules/ruled.ts';
import { placeFlags, placeOf } from './thread/place.ts';
import type { Place } from './thread/place.ts';

/** What the command line says. */
export interface Options {
  /** `provider/name`. */
  readonly model?: string;
  readonly baseURL?: string;
  /** The servers of MCP, as they were named. */
  readonly mcp: McpValues;
  /** The file of rules. */
  readonly rules?: string;
  readonly file?: string;
  /** Where it is kept as a thread. */
  readonly database?: Place;
  /** The thread to go on with. */
  readonly thread?: string;
  /** A new thread, though there is one to go on with. */
  readonly isNew: boolean;
  /** Whether this process does what is to be done in the thread. */
  readonly work: boolean;
  /** Whether what is said is kept for later talks. */
  readonly history: boolean;
  /** Each event as one line of JSON. */
  readonly json: boolean;
}

/** The options, or what to print instead of starting. */
export type Parsed =
  | { readonly type: 'start'; readonly options: Options }
  | { readonly type: 'help' | 'version' }
  | { readonly type: 'wrong'; readonly sentence: string };

export const usage: string = `Usage: yourcall [options]
       yourcall threads | inbox | work       what is kept, what waits, and a worker; each
                                             has its own --help
       yourcall serve                        threads over HTTP, for this machine; yourcall serve --help
       yourcall mcp                          the same for a host of MCP, over standard input
                                             and output; yourcall mcp --help
       yourcall doctor                       which keys are set, which servers answer, and
                                             with --db whether threads are kept well
       yourcall audit verify|export          who has decided what in a store's threads
       yourcall rules test|explain FILE      what rules say of calls; yourcall rules --help
       yourcall replay --wire WIRE FILE...   decodes recorded responses; yourcall replay --help

Chats with a language model in the terminal, about the files of this folder.
Reading runs at once; whatever changes something asks you first.

Options
  --model PROVIDER/NAME   the model, such as openai/gpt-5. Without it: a key in the
                          environment, else a local server, else the built-in demo,
                          which is a set of rules, not an AI
  --base-url URL          where that model is served (with --model)
${mcpUsage}
${rulesUsage}
  --file TALK.JSON        keeps the talk in this file; started again with it, the talk
                          goes on. Without it the talk ends with the program
  --db APP.DB | URL       keeps the talk as a thread in this SQLite file, or in a Postgres
                          database (postgres://…, with the package pg). It goes on with
                          the thread of this folder that changed last
  --thread ID | --new     which thread instead: this one, or a new one
  --no-work               leaves what is to be done to workers (yourcall work)
  --workspace NAME, --tenant NAME, --database-url URL: see yourcall work --help
  --no-history            keeps nothing of what is typed; YOURCALL_HISTORY names another
                          file than the one in the folder of your state, or is off
  --json                  each event as a line of JSON on standard output; everything
                          else goes to standard error
  -h, --help              this page
  -v, --version           the version

Answers, a word or its first letter alone on a line
  a call that asks        y(es), n(o), e(dit the arguments), l(ater), v(iew all of it)
  a call in doubt         h(appened), n (did not happen), r(un again), g(ive up), l(ater):
                          it was started, and nobody knows whether it took effect
  a call done elsewhere   a(nswer for it), n(o), l(ater)
  a question to you       the next line answers; /no and /later do not

Keys
  Ctrl-C                  stops the answer; once more leaves
  Up, Down                what you said before; a line that begins with a blank is not kept
  Alt-Enter               a new line; what is pasted is one word, whatever lines it has
  Ctrl-D, exit            leaves. What waits is still there when you come back with --file or --db

Piped
  Each line of standard input is a word for the model, or, while something waits, one of
  the answers above.  printf 'list the files\\n' | yourcall

Exit codes: 0 done, 3 something waits, 1 error.
On a terminal /help lists the commands of a talk, and answers are drawn as Markdown.
Colours are left out with NO_COLOR, and where output is no terminal; FORCE_COLOR decides otherwise.`;

/** Reads the command line; what is wrong with it is one sentence. */
export function parseOptions(argv: readonly string[]): Parsed {
  try {
    const { values } = parseArgs({ args: [...argv], options: known });
    if (values.help) return { type: 'help' };
    if (values.version) return { type: 'version' };
    return { type: 'start', options: optionsOf(values) };
  } catch (error) {
    return { type: 'wrong', sentence: `${firstSentence(error)} See yourcall --help.` };
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof known }>>['values'];

function optionsOf(values: Values): Options {
  const { model, file, json = false, thread, rules } = values;
  checkModel(values);
  if (file === '') throw wrong('--file takes the name of a file.');
  const database = databaseOf(values);
  if (file !== undefined && database) throw wrong('--file and --db keep a talk in two places; which is it?');
  return {
    json,
    isNew: values.new === true,
    work: values['no-work'] !== true,
    history: values['no-history'] !== true,
    mcp: { mcp: values.mcp, 'mcp-config': values['mcp-config'] },
    ...given({ model, baseURL: values['base-url'], file, thread, rules }),
    ...(database && { database }),
  };
}

function databaseOf(values: Values): Place | undefined {
  const { thread, new: isNew = false } = values;
  if (thread !== undefined && isNew) throw wrong('--thread and --new name two threads; which is it?');
  const isThread = thread !== undefined || isNew || values['no-work'] === true;
  const database = placeOf(values, isThread);
  if (isThread && !database) throw wrong('--thread, --new and --no-work need --db: where are the threads?');
  return database;
}

const known = {
  ...modelFlags,
  ...mcpFlags,
  ...rulesFlags,
  file: { type: 'string' },
  ...placeFlags,
  thread: { type: 'string' },
  new: { type: 'boolean' },
  'no-work': { type: 'boolean' },
  'no-history': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}

/** Node's own words end in advice about `--`, which helps nobody here. */
function firstSentence(error: unknown): string {
  const [first = ''] = (error as Error).message.split(/\.? To specify |\n/);
  return /[.?!]$/.test(first) ? first : `${first}.`;
}

function given(
  values: Readonly<Record<'model' | 'baseURL' | 'file' | 'thread' | 'rules', string | undefined>>,
): Partial<Options> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

import { parseArgs } from 'node:util';

/** What the command line says. */
export interface Options {
  /** `provider/name`. */
  readonly model?: string;
  readonly baseURL?: string;
  readonly file?: string;
  /** Each event as one line of JSON. */
  readonly json: boolean;
}

/** The options, or what to print instead of starting. */
export type Parsed =
  | { readonly type: 'start'; readonly options: Options }
  | { readonly type: 'help' | 'version' }
  | { readonly type: 'wrong'; readonly sentence: string };

export const usage: string = `Usage: yourcall [options]
       yourcall doctor                       which keys are set, which servers answer
       yourcall audit verify|export          who has decided what in a store's threads
       yourcall replay --wire WIRE FILE...   decodes recorded responses; yourcall replay --help

Chats with a language model in the terminal, about the files of this folder.
Reading runs at once; whatever changes something asks you first.

Options
  --model PROVIDER/NAME   the model, such as openai/gpt-5. Without it: a key in the
                          environment, else a local server, else the built-in demo,
                          which is a set of rules, not an AI
  --base-url URL          where that model is served (with --model)
  --file TALK.JSON        keeps the talk in this file; started again with it, the talk
                          goes on. Without it the talk ends with the program
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
  Ctrl-D, exit            leaves. What waits is still there when you come back with --file

Piped
  Each line of standard input is a word for the model, or, while something waits, one of
  the answers above.  printf 'list the files\\n' | yourcall

Exit codes: 0 done, 3 something waits, 1 error.
Colours are left out with NO_COLOR, and where output is no terminal.`;

/** Reads the command line; what is wrong with it is one sentence. */
export function parseOptions(argv: readonly string[]): Parsed {
  let values;
  try {
    ({ values } = parseArgs({ args: [...argv], options: known }));
  } catch (error) {
    return wrong(firstSentence(error));
  }
  if (values.help) return { type: 'help' };
  if (values.version) return { type: 'version' };
  const { model, file, json = false } = values;
  const baseURL = values['base-url'];
  if (model !== undefined && !/^[^/]+\/./.test(model)) {
    return wrong(`--model takes provider/name, such as openai/gpt-5, not ${JSON.stringify(model)}.`);
  }
  if (baseURL !== undefined && model === undefined) {
    return wrong('--base-url needs --model provider/name: which model is to be asked there?');
  }
  if (baseURL !== undefined && !/^https?:$/.test(URL.parse(baseURL)?.protocol ?? '')) {
    return wrong(`--base-url takes an http or https address, not ${JSON.stringify(baseURL)}.`);
  }
  if (file === '') return wrong('--file takes the name of a file.');
  const options = { json, ...given({ model, baseURL, file }) };
  return { type: 'start', options };
}

const known = {
  model: { type: 'string' },
  'base-url': { type: 'string' },
  file: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

function wrong(sentence: string): Parsed {
  return { type: 'wrong', sentence: `${sentence} See yourcall --help.` };
}

/** Node's own words end in advice about `--`, which helps nobody here. */
function firstSentence(error: unknown): string {
  const [first = ''] = (error as Error).message.split(/\.? To specify |\n/);
  return first.endsWith('.') ? first : `${first}.`;
}

function given(values: Readonly<Record<'model' | 'baseURL' | 'file', string | undefined>>): Partial<Options> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

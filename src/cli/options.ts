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
       yourcall replay --wire WIRE FILE...   decodes recorded responses; yourcall replay --help

Chats with a language model in the terminal. It reads the files of this folder; whatever changes something asks you first.

  --model PROVIDER/NAME  the model, such as openai/gpt-5; without it a key in the environment, a local server or the
                         built-in demo decides, in this order
  --base-url URL         where that model is served (with --model)
  --file TALK.JSON       keeps the conversation in this file; started again with it, the talk goes on
  --json                 each event as one line of JSON; everything else goes to standard error
  --help, --version

When something waits for you: y(es) n(o) e(dit) l(ater). Piped: lines from standard input; only one of these words alone
on a line decides. Exit codes: 0 done, 3 something waits, 1 error.`;

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

import { parseArgs } from 'node:util';
import { ChatError } from '../../conversation/error.ts';
import type { Store, WaitingRow } from '../../store/store.ts';
import type { Thread } from '../../store/thread.ts';
import { PipedInput } from '../input.ts';
import { count, visible } from '../../wire/plain-text.ts';
import { styleOf } from '../style.ts';
import { TerminalInput } from '../typing/terminal-input.ts';
import { spanText } from '../time-text.ts';
import { endsUnread, printJson, runCommand } from './command.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { allOf } from '../../store/page.ts';
import { neededPlace, placeFlags, placeText, placeUsage } from './place.ts';
import { tableLines } from './table.ts';

/** `yourcall threads`: lists threads, renames, archives and erases them. Gives the exit code. */
export function threads(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall threads', usage, run }, argv);
}

const usage = `Usage: yourcall threads [options]              lists the threads, the one that changed last first
       yourcall threads rename ID TITLE
       yourcall threads archive ID [--undo]     takes it off the list, or puts it back
       yourcall threads erase ID [--yes]        deletes what was said and done in it, for good;
                                                refused while a call runs or is in doubt

Options
${placeUsage}
  --archived              lists those that were archived
  --json                  each thread as a line of JSON; so it is where output is no terminal

Exit codes: 0, 3 when it was refused, 1 error.`;

const flags = {
  ...placeFlags,
  archived: { type: 'boolean' },
  json: { type: 'boolean' },
  undo: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'];

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  const [verb, ...words] = positionals;
  const database = await openDatabase(neededPlace(values), { mustExist: true });
  try {
    if (verb === undefined) return await list(database, values);
    return await change(database, { verb, words, values });
  } finally {
    await database.store.close();
  }
}

async function list({ store, place }: Database, { archived = false, json = false }: Values): Promise<number> {
  endsUnread();
  const query = { tenant: place.tenant, archived };
  const isTable = process.stdout.isTTY && !json;
  const rows: (readonly string[])[] = [];
  for await (const thread of allOf((more) => store.list({ ...query, ...more }))) {
    const waiting = await waitingIn(store, thread);
    if (isTable) rows.push(rowOf(thread, waiting));
    else
      printJson({
        ...thread,
        waiting: waiting.map(({ call }) => ({ id: call.id, name: call.name, state: call.state })),
      });
  }
  if (!isTable) return 0;
  if (rows.length === 0) console.log(`There are no threads in ${visible(placeText(place))}.`);
  else print([['ID', 'STATUS', 'WAITS', 'CHANGED', 'TITLE'], ...rows]);
  return 0;
}

/** What waits in a thread. In one that does not stand still nothing is asked for longer than a moment. */
async function waitingIn(store: Store, { tenant, thread, status }: Thread): Promise<readonly WaitingRow[]> {
  return status === 'new' || status === 'done' ? [] : (await store.waiting({ tenant, thread })).items;
}

function rowOf({ thread, title, status, error, updatedAt }: Thread, waiting: readonly WaitingRow[]): readonly string[] {
  const [first] = waiting;
  const more = waiting.length > 1 ? ` +${waiting.length - 1}` : '';
  return [
    visible(thread),
    status === 'failed' && error !== undefined ? `failed: ${error}` : status,
    first ? `${visible(first.call.name)}${more}` : '-',
    `${spanText(Date.now() - updatedAt)} ago`,
    visible(title ?? ''),
  ];
}

function print([heading = [], ...rows]: readonly (readonly string[])[]): void {
  const { bold } = styleOf(process.stdout, process.env);
  const [first = '', ...others] = tableLines([heading, ...rows], process.stdout.columns || 100);
  console.log(bold(first));
  for (const line of others) console.log(line);
}

interface Change {
  readonly verb: string;
  readonly words: readonly string[];
  readonly values: Values;
}

async function change({ store, place: { tenant } }: Database, { verb, words, values }: Change): Promise<number> {
  const [thread, ...rest] = words;
  if (!['rename', 'archive', 'erase'].includes(verb))
    throw wrong(`There is no yourcall threads ${verb}; --help lists what there is.`);
  if (thread === undefined) throw wrong(`yourcall threads ${verb} takes the id of a thread.`);
  const title = rest.join(' ').trim();
  if ((verb === 'rename') !== (title !== '')) {
    throw wrong(
      verb === 'rename' ? 'yourcall threads rename takes an id and a title.' : `yourcall threads ${verb} takes one id.`,
    );
  }
  const key = { tenant, thread };
  if (verb === 'erase') return erase(store, key, values.yes === true);
  const isThere = await store.update(key, verb === 'rename' ? { title } : { archived: values.undo !== true });
  if (!isThere) throw missing(thread);
  console.log(
    `Thread ${visible(thread)} is ${verb === 'rename' ? `named "${visible(title)}"` : values.undo ? 'on the list again' : 'archived'}.`,
  );
  return 0;
}

async function erase(store: Store, key: { tenant: string; thread: string }, isSure: boolean): Promise<number> {
  const thread = visible(key.thread);
  const loaded = await store.load(key);
  if (!loaded) throw missing(key.thread);
  const what = `thread ${thread} "${visible(loaded.thread.title ?? '')}", ${count(loaded.messages.length, 'message')}`;
  if (!isSure && !(await agrees(`Erase ${what}, for good? [y]es [n]o > `))) {
    console.error('Nothing was erased.');
    return 3;
  }
  const answer = await store.erase(key);
  if (answer === 'missing') throw missing(key.thread);
  if (answer === 'erased') console.log(`Thread ${thread} is erased.`);
  else console.error(`Thread ${thread} was not erased: a call in it runs or is in doubt. Decide that first.`);
  return answer === 'erased' ? 0 : 3;
}

async function agrees(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw wrong('Erasing asks for a yes; where nobody can be asked, say --yes.');
  const input = process.stdin.isTTY ? new TerminalInput(() => {}) : new PipedInput();
  try {
    return /^y(es)?$/i.test((await input.line(question))?.trim() ?? '');
  } finally {
    input.close();
  }
}

function missing(thread: string): ChatError {
  return wrong(`There is no thread ${visible(thread)}.`);
}

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}

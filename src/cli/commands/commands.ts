import { visible } from '../../wire/plain-text.ts';
import { nearest } from '../nearest.ts';
import { messageOf } from '../sentence.ts';
import type { Surroundings, TalkCommand, Wish } from './command.ts';
import { file } from './file.ts';
import { model } from './model.ts';
import { fresh, resume, threads } from './threads.ts';
import { tools } from './tools.ts';
import { usage } from './usage.ts';

const help: TalkCommand = {
  name: 'help',
  says: 'this list',
  async run({ screen }) {
    const rows = all.map(
      ({ name, takes, says }) => [`/${name}${takes === undefined ? '' : ` ${takes}`}`, says] as const,
    );
    const width = Math.max(...rows.map(([typed]) => typed.length));
    for (const [typed, says] of rows) screen.line(`  ${typed.padEnd(width)}  ${screen.style.dim(says)}`);
    screen.note('Tab completes them. Alt-Enter begins a new line, the arrows bring back what you said before.');
    screen.note('Ctrl-C stops an answer, a second one leaves; so does Ctrl-D. yourcall --help says more.');
  },
};

const quit: TalkCommand = { name: 'quit', says: 'leaves', run: async () => ({ type: 'leave' }) };

const all: readonly TalkCommand[] = [help, tools, model, file, threads, resume, fresh, usage, quit];

/** Whether a line is a command: a path, which has another slash, is a word for the model, and so is what begins with a blank. */
export function isCommand(line: string): boolean {
  return /^\/[a-z?-]*(\s|$)/i.test(line);
}

/** Does what a line says, and gives what it wants of the talk. What is wrong is told. */
export async function runCommand(around: Surroundings, line: string): Promise<Wish | void> {
  const [, typed = '', rest = ''] = /^\/(\S*)\s*([^]*)$/.exec(line.trim()) ?? [];
  const name = typed.toLowerCase();
  const command = all.find((one) => one.name === name) ?? (name === '' || name === '?' ? help : undefined);
  if (!command) return around.screen.error(unknownText(name));
  try {
    return await command.run(around, rest.trim());
  } catch (error) {
    around.screen.error(`${visible(messageOf(error))}.`);
  }
}

/** What may be meant by a line that begins with a slash. */
export async function completeCommand(
  around: Surroundings,
  line: string,
): Promise<{ readonly words: readonly string[]; readonly of: string }> {
  const [, typed, rest] = /^\/([a-z]*)(?:\s+(.*))?$/.exec(line) ?? [];
  if (typed === undefined) return { words: [], of: line };
  if (rest !== undefined) {
    const command = all.find(({ name }) => name === typed);
    return { words: (await command?.complete?.(around, rest)) ?? [], of: rest };
  }
  const found = all.filter(({ name }) => name.startsWith(typed));
  return { words: found.map(({ name, takes }) => `/${name}${takes === undefined ? '' : ' '}`), of: line };
}

function unknownText(name: string): string {
  const near = nearest(
    name,
    all.map((one) => one.name),
  );
  const meant = near === undefined ? '/help lists them' : `do you mean /${near}?`;
  const end = near === undefined ? '.' : '';
  return `There is no command /${visible(name)}; ${meant}${end} A blank in front of it says it to the model.`;
}

import { ChatError } from '../../conversation/error.ts';
import { visible } from '../../wire/plain-text.ts';
import { messageOf } from '../sentence.ts';

/** A command of the program that deals with threads. */
export interface Command {
  /** `yourcall inbox`. */
  readonly name: string;
  readonly usage: string;
  /** Gives the exit code. */
  run(argv: readonly string[]): Promise<number>;
}

/** Runs it. What is wrong with how it was called, or where it was to work, is one sentence and the exit code 1. */
export async function runCommand({ name, usage, run }: Command, argv: readonly string[]): Promise<number> {
  if (argv.some((word) => word === '--help' || word === '-h')) {
    console.log(usage);
    return 0;
  }
  try {
    return await run(argv);
  } catch (error) {
    const isWrongCall = (error as NodeJS.ErrnoException | undefined)?.code?.startsWith('ERR_PARSE_ARGS') === true;
    if (!isWrongCall && !(error instanceof ChatError)) throw error;
    const [sentence = ''] = messageOf(error).split(/\.? To specify /);
    const help = isWrongCall ? ` See ${name} --help.` : '';
    console.error(`${name}: ${visible(sentence)}${/[.?!]$/.test(sentence) ? '' : '.'}${help}`);
    return 1;
  }
}

/** Ends the program when whoever reads its output goes away. */
export function endsUnread(): void {
  process.stdout.on('error', () => process.exit(1));
}

/** Prints a value as a line of JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

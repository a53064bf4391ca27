import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { failure } from './failure.ts';
import { integer, object, optional, text } from './fields.ts';
import type { Folder } from './folder.ts';
import { runShell } from './shell.ts';
import type { Ended } from './shell.ts';

const usualTimeout = 60;
const longestTimeout = 120;

interface Input {
  readonly command: string;
  readonly timeout_seconds?: number;
}

/** What a command gave. */
export interface CommandResult {
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null;
  readonly output: string;
  readonly note?: string;
}

/** Runs a command in a shell. It always asks: a command can do whatever the person can, in any folder. */
export function runCommand(folder: Folder): Tool<Input, CommandResult, unknown> {
  return tool({
    title: 'Run a command',
    description:
      'Run a shell command in the workspace, such as a build or the tests, and tell its output and exit code. ' +
      'It gets no input, and nothing that it starts goes on in the background.',
    input: object({
      command: text('The shell command to run.'),
      timeout_seconds: optional(
        integer(`Seconds after which it is ended. Default: ${usualTimeout}.`, { minimum: 1, maximum: longestTimeout }),
      ),
    }),
    effect: 'once',
    // Never before the command's own: ours says what it wrote until then.
    timeout: (longestTimeout + 10) * 1_000,
    policy: ({ command, timeout_seconds: seconds = usualTimeout }) => ({
      ask: {
        reason: 'a command can do whatever you can, also outside this folder',
        risk: 'command',
        preview: `$ ${command}\nin ${folder.root}, for at most ${seconds} seconds`,
      },
    }),
    run: async ({ command, timeout_seconds: seconds = usualTimeout }, { signal }) => {
      if (command.trim() === '') throw new ToolError('The command is empty.');
      if (signal.aborted) throw new ToolError('Stopped before the command was started.');
      await folder.place('.');
      const ended = await runShell(command, { folder: folder.root, timeout: seconds * 1_000, signal }).catch(
        (error: unknown) => {
          // It throws only when no process was started.
          throw failure('The command cannot be started', error);
        },
      );
      return resultOf(ended, seconds);
    },
  });
}

function resultOf({ exitCode, output, cut, leftRunning }: Ended, seconds: number): CommandResult {
  const notes = [
    cut === 'timeout' ? `ended after ${seconds} seconds, its time was over; a part of its work may be done` : undefined,
    cut === 'stopped' ? 'stopped by the person; a part of its work may be done' : undefined,
    !cut && exitCode === null ? 'ended by a signal' : undefined,
    leftRunning ? 'what it left running in the background was ended' : undefined,
  ].filter((note) => note !== undefined);
  return { exitCode, output, ...(notes.length > 0 && { note: notes.join('; ') }) };
}

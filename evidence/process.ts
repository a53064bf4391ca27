import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Told } from './subject.ts';

/** What a process of its own does with the agent in a folder. */
export interface Step {
  readonly subject: string;
  readonly folder: string;
  /** The file to which payments append a line. */
  readonly charges: string;
  readonly step: 'say' | 'click' | 'recover';
}

const program = join(import.meta.dirname, 'step.ts');

/** Does a step in a new process. */
export async function inProcess(step: Step): Promise<Told> {
  const child = start({ ...step, hang: false });
  const [message] = await Promise.race([once(child, 'message'), failed(child)]);
  await exited(child);
  return message;
}

/** Does a step in a new process, and kills it as soon as the payment was made. */
export async function killInside(step: Step): Promise<void> {
  const child = start({ ...step, hang: true });
  const [message] = await Promise.race([once(child, 'message'), failed(child)]);
  if (message !== 'charged') throw new Error(`It did not get as far as the payment: ${JSON.stringify(message)}`);
  child.kill('SIGKILL');
  const signal = await exited(child);
  if (signal !== 'SIGKILL') throw new Error('The process was not killed.');
}

function start(step: Step & { readonly hang: boolean }): ChildProcess {
  return fork(program, [JSON.stringify(step)], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`The process ended early, with code ${code}.`);
}

async function exited(child: ChildProcess): Promise<NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode;
}

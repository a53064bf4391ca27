import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MachineSetup } from './machine.ts';

/** A machine: a process of its own, which advances threads until it is killed. */
export class Machine {
  readonly #process: ChildProcess;
  readonly #said = new Set<unknown>();

  constructor(setup: MachineSetup) {
    const file = join(import.meta.dirname, 'machine.ts');
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    this.#process = spawn(process.execPath, [file, JSON.stringify(setup)], { stdio: [...stdio] });
    this.#process.on('message', (word) => this.#said.add(word));
  }

  /** Waits until it has said a word. */
  async says(word: string): Promise<void> {
    while (!this.#said.has(word)) await once(this.#process, 'message');
  }

  /** With SIGKILL, as if its power were cut. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}

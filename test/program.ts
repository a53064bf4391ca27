// The program as a person starts it, in a folder of its own.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The folder of the package. */
export const root: string = join(import.meta.dirname, '..');
const bin = join(root, 'bin', 'yourcall.js');
/** The Node that the package brings. */
export const ownNode: string = join(root, 'node_modules', '.bin', 'node');
/** Makes terminals, as util-linux has it. */
export const script: string | undefined = process.platform === 'linux' ? inPath('script') : undefined;
const children: ChildProcessWithoutNullStreams[] = [];
let folder: string;

/** Makes the folder of one test. */
export function newFolder(): string {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-cli-')));
  return folder;
}

/** Ends what the test started, and removes its folder. */
export function removeFolder(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** What a program came to. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it with lines of a pipe. */
export async function run(
  args: readonly string[],
  input: string,
  node?: string,
  more?: NodeJS.ProcessEnv,
): Promise<Ended> {
  return ended(start(args, node, more), input);
}

async function ended(child: ChildProcessWithoutNullStreams, input: string): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (texts.stdout += String(data)));
  child.stderr.on('data', (data) => (texts.stderr += String(data)));
  child.stdin.on('error', () => {}); // It may be gone before it has read everything.
  child.stdin.end(input);
  const [status] = await once(child, 'close');
  return { status, ...texts };
}

/** Starts it with a pipe. */
export function start(
  args: readonly string[],
  node: string = ownNode,
  more: NodeJS.ProcessEnv = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(node, [bin, ...args], { cwd: folder, env: { ...environment(), ...more } });
  children.push(child);
  return child;
}

/** The same in a terminal of its own. */
export function pty(args: readonly string[], more: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const command = [ownNode, bin, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn(script!, ['-qec', command, '/dev/null'], { cwd: folder, env: { ...environment(), ...more } });
  children.push(child);
  return child;
}

/** Runs the text of a shell, for which the program is installed. */
export async function shell(text: string): Promise<Ended> {
  const installed = join(folder, '.bin');
  mkdirSync(installed);
  writeFileSync(join(installed, 'yourcall'), `#!/bin/sh\nexec '${ownNode}' '${bin}' "$@"\n`, { mode: 0o755 });
  const { PATH, ...more } = environment();
  const child = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', text], {
    cwd: folder,
    env: { PATH: `${installed}${delimiter}${PATH}`, ...more },
  });
  children.push(child);
  return ended(child, '');
}

/** No keys, no editor: what a fresh machine has. */
export function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: folder, TERM: 'xterm-256color', SHELL: '/bin/sh' };
}

/** A file of the folder. */
export const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const unread = new WeakMap<ChildProcessWithoutNullStreams, { text: string }>();

/** Waits until a text comes that has not been waited for yet, and gives what came with it. */
export async function seen(child: ChildProcessWithoutNullStreams, text: string): Promise<string> {
  let output = unread.get(child);
  if (!output) {
    const heard = { text: '' };
    unread.set(child, (output = heard));
    child.stdout.on('data', (data) => (heard.text += String(data)));
  }
  const until = Date.now() + 20_000;
  while (!output.text.includes(text)) {
    if (Date.now() > until) throw new Error(`${JSON.stringify(text)} did not come, but ${JSON.stringify(output.text)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const end = output.text.indexOf(text) + text.length;
  const shown = output.text.slice(0, end);
  output.text = output.text.slice(end);
  return shown;
}

/** The first Node of PATH that is not the one of this package, else that one. */
export function systemNode(): string {
  return inPath('node') ?? ownNode;
}

/** A program by its name; those that this package brings are left out. */
function inPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((path) => !path.includes('node_modules'));
  return folders.map((path) => join(path, name)).find((file) => existsSync(file));
}

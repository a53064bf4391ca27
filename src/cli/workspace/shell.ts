import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { withoutSecrets } from './secret.ts';

/** How a command ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** What it wrote, normal output and errors in the order in which they came. */
  readonly output: string;
  /** It was ended before its time: its time was over, or the person stopped the run. */
  readonly cut?: 'timeout' | 'stopped';
  /** Something was still running in the background, and was ended too. */
  readonly leftRunning: boolean;
}

/** Where and how long a command runs; `timeout` in milliseconds. */
export interface ShellOptions {
  readonly folder: string;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

type Child = ChildProcessByStdio<null, Readable, null>;

/** Milliseconds between asking processes to end and ending them. Below the five seconds that a stopped tool has (E4). */
const grace = 2_000;

/** Runs a command in a shell. It and all that it started in its group are over when this returns. Throws when it cannot start. */
export async function runShell(command: string, { folder, timeout, signal }: ShellOptions): Promise<Ended> {
  const child = start(command, folder);
  const exited = once(child, 'exit');
  // When it cannot start, the wait for its start says so.
  exited.catch(() => {});
  await once(child, 'spawn');
  const output = collect(child.stdout);
  const end = (): void => void endGroup(child, 'SIGKILL');
  let cut: Ended['cut'];
  let ending: Promise<boolean> | undefined;
  const stop = (why: 'timeout' | 'stopped'): void => {
    cut ??= why;
    ending ??= endAll(child);
  };
  const stopped = (): void => stop('stopped');
  const timer = setTimeout(() => stop('timeout'), timeout);
  process.once('exit', end);
  signal.addEventListener('abort', stopped, { once: true });
  if (signal.aborted) stopped();
  try {
    const [exitCode] = (await exited) as [number | null];
    clearTimeout(timer);
    letGo(child);
    const left = await (ending ?? endRest(child));
    await output.over();
    return { exitCode, output: output.text(), ...(cut && { cut }), leftRunning: left && !cut };
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
    signal.removeEventListener('abort', stopped);
  }
}

/** Its own group, so that all it starts can be ended. It has nobody to ask, no colours, and no secrets. */
function start(command: string, folder: string): Child {
  const env = {
    ...withoutSecrets(process.env),
    NO_COLOR: '1',
    TERM: 'dumb',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
  };
  const options = { cwd: folder, env, windowsHide: true };
  if (process.platform === 'win32')
    return spawn(`(${command}) 2>&1`, { ...options, shell: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const child = spawn('/bin/sh', ['-c', starter, 'sh', command], {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    detached: true,
  });
  // The guard may be gone before it is let go.
  child.stdio[3]?.on('error', () => {});
  // Input is ignored and output is a pipe, as `stdio` says.
  return child as unknown as Child;
}

/**
 * A guard in the background kills the group when this process dies without a word: without it a killed program would
 * leave the command running, long after its time (rule E2). Both outputs go into one pipe: with two, their order would
 * be lost.
 */
const starter = '(read -r word <&3 || kill -s KILL -- -$$) >/dev/null 2>&1 & exec 3<&-; exec /bin/sh -c "$1" 2>&1';

/** The word for the guard: it is not needed any more. */
function letGo(child: Child): void {
  // The fourth of `stdio` is a pipe where there is a guard.
  (child.stdio[3] as Writable | null | undefined)?.end('over\n');
}

/** Ends what was left running when the command itself is over. The guard is given a moment to go by itself. */
async function endRest(child: Child): Promise<boolean> {
  for (let look = 0; look < 10; look += 1) {
    if (!(await isAnyAlive(child))) return false;
    await pause(10);
  }
  return endAll(child);
}

interface Collected {
  text(): string;
  /** When all was read; what escaped the group may hold the pipe open, so this does not wait for long. */
  over(): Promise<void>;
}

const mostBeginning = 10_000;
const mostEnd = 20_000;

/** Keeps the beginning and the end of a long output: memory does not grow with it. */
function collect(stream: Readable): Collected {
  let beginning = '';
  let end = '';
  let length = 0;
  const closed = once(stream, 'close').catch(() => {});
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    length += text.length;
    const room = mostBeginning - beginning.length;
    beginning += text.slice(0, room);
    end = (end + text.slice(Math.max(room, 0))).slice(-mostEnd);
  });
  return {
    text: () => {
      const missing = length - beginning.length - end.length;
      const note = missing > 0 ? `\n[… ${missing} characters of ${length} left out …]\n` : '';
      return stripVTControlCharacters(beginning + note + end);
    },
    over: async () => {
      await Promise.race([closed, pause(500)]);
      stream.destroy();
    },
  };
}

/** Asks all processes of the group to end, then ends them. Whether there were any. */
async function endAll(child: Child): Promise<boolean> {
  if (!(await isAnyAlive(child))) return false;
  endGroup(child, 'SIGTERM');
  const until = Date.now() + grace;
  while (Date.now() < until) {
    await pause(25);
    if (!(await isAnyAlive(child))) return true;
  }
  endGroup(child, 'SIGKILL');
  return true;
}

/** Whether a process of the group still runs. In a container nobody may clear away the dead ones, which then do not count. */
async function isAnyAlive(child: Child): Promise<boolean> {
  if (!endGroup(child, 0)) return false;
  if (process.platform !== 'linux') return true;
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const states = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')));
  // After the name in brackets: state, parent, group.
  const alive = new RegExp(String.raw`\) [^ZX] \d+ ${child.pid} `);
  return states.some((state) => alive.test(state.slice(state.lastIndexOf(')'))));
}

/** Sends a signal to the group; 0 only looks. Whether there is such a group. */
function endGroup(child: Child, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  const { pid } = child;
  if (pid === undefined) return false;
  if (process.platform === 'win32') {
    if (child.exitCode !== null || signal === 0) return child.exitCode === null;
    return spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']).status === 0;
  }
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Lines that are kept. */
const most = 1_000;

/** What was said before, from one start of the program to the next: the newest first. */
export class History {
  readonly #file: string | undefined;
  #lines: readonly string[];

  /** Without a file it is forgotten with the program. */
  constructor(file: string | undefined) {
    this.#file = file;
    this.#lines = file === undefined ? [] : linesIn(file);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** A line that begins with a blank is not kept, nor one that was said just before. */
  add(line: string): void {
    if (line.trim() === '' || line.startsWith(' ') || line === this.#lines[0]) return;
    this.#lines = [line, ...this.#lines.filter((one) => one !== line)].slice(0, most);
    if (this.#file === undefined) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      appendFileSync(this.#file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch {
      // Where nothing can be kept, the talk goes on.
    }
  }
}

/**
 * Where what was said is kept: YOURCALL_HISTORY, else in the folder of this user's state. Nothing where that is empty or
 * `off`, and where no folder is known.
 */
export function historyFile(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string | undefined {
  const named = env['YOURCALL_HISTORY'];
  if (named !== undefined) return named === '' || named === 'off' ? undefined : named;
  const state = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_STATE_HOME'];
  const home = homeOf(env);
  const folder = state !== undefined && isAbsolute(state) ? state : home && join(home, '.local', 'state');
  return folder && join(folder, 'yourcall', 'history');
}

function homeOf(env: NodeJS.ProcessEnv): string | undefined {
  try {
    return env['HOME'] || homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** It is for its owner alone, and cut once it has grown. What is no line of ours is left out. */
function linesIn(file: string): readonly string[] {
  try {
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    const all = readFileSync(file, 'utf8').split('\n').flatMap(lineIn);
    const lines = [...new Set(all.toReversed())].slice(0, most);
    if (all.length > 2 * most) rewrite(file, lines);
    return lines;
  } catch {
    return [];
  }
}

function lineIn(text: string): readonly string[] {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'string' ? [line] : [];
  } catch {
    return [];
  }
}

function rewrite(file: string, lines: readonly string[]): void {
  const text = lines.toReversed().map((line) => `${JSON.stringify(line)}\n`);
  const next = `${file}.${process.pid}`;
  writeFileSync(next, text.join(''), { mode: 0o600 });
  renameSync(next, file);
}

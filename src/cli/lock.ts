import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { ChatError } from '../conversation/error.ts';

/** A file that says which process has something, so that a second one stays out. */
export interface Lock {
  /** False once somebody else took it. */
  isHeld(): boolean;
  release(): void;
}

/**
 * Takes a lock: three lines, of process id, when that process began, and host. The lock of a process that is gone is
 * taken over; where the system does not say when a process began, one that got the same number later counts as alive.
 * Throws `ChatError` `busy` that names who has it.
 */
export function takeLock(file: string, what: string): Lock {
  const mine = `${process.pid}\n${beginOf(process.pid) ?? ''}\n${hostname()}\n`;
  // Each round either takes it, finds it taken, or has removed one that nobody holds.
  for (let round = 0; round < 5; round += 1) {
    if (create(file, mine)) return held(file, mine);
    const theirs = contentOf(file);
    if (theirs === undefined) continue;
    const holder = holderOf(file, theirs);
    if (holder !== undefined) throw taken(what, file, holder);
    removeStale(file, theirs);
  }
  throw taken(what, file, 'another process that is just starting');
}

function held(file: string, mine: string): Lock {
  const isHeld = (): boolean => contentOf(file) === mine;
  const release = (): void => {
    process.off('exit', release);
    if (isHeld()) rmSync(file, { force: true });
  };
  process.on('exit', release);
  return { isHeld, release };
}

function create(file: string, mine: string): boolean {
  try {
    writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Who has the lock, or nothing when that process is gone. */
function holderOf(file: string, content: string): string | undefined {
  const [id = '', begin = '', host = ''] = content.split('\n');
  // It was created and not written yet, or its process died in between.
  if (!/^[1-9]\d*$/.test(id)) return ageOf(file) < 5_000 ? 'another process that is just starting' : undefined;
  if (host !== '' && host !== hostname()) return `process ${id} on ${host}`;
  if (!isAlive(Number(id)) || isZombie(Number(id))) return undefined;
  const began = beginOf(Number(id));
  return begin !== '' && began !== undefined && began !== begin ? undefined : `process ${id}`;
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** It was killed and nobody has cleared it away, as in a container without an init: it holds nothing any more. */
function isZombie(id: number): boolean {
  return ['Z', 'X'].includes(statOf(id)?.[0] ?? '');
}

/** When a process began, as Linux counts it: tells a process from a later one with its number. */
function beginOf(id: number): string | undefined {
  // The 22nd field.
  return statOf(id)?.[19];
}

/** What Linux tells of a process, from its state, the third field, on. The name before it may hold anything. */
function statOf(id: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
}

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** Moved aside first: whoever took it meanwhile gets it back, since then it is not the one that was looked at. */
function removeStale(file: string, content: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (contentOf(aside) === content) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

function taken(what: string, file: string, holder: string): ChatError {
  return new ChatError('busy', `${what} is open in ${holder}. If that is not so, delete ${basename(file)} beside it.`);
}

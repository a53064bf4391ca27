import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What to type in another terminal to kill this process, and all that was started together with it. */
export function killText(): string {
  const { pid, platform } = process;
  if (platform === 'win32') return `taskkill /F /PID ${pid}`;
  const group = groupOf(pid);
  return group === undefined ? `kill -9 ${pid}` : `kill -9 ${pid}, or the whole group: kill -9 -${group}`;
}

/** The process group, when the system tells. */
function groupOf(pid: number): number | undefined {
  const group = Number(process.platform === 'linux' ? statOf(pid) : psOf(pid));
  return Number.isInteger(group) && group > 1 ? group : undefined;
}

function statOf(pid: number): string | undefined {
  try {
    // After the name in brackets, which may hold anything: state, parent, group.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[2];
  } catch {
    return undefined;
  }
}

function psOf(pid: number): string {
  return spawnSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

// "Now kill me": `npm start` as somebody would start it, killed with its whole process group in the middle of a tool.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const groups: number[] = [];
const clones: string[] = [];

afterAll(() => {
  for (const group of groups) kill(group);
  for (const clone of clones) rmSync(clone, { recursive: true, force: true });
});

// Process groups are killed as on Linux and macOS.
describe.runIf(process.platform !== 'win32').concurrent('npm start, killed in the middle of a tool', () => {
  it('asks what became of the call, and lets it run again once nothing can act any more (E2, C2)', async ({
    expect,
  }) => {
    const clone = makeClone();
    await killInTheMiddle(clone);
    expect(existsSync(join(clone, 'playground', '.talk.json.lock'))).toBe(true);
    const { stdout, stderr, status } = await again(clone, async (say, until) => {
      const [, seconds] = await until(/\[h\]appened \[l\]ater \(more in (\d+) s\)/);
      say('r');
      await pause(Number(seconds) * 1_000 + 500);
      say('r');
    });
    expect(stdout).toMatch(/In doubt: slow_job\n +Attempt 1 was started at .* ago; the process that ran it ended/);
    expect(stderr).toMatch(/^Too early: .* For \d+ s more only "it happened" is believed\.\n$/);
    expect(status).toBe(0);
    expect(jobs(clone)).toEqual([expect.stringMatching(/slow job done, attempt 2$/)]);
  }, 90_000);

  it('believes at once that it happened, and runs nothing then (E2)', async ({ expect }) => {
    const clone = makeClone();
    await killInTheMiddle(clone);
    const { stdout, status } = await again(clone, async (say, until) => {
      await until(/In doubt: slow_job/);
      say('h');
    });
    expect(stdout).toContain('< slow_job: (it happened)');
    expect([status, jobs(clone)]).toEqual([0, []]);
  }, 60_000);

  it('says nothing has happened behind its back: left alone, the call stays in doubt', async ({ expect }) => {
    const clone = makeClone();
    await killInTheMiddle(clone);
    for (const _ of [1, 2]) {
      const { stdout, status } = await again(clone, () => Promise.resolve());
      expect([status, stdout]).toEqual([3, expect.stringContaining('in doubt: slow_job')]);
    }
    expect(jobs(clone)).toEqual([]);
  }, 60_000);
});

/** What `npm start` needs of a clone; the playground will lie in it. */
function makeClone(): string {
  const clone = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-kill-')));
  clones.push(clone);
  for (const name of ['bin', 'scripts', 'package.json', join('examples', 'playground')])
    cpSync(join(root, name), join(clone, name), { recursive: true });
  for (const name of ['dist', 'node_modules']) symlinkSync(join(root, name), join(clone, name));
  return clone;
}

async function killInTheMiddle(clone: string): Promise<void> {
  const program = start(clone);
  program.stdin.write('now kill me\ny\n');
  const [, group] = await hearing(program)(/kill -9 \d+, or the whole group: kill -9 -(\d+)/);
  kill(Number(group));
  const [, signal] = await once(program, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`It ended with ${signal}, so ${group} was not its group.`);
}

type Until = (pattern: RegExp) => Promise<RegExpExecArray>;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts it once more, talks to it, and lets it end. */
async function again(
  clone: string,
  talk: (say: (line: string) => void, until: Until) => Promise<void>,
): Promise<Ended> {
  const program = start(clone);
  const texts = { stdout: '', stderr: '' };
  program.stdout.on('data', (data) => (texts.stdout += String(data)));
  program.stderr.on('data', (data) => (texts.stderr += String(data)));
  await talk((line) => program.stdin.write(`${line}\n`), hearing(program));
  program.stdin.end();
  const [status] = await once(program, 'close');
  return { status, ...texts };
}

/** A group of its own, as a shell makes one for every command. */
function start(clone: string): ChildProcessWithoutNullStreams {
  const env = { PATH: process.env['PATH'], HOME: clone, npm_config_update_notifier: 'false' };
  const program = spawn('npm', ['start', '--silent'], { cwd: clone, env, detached: true });
  groups.push(program.pid!);
  return program;
}

/** Waits until something is heard. */
function hearing(program: ChildProcessWithoutNullStreams): Until {
  let heard = '';
  program.stdout.on('data', (data) => (heard += String(data)));
  return async (pattern) => {
    const until = Date.now() + 30_000;
    for (;;) {
      const match = pattern.exec(heard);
      if (match) return match;
      if (Date.now() > until) throw new Error(`${pattern} was not heard, but ${JSON.stringify(heard)}`);
      await pause(20);
    }
  };
}

function jobs(clone: string): readonly string[] {
  const log = join(clone, 'playground', 'jobs.log');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It is over already.
  }
}

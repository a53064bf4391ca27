import { spawn } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ToolContext } from '../../chat/tool.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { CommandResult } from './run-command.ts';
import { withoutSecrets } from './secret.ts';
import { workspaceTools } from './workspace.ts';

let root = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'yourcall-command-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function run(
  command: string,
  { seconds = 20, signal = new AbortController().signal } = {},
): Promise<CommandResult> {
  const context: ToolContext = {
    call: {} as ToolCall,
    signal,
    context: undefined,
    key: '',
    progress: () => {},
    emit: () => {},
  };
  const input = { command, timeout_seconds: seconds };
  return workspaceTools({ root })['run_command']!.run!(input, context) as Promise<CommandResult>;
}

/** The process that wrote its number there is over. */
async function isOver(file: string): Promise<boolean> {
  const pid = Number(await readFile(join(root, file), 'utf8'));
  expect(pid).toBeGreaterThan(1);
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (process.platform === 'linux') return state === undefined || /\) [ZX] /.test(state);
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}

test('it always asks, and says where and how long', () => {
  const { policy, effect } = workspaceTools({ root })['run_command']!;
  const about = { call: {} as ToolCall, context: undefined, due: false, signal: new AbortController().signal };
  expect(effect).toBe('once');
  expect(typeof policy === 'function' && policy({ command: 'ls' }, about)).toEqual({
    ask: {
      reason: 'a command can do whatever you can, also outside this folder',
      risk: 'command',
      preview: `$ ls\nin ${root}, for at most 60 seconds`,
    },
  });
});

test('it runs in the folder and tells output, errors and exit code in order', async () => {
  expect(await run('pwd; for i in 1 2 3; do echo out $i; echo err $i >&2; done; exit 3')).toEqual({
    exitCode: 3,
    output: `${root}\nout 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n`,
  });
  expect(await run('cat')).toEqual({ exitCode: 0, output: '' });
  expect(await run(`echo "it's" '$HOME' | tr a-z A-Z`)).toEqual({ exitCode: 0, output: "IT'S $HOME\n" });
  expect(await run('no-such-command-here')).toMatchObject({ exitCode: 127 });
  expect(await run('kill -9 $$')).toMatchObject({ exitCode: null, note: 'ended by a signal' });
});

test('a long output is cut in the middle, and says so', async () => {
  const { output } = await run('seq 1 100000; echo end');
  expect(output).toMatch(/^1\n2\n[^]*\n\[… 558899 characters of 588899 left out …\]\n[^]*100000\nend\n$/);
  expect(output.length).toBeLessThan(30_100);
  expect((await run("printf '\\033[31mred\\033[0m'")).output).toBe('red');
});

test('after its time it and its children are ended, and it says what it wrote until then', async () => {
  const started = performance.now();
  const ended = await run('echo started; (echo $BASHPID; sh -c "echo \\$\\$ > child; exec sleep 60") & wait', {
    seconds: 1,
  });
  expect(ended.exitCode).toBeNull();
  expect(ended.output).toContain('started\n');
  expect(ended.note).toBe('ended after 1 seconds, its time was over; a part of its work may be done');
  expect(await isOver('child')).toBe(true);
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('what does not heed the signal is ended all the same', async () => {
  const started = performance.now();
  const command = `trap "" TERM; sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 0.1; done' & while :; do sleep 0.1; done`;
  expect(await run(command, { seconds: 1 })).toMatchObject({ exitCode: null });
  expect(await isOver('child')).toBe(true);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('an abort ends it and its children, and is answered with a result (E1)', async () => {
  const controller = new AbortController();
  const ending = run('sh -c "echo \\$\\$ > child; exec sleep 60" & echo here; wait', { signal: controller.signal });
  await vi.waitFor(async () => expect(await readFile(join(root, 'child'), 'utf8')).toMatch(/\d/), 5_000);
  controller.abort();
  expect(await ending).toEqual({
    exitCode: null,
    output: 'here\n',
    note: 'stopped by the person; a part of its work may be done',
  });
  expect(await isOver('child')).toBe(true);
  await expect(run('touch x', { signal: controller.signal })).rejects.toThrow(
    'Stopped before the command was started.',
  );
});

test('what is left in the background is ended', async () => {
  const ended = await run('sh -c "echo \\$\\$ > child; exec sleep 60" >/dev/null 2>&1 & sleep 0.3; echo done');
  expect(ended).toMatchObject({
    exitCode: 0,
    output: 'done\n',
    note: 'what it left running in the background was ended',
  });
  expect(await isOver('child')).toBe(true);
  const started = performance.now();
  await run('setsid sleep 5 & echo escaped');
  expect(performance.now() - started).toBeLessThan(4_000);
  await pause(10);
});

test('it does not outlive a program that was killed (E2)', async () => {
  if (process.platform === 'win32') return;
  const shell = JSON.stringify(new URL('shell.ts', import.meta.url).href);
  const options = `{ folder: ${JSON.stringify(root)}, timeout: 60_000, signal: new AbortController().signal }`;
  const program = `import { runShell } from ${shell}; await runShell('echo $$ > child; exec sleep 60', ${options});`;
  const killed = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  await vi.waitFor(async () => expect(await readFile(join(root, 'child'), 'utf8')).toMatch(/\d/), 10_000);
  expect(await isOver('child')).toBe(false);
  killed.kill('SIGKILL');
  await vi.waitFor(async () => expect(await isOver('child')).toBe(true), 5_000);
});

test('what cannot start did nothing', async () => {
  await expect(run('  ')).rejects.toThrow('The command is empty.');
  await expect(run('echo \0')).rejects.toThrow('The command cannot be started');
  const gone = workspaceTools({ root });
  await rm(root, { recursive: true });
  const context: ToolContext = {
    call: {} as ToolCall,
    signal: new AbortController().signal,
    context: undefined,
    key: '',
    progress: () => {},
    emit: () => {},
  };
  await expect(gone['run_command']!.run!({ command: 'ls' }, context)).rejects.toThrow('was moved or replaced');
});

test('its environment holds no secrets', async () => {
  vi.stubEnv('YOURCALL_TEST_API_KEY', 'hush-1');
  vi.stubEnv('DATABASE_URL', 'postgres://user:hush-2@host/db');
  vi.stubEnv('YOURCALL_TEST_PLAIN', 'shown');
  const { output } = await run('env');
  vi.unstubAllEnvs();
  expect(output).toContain('YOURCALL_TEST_PLAIN=shown');
  expect(output).toContain('PATH=');
  expect(output).not.toContain('hush');
});

test('which variables look like secrets', () => {
  const secret = [
    'OPENAI_API_KEY AWS_SECRET_ACCESS_KEY GITHUB_TOKEN npm_config__authToken DB_PASSWORD MYSQL_PWD PGPASSFILE',
    'SSH_AUTH_SOCK GOOGLE_APPLICATION_CREDENTIALS SENTRY_DSN GH_PAT SESSION_COOKIE private_pem',
  ].flatMap((names) => names.split(' '));
  const plain = 'PATH HOME PWD OLDPWD USER LANG SHELL NODE_OPTIONS EDITOR XDG_SESSION_ID PATTERN AUTHOR'.split(' ');
  const environment = Object.fromEntries([...secret, ...plain].map((name) => [name, 'x']));
  expect(Object.keys(withoutSecrets(environment))).toEqual(plain);
  const values = {
    A: 'sk-abc',
    B: 'ghp_abc',
    C: 'https://u:p@h',
    D: 'https://h/x@y',
    E: '-----BEGIN RSA',
    F: 'sketch',
  };
  expect(Object.keys(withoutSecrets(values))).toEqual(['D', 'F']);
});

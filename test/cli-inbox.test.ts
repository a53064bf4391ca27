// The inbox in a real terminal: it fills the screen, is worked through by keys, and leaves the terminal as it was.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newFolder, pty, removeFolder, run, script, seen } from './program.ts';

vi.setConfig({ testTimeout: 60_000 });

const db = ['--db', 'app.db'];
const entered = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const restored = '\u001B[?7h\u001B[?25h\u001B[?1049l';
let folder: string;

beforeEach(() => {
  folder = newFolder();
});

afterEach(removeFolder);

interface Row {
  readonly call: string;
  readonly input: { readonly path: string; readonly content: string };
}

/** Says so in a thread of its own, where it waits for a yes. */
async function ask(words: string): Promise<void> {
  await run(['--new', '--model', 'demo/rules-1', ...db], `${words}\n`);
}

async function waiting(): Promise<readonly Row[]> {
  const { stdout } = await run(['inbox', ...db], '');
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

describe.runIf(script)('the inbox in a terminal', () => {
  it('lists what waits, tells what comes and what is decided elsewhere, and leaves the terminal as it was', async () => {
    await ask('create a.txt saying one');
    const inbox = pty(['inbox', ...db]);
    expect(await seen(inbox, '1 call waiting in app.db')).toContain(entered);
    await ask('create b.txt saying two');
    await seen(inbox, '2 calls waiting in app.db');
    await seen(inbox, 'b.txt');
    const [{ call }] = (await waiting()) as [Row];
    await run(['inbox', 'approve', call, '--as', 'ann', ...db], '');
    await seen(inbox, 'ann approved write_file, from elsewhere.');
    inbox.stdin.write('j');
    inbox.stdin.write('n');
    await seen(inbox, 'Why not?');
    inbox.stdin.write('not today\r');
    await seen(inbox, 'write_file: rejected.');
    inbox.stdin.write('q');
    expect(await seen(inbox, '1 call decided.')).toContain(restored);
    expect(await once(inbox, 'exit')).toEqual([0, null]);
    expect(await waiting()).toEqual([]);
  });

  it('hands the terminal to the editor, and comes back', async () => {
    await ask('create a.txt saying one');
    writeFileSync(join(folder, 'editor'), `sed -i 's/one/two/' "$1"`);
    const inbox = pty(['inbox', ...db], { VISUAL: `sh '${join(folder, 'editor')}'` });
    await seen(inbox, '1 call waiting');
    inbox.stdin.write('e');
    const shown = await seen(inbox, 'Approve with these arguments?');
    expect(shown.indexOf(entered, shown.indexOf(restored))).toBeGreaterThan(shown.indexOf(restored));
    expect(shown).toMatch(/-  "content": "one"[^]*\+  "content": "two"/);
    inbox.stdin.write('y\r');
    await seen(inbox, 'write_file: approved.');
    inbox.stdin.write('\u0003');
    await seen(inbox, restored);
    expect(await once(inbox, 'exit')).toEqual([0, null]);
  });

  it('grants with a yes, once all of the call was on the screen (X5)', async () => {
    await ask('create a.txt saying one');
    const inbox = pty(['inbox', ...db]);
    await seen(inbox, '[g]rant');
    inbox.stdin.write('g');
    await seen(inbox, 'Look at it, then say it again.');
    await new Promise((resolve) => setTimeout(resolve, 400));
    inbox.stdin.write('g');
    await seen(inbox, 'Which of these?');
    inbox.stdin.write('1\r');
    await seen(inbox, 'For how long?');
    inbox.stdin.write('hour\r');
    await seen(inbox, 'write_file: approved. Granted until ');
    inbox.stdin.write('q');
    await seen(inbox, restored);
    const { stdout } = await run(['rules', 'grants', ...db], '');
    expect(stdout).toContain('write_file');
  });

  it('leaves the terminal as it was when it crashes, and tells of that where it can be read', async () => {
    await ask('create a.txt saying one');
    writeFileSync(join(folder, 'crash.mjs'), `setTimeout(() => { throw new Error('boom'); }, 2_500);`);
    const inbox = pty(['inbox', ...db], { NODE_OPTIONS: `--import=${join(folder, 'crash.mjs')}` });
    await seen(inbox, '1 call waiting');
    expect(await seen(inbox, restored)).not.toContain('boom');
    await seen(inbox, 'boom');
    const [code] = (await once(inbox, 'exit')) as [number];
    expect(code).not.toBe(0);
  });

  it('leaves the terminal as it was when it is told to end', async () => {
    await ask('create a.txt saying one');
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
      ['SIGHUP', 129],
    ] as const) {
      const told = `setTimeout(() => process.stdout.isTTY && process.kill(process.pid, '${signal}'), 2_500);`;
      writeFileSync(join(folder, 'told.mjs'), told);
      const inbox = pty(['inbox', ...db], { NODE_OPTIONS: `--import=${join(folder, 'told.mjs')}` });
      await seen(inbox, '1 call waiting');
      await seen(inbox, restored);
      expect(await once(inbox, 'exit')).toEqual([code, null]);
    }
    expect(await waiting()).toHaveLength(1);
  });

  it('asks in lines where the terminal can do no more, and lists in a pipe', async () => {
    await ask('create a.txt saying one');
    const inbox = pty(['inbox', ...db], { TERM: 'dumb' });
    const shown = await seen(inbox, '[y]es [n]o [e]dit [g]rant [l]ater');
    expect([shown.includes(entered), shown.includes('1 call waiting in app.db, the oldest first:')]).toEqual([
      false,
      true,
    ]);
    const piped = await run(['inbox', ...db], '');
    expect(piped.stdout).not.toContain('\u001B');
    expect(piped.stdout).toContain('"name":"write_file"');
  });
});

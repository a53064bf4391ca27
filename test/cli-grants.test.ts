import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../src/store/audit/trail.ts';
import { newFolder, pty, read, removeFolder, run, script, seen } from './program.ts';

const db = ['--db', 'app.db'];

beforeEach(() => void newFolder());
afterEach(removeFolder);

/** Answers what is asked about a grant: which rule, and for how long. */
async function grants(terminal: ReturnType<typeof pty>, rule: string, scope: string): Promise<void> {
  await seen(terminal, '[g]rant');
  terminal.stdin.write('g\r');
  await seen(terminal, '1  exactly this');
  await seen(terminal, 'Which of these?');
  terminal.stdin.write(`${rule}\r`);
  await seen(terminal, 'For how long?');
  terminal.stdin.write(`${scope}\r`);
}

describe.runIf(script)('in a terminal', { timeout: 60_000 }, () => {
  test('somebody grants what they were shown, sees it, takes it back, and all of it is on record (S7)', async () => {
    const talk = pty(db);
    await seen(talk, '> ');
    talk.stdin.write('create a.txt saying hello\r');
    await grants(talk, '2', 'a');
    await seen(talk, 'Granted until it is revoked');
    await seen(talk, 'Created a.txt');
    talk.stdin.write('create b.txt saying hello\r');
    await seen(talk, 'Created b.txt');
    talk.stdin.write('delete a.txt\r');
    await seen(talk, '[y]es [n]o [e]dit [l]ater');
    talk.stdin.write('g\r');
    await seen(talk, 'Nothing may be granted');
    talk.stdin.write('n\r\r');
    expect([read('a.txt'), read('b.txt')]).toEqual(['hello', 'hello']);

    const { stdout } = await run(['rules', 'grants', ...db], '');
    expect(stdout).toMatch(/^\S+ {2}write_file when \{"path":\{"path":"\.\/\*"\}.*\n {4}always, given by \w+ /);
    const id = stdout.split(' ')[0]!;
    const revoke = ['rules', 'revoke', ...db, id];
    expect([(await run(revoke, '')).status, (await run(revoke, '')).status]).toEqual([0, 1]);
    expect((await run(db, 'create c.txt saying hello\n')).status).toBe(3);
    const lines = (await run(['audit', 'export', ...db], '')).stdout.trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as Pick<AuditEntry, 'decided'>);
    const types = entries.flatMap(({ decided }) => decided?.decision.type ?? []);
    expect(types.filter((type) => type !== 'reject')).toEqual(['approve', 'grant', 'revoke']);
    expect((await run(['audit', 'verify', ...db], '')).status).toBe(0);
  });

  test('from the inbox something is granted for the thread that asked', async () => {
    await run([...db, '--new'], 'create a.txt saying hello\n');
    const inbox = pty(['inbox', '--lines', ...db]);
    await grants(inbox, '1', 't');
    await seen(inbox, 'Granted for this talk');
    await seen(inbox, '1 call decided.');
    expect((await run(['rules', 'grants', ...db], '')).stdout).toContain('thread, given by');
    // Going on does what was approved; the same again asks no more in this thread, and asks in another one.
    expect((await run(db, 'create a.txt saying hello\n')).status).toBe(0);
    expect((await run([...db, '--new'], 'create a.txt saying hello\n')).status).toBe(3);
  });

  test('in a talk that nothing keeps a grant ends with it, and who grants nothing has decided nothing', async () => {
    const talk = pty([]);
    await seen(talk, '> ');
    talk.stdin.write('create a.txt saying hello\r');
    await seen(talk, '[g]rant');
    talk.stdin.write('g\r');
    await seen(talk, 'Which of these?');
    talk.stdin.write('\r');
    await seen(talk, 'Nothing was granted.');
    await grants(talk, '2', 'h');
    await seen(talk, 'Granted until ');
    await seen(talk, 'Created a.txt');
    talk.stdin.write('create b.txt saying hello\r');
    await seen(talk, 'Created b.txt');
  });
});

test('in a pipe nothing is granted: the word is one for the model', async () => {
  const { stdout, status } = await run([], 'create a.txt saying hello\ng\n');
  expect([status, stdout.includes('[g]rant'), stdout.includes('without asking')]).toEqual([3, false, false]);
});

// The terminal with a store: talks that are threads, decided from elsewhere, and done by whoever works.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentAfter } from '../src/conversation/changes.ts';
import type { ChatEvent } from '../src/conversation/event.ts';
import { sqliteStore } from '../src/store/sqlite/index.ts';
import { usePostgres } from './postgres/use.ts';
import { newFolder, pty, read, removeFolder, run, script, seen, start, systemNode } from './program.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
const db = ['--db', 'app.db'];
const asks = 'create notes.txt saying hello\n';

beforeEach(() => {
  folder = newFolder();
});

afterEach(removeFolder);

interface Row {
  readonly call: string;
  readonly seen: string;
  readonly thread: string;
}

/** What waits, as a program reads it. */
async function waiting(where: readonly string[] = db): Promise<readonly Row[]> {
  const { stdout } = await run(['inbox', ...where], '');
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
}

async function statuses(): Promise<readonly string[]> {
  const { stdout } = await run(['threads', ...db], '');
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { status: string }).status]));
}

describe('a talk that is kept as a thread', () => {
  it('goes on where it was, and what waited is done once', async () => {
    const first = await run(db, asks);
    expect([first.status, first.stdout]).toEqual([
      3,
      expect.stringMatching(/Come back with: yourcall --db app.db --thread \w+/),
    ]);
    const second = await run(db, 'y\n');
    expect(second.stdout).toContain('You said: create notes.txt saying hello');
    expect([second.status, read('notes.txt'), await statuses()]).toEqual([0, 'hello', ['done']]);
    const third = await run([...db, '--new'], 'hello\n');
    expect([third.status, await statuses()]).toEqual([0, ['done', 'done']]);
  });

  it('is decided by its id from elsewhere, once; runs nothing there; and goes on with whoever works (D1, D3)', async () => {
    await run(db, asks);
    const [{ call, seen: digest }] = (await waiting()) as [Row];
    const stale = await run(['inbox', 'approve', call, '--seen', 'something else', ...db], '');
    expect([stale.status, JSON.parse(stale.stdout)]).toEqual([3, expect.objectContaining({ type: 'stale' })]);
    const yes = ['inbox', 'approve', call, '--seen', digest, ...db];
    const answers = await Promise.all([run(yes, ''), run(yes, '')]);
    const told = answers.map(({ status, stdout }) => [status, (JSON.parse(stdout) as { type: string }).type]).sort();
    expect(told).toEqual([
      [0, 'applied'],
      [3, 'already'],
    ]);
    expect(() => read('notes.txt')).toThrow('ENOENT');
    const worker = start(['work', ...db]);
    await seen(worker, 'done');
    worker.kill('SIGTERM');
    expect([read('notes.txt'), await statuses()]).toEqual(['hello', ['done']]);
  });

  it('may be left to workers', async () => {
    const worker = start(['work', ...db, '--json']);
    const { status, stdout } = await run([...db, '--no-work'], `${asks}y\n`);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Created notes.txt')]);
    await seen(worker, '"type":"done"');
  });

  it('shows no tool the file that keeps it', async () => {
    const { stdout } = await run(db, 'read app.db\n');
    expect(stdout).toContain('"app.db" keeps this talk; tools leave it alone');
  });

  it('says in a sentence what a Node without SQLite lacks', async () => {
    const { status, stderr, stdout } = await run(db, 'hello\n', systemNode());
    if (status === 0) expect(stdout).toContain('as a new thread');
    else expect([status, stderr]).toEqual([1, expect.stringMatching(/^yourcall: Opening app\.db: .*Node.*\.\n$/)]);
  });
});

describe('threads', () => {
  it('are renamed, archived and erased by their id', async () => {
    await run(db, 'hello\n');
    const { stdout } = await run(['threads', ...db], '');
    const { thread } = JSON.parse(stdout) as { thread: string };
    expect((await run(['threads', 'rename', thread, 'My', 'talk', ...db], '')).stdout).toBe(
      `Thread ${thread} is named "My talk".\n`,
    );
    await run(['threads', 'archive', thread, ...db], '');
    expect(await statuses()).toEqual([]);
    expect((await run(['threads', '--archived', ...db], '')).stdout).toContain('My talk');
    const unsure = await run(['threads', 'erase', thread, ...db], '');
    expect([unsure.status, unsure.stderr]).toEqual([1, expect.stringContaining('say --yes')]);
    expect((await run(['threads', 'erase', thread, '--yes', ...db], '')).status).toBe(0);
    expect((await run(['threads', '--archived', ...db], '')).stdout).toBe('');
  });

  it.each([
    [['threads'], 'yourcall threads: Which threads? Name their file with --db app.db'],
    [['inbox', '--db', 'no.db'], 'yourcall inbox: Opening no.db: there is no such file.'],
    [['work', '--db', 'text.txt'], 'yourcall work: Opening text.txt: '],
    [['inbox', '--db', 'text.txt'], 'yourcall inbox: Opening text.txt: it holds no threads.'],
    [['inbox', 'maybe', 'c1', ...db], 'yourcall inbox: '],
    [['threads', '--nonsense'], 'yourcall threads: '],
    [['--file', 'a.json', ...db], '--file and --db keep a talk in two places; which is it?'],
    [['--thread', 't1'], '--thread, --new and --no-work need --db'],
    [[...db, '--thread', 'nobody'], 'yourcall: There is no thread nobody in app.db'],
  ])('that cannot be opened are told in one sentence: %j', async (args, sentence) => {
    writeFileSync(join(folder, 'text.txt'), 'notes');
    await run(db, 'hello\n');
    const { status, stderr } = await run(args, '');
    expect([status, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(read('text.txt')).toBe('notes');
  });
});

describe.runIf(script)('in a terminal', () => {
  it('what others decide is shown where the thread is open', async () => {
    const talk = pty(db);
    await seen(talk, '> ');
    talk.stdin.write('create notes.txt saying hello\r');
    await seen(talk, '[y]es [n]o [e]dit [g]rant [l]ater');
    const [{ call }] = (await waiting()) as [Row];
    await run(['inbox', 'approve', call, ...db], '');
    await seen(talk, 'approved write_file, from elsewhere.');
    await seen(talk, 'Created notes.txt');
    expect(read('notes.txt')).toBe('hello');
  });

  it('the inbox lists for a person what is put to them, and decides by their name (D7, X1)', async () => {
    await run(db, asks);
    const [{ call }] = (await waiting()) as [Row];
    const store = sqliteStore(join(folder, 'app.db'));
    const { items } = await store.waiting({ tenant: 'local' });
    const { tenant, thread } = items[0]!.thread;
    const loaded = (await store.load({ tenant, thread }))!;
    const { revision, name } = items[0]!.call;
    const requirements = [{ approvers: ['clerks'] }];
    const events: ChatEvent[] = [
      { type: 'tool', call: { id: call, name, revision: revision + 1, state: 'awaiting-approval', requirements } },
    ];
    const { changes } = contentAfter(loaded, events);
    await store.append({ tenant, thread, id: 'a', events, seen: loaded.thread.seq, ...changes });
    await store.close();
    const listed = async (...who: string[]) => (await waiting([...who, ...db])).map((row) => row.call);
    const clerk = ['--as', 'kim', '--group', 'clerks'];
    expect([await listed(), await listed(...clerk), await listed('--as', 'kim')]).toEqual([[call], [call], []]);
    const decide = async (...who: string[]) =>
      JSON.parse((await run(['inbox', 'reject', call, ...who, ...db], '')).stdout) as object;
    expect(await decide('--as', 'kim')).toMatchObject({ type: 'forbidden' });
    const decisions = [{ by: 'kim' }];
    expect(await decide(...clerk)).toMatchObject({ type: 'applied', call: { state: 'rejected', decisions } });
    expect((await run(['inbox', '--as', '', ...db], '')).stderr).toBe('yourcall inbox: --as takes a name.\n');
  });

  it('the inbox asks in lines about one after the other, where that is wanted', async () => {
    await run(db, asks);
    const inbox = pty(['inbox', '--lines', ...db]);
    await seen(inbox, '1 call waiting in app.db');
    await seen(inbox, '[y]es [n]o [e]dit [g]rant [l]ater');
    inbox.stdin.write('n\r');
    await seen(inbox, 'Why not?');
    inbox.stdin.write('not today\r');
    await seen(inbox, 'write_file: rejected');
    await seen(inbox, '1 call decided.');
    expect(await waiting()).toEqual([]);
  });

  it('threads are a table', async () => {
    await run(db, asks);
    const shown = await seen(pty(['threads', ...db]), 'create notes.txt saying hello');
    expect(shown).toMatch(/ID +STATUS +WAITS +CHANGED +TITLE/);
    expect(shown).toMatch(/\w+ +paused +write_file +\d+ s ago +create notes/);
  });
});

describe('threads in Postgres', () => {
  const server = usePostgres();

  it('are talked in, decided and worked on the same way, and no password is shown', async () => {
    const where = ['--db', server.connectionString];
    const first = await run(where, asks);
    expect([first.status, first.stdout, first.stdout.includes(':test@')]).toEqual([
      3,
      expect.stringContaining('postgres://postgres:'),
      false,
    ]);
    const [{ call }] = (await waiting(where)) as [Row];
    expect((await run(['inbox', 'approve', call, ...where], '')).status).toBe(0);
    const worker = start(['work', ...where]);
    await seen(worker, 'done');
    expect(read('notes.txt')).toBe('hello');
  });
});

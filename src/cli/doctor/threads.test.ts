import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { usePostgres } from '../../../test/postgres/use.ts';
import { postgresStore } from '../../store/postgres/index.ts';
import { sqliteStore } from '../../store/sqlite/index.ts';
import type { Store } from '../../store/store.ts';
import { append, asking, begin, key, word } from '../../testing/store/case.ts';
import { doctor } from './doctor.ts';
import type { Finding } from './finding.ts';
import { databaseFindings, fileFindings } from './threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const server = usePostgres();

const printed: string[] = [];
let file = '';
let files = 0;

beforeEach(() => {
  files += 1;
  file = join(folder, `${files}.db`);
  printed.length = 0;
  vi.stubEnv('DATABASE_URL', '');
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line));
  return () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  };
});

async function kept(fill: (store: Store) => Promise<unknown>): Promise<void> {
  const store = sqliteStore(file);
  await fill(store);
  await store.close();
}

/** What it finds, and how it ends. */
async function examined(at: string): Promise<readonly [number, readonly Finding[]]> {
  const code = await doctor(['--offline', '--json', '--db', at]);
  const { threads } = JSON.parse(printed.join('\n')) as { readonly threads: readonly Finding[] };
  return [code, threads];
}

const fine = { state: 'fine', sentence: 'No thread waits for a worker, and no call is in doubt.' };

describe('yourcall doctor looks at a file', () => {
  test('in which all is well', async () => {
    await kept((store) => begin(store));
    const before = readFileSync(file);
    const [code, findings] = await examined(file);
    expect([code, findings.at(-1)]).toEqual([0, fine]);
    expect(findings[0]!.sentence).toMatch(/^SQLite 3\.\d+\.\d+ reads it/);
    expect(readFileSync(file)).toEqual(before);
  });

  test('that is not there, and makes none', async () => {
    const sentence = 'There is no such file yet: whoever opens it makes it.';
    expect(await examined(file)).toEqual([0, [{ state: 'warning', sentence }]]);
    await expect(async () => readFileSync(file)).rejects.toThrow('ENOENT');
  });

  test('that is something else', async () => {
    writeFileSync(file, 'a letter '.repeat(1_000));
    const [code, findings] = await examined(file);
    expect([code, findings]).toEqual([
      1,
      [{ state: 'wrong', sentence: expect.stringMatching(/^It cannot be looked at: /) }],
    ]);
  });

  test('of a newer release (S8)', async () => {
    await kept((store) => begin(store));
    const database = new DatabaseSync(file);
    database.exec('insert into migration (version, at) values (7, 1)');
    database.close();
    const [code, findings] = await examined(file);
    const sentence = expect.stringMatching(/^Its tables have version 7, and this release knows \d: use a newer one\.$/);
    expect([code, findings.at(-1)]).toEqual([1, { state: 'wrong', sentence }]);
  });

  test('on which a process stood still, a day long (E9)', async () => {
    await kept(async (store) => {
      await store.noteStall({ holder: 'one', length: 9_000 });
      await store.noteStall({ holder: 'one', length: 4_000.4 });
      await store.noteStall({ holder: 'two', length: 3_500 });
    });
    const told = async (): Promise<readonly string[]> =>
      (await examined(file))[1].filter(({ sentence }) => /stood still/.test(sentence)).map(({ sentence }) => sentence);
    expect(await told()).toEqual([expect.stringMatching(/within a day: 2, one for 4 s\./)]);
    const database = new DatabaseSync(file);
    database.exec('update stall set at = at - 25 * 60 * 60 * 1000');
    database.close();
    printed.length = 0;
    expect(await told()).toEqual([]);
  });

  test('in which something waits for people or workers', async () => {
    await kept(async (store) => {
      await begin(store);
      await append(store, asking('m1', 'c1'));
    });
    const database = new DatabaseSync(file);
    database.exec(`update tool_call set state = 'in-doubt', since = 1;
      update thread set wake_at = ${Date.now() - 600_000}`);
    database.close();
    const [code, findings] = await examined(file);
    expect(code).toBe(0);
    expect(findings.slice(1)).toEqual([
      {
        state: 'warning',
        sentence:
          'Threads that wait for somebody to go on: 1, one for 10 minutes. Does anybody work? yourcall work does.',
      },
      { state: 'warning', sentence: 'Calls in doubt: 1. yourcall inbox asks what is known.' },
    ]);
  });
});

describe('yourcall doctor looks at a Postgres', () => {
  test('that would lose what it was told, and shows no password (E8)', async () => {
    const store = postgresStore({ connectionString: server.connectionString });
    await begin(store);
    await store.noteStall({ holder: 'one', length: 4_000 });
    await store.close();
    // The one of the tests does not wait for its disk.
    const [code, findings] = await examined(server.connectionString);
    expect(code).toBe(1);
    expect(findings.map(({ state, sentence }) => `${state}: ${sentence.replace(/\d+(\.\d+)?/g, 'N')}`)).toEqual([
      'fine: Postgres N answers in N ms.',
      'wrong: fsync is off: a crash may lose what was committed, and tools run twice.',
      expect.stringMatching(/^warning: Processes whose event loop stood still within a day: N, one for N s/),
    ]);
    printed.length = 0;
    const url = new URL(server.connectionString);
    url.password = 'top-secret';
    await doctor(['--offline', '--db', url.href]);
    expect(printed.join('\n')).toMatch(/\nThreads in postgres:\/\//);
    expect(printed.join('\n')).not.toContain('top-secret');
  });
});

describe('yourcall doctor warns', () => {
  const tables = { version: 1, known: 1 };
  const threads = { poisoned: 0, inDoubt: 0, lapsed: 0, overdue: 0, waited: 0, stalls: 0, stalled: 0 };
  const database = {
    version: '18.4',
    answersIn: 2,
    isReplica: false,
    fsync: 'on',
    fullPageWrites: 'on',
    lacking: undefined,
    standbys: [],
    notifies: true,
    clock: { ahead: 300, error: 1 },
    tables,
    threads,
  };
  const saying = (findings: readonly Finding[]): readonly string[] =>
    findings.slice(0, -1).map(({ state, sentence }) => `${state}: ${sentence}`);

  test('of an encoding that lacks characters (E6)', () => {
    expect(saying(databaseFindings({ ...database, lacking: 'LATIN1' }))).toEqual([
      'fine: Postgres 18.4 answers in 2 ms.',
      'wrong: Its encoding is LATIN1, which lacks many characters: make one with UTF8.',
    ]);
    expect(saying(databaseFindings(database))).toHaveLength(1);
  });

  test('of replicas that may forget what was committed, and not of the others (E8)', () => {
    const standbys = [
      { name: 'one', synchronous: 'sync' },
      { name: 'two', synchronous: 'async' },
      { name: 'three', synchronous: null },
    ];
    expect(saying(databaseFindings({ ...database, standbys }))).toEqual([
      'fine: Postgres 18.4 answers in 2 ms.',
      'fine: one is a synchronous replica.',
      'warning: two is an asynchronous replica: a failover to it may lose that a tool was started. Name it in synchronous_standby_names, or run yourcall doctor --after-restore behind a failover.',
      'warning: Whether three is synchronous is not shown to this user: it needs the role pg_monitor.',
    ]);
  });

  test('of processes that stood still (E9)', () => {
    const stalled = { ...database, threads: { ...threads, stalls: 2, stalled: 4_200 } };
    expect(databaseFindings(stalled).at(-1)).toEqual({
      state: 'warning',
      sentence:
        'Processes whose event loop stood still within a day: 2, one for 4 s. Leases are lost so, and calls in doubt: move what computes for long to a worker thread.',
    });
  });

  test('of a replica, of what is not heard, and of a clock that is wrong', () => {
    const facts = { ...database, isReplica: true, notifies: undefined, clock: { ahead: -90_000, error: 4 } };
    expect(saying(databaseFindings(facts))).toEqual([
      'wrong: Postgres 18.4 is a replica, which may only be read: name the primary.',
      "warning: The clock of the database is 90 seconds behind this machine's: times that you name yourself (defer, snooze) are wrong by that.",
    ]);
    expect(saying(databaseFindings({ ...database, notifies: false }))[1]).toMatch(/^warning: NOTIFY does not come/);
    expect(saying(databaseFindings({ ...database, fullPageWrites: 'off' }))[1]).toMatch(
      /^wrong: full_page_writes is off/,
    );
  });

  test('of a file on a share, or that may only be read', () => {
    const file = { version: '3.53.4', journal: 'delete', isWritable: false, share: 'NFS', tables, threads };
    expect(saying(fileFindings(file))).toEqual([
      'wrong: This user may not write to the file, or beside it: its log stands there.',
      'wrong: It lies on a share (NFS), where the locks of SQLite do not hold.',
      'warning: Its journal is delete: a store that opens it makes it wal.',
    ]);
  });
});

describe('yourcall doctor --after-restore', () => {
  const restore = async (...more: readonly string[]): Promise<readonly [number, string]> => {
    printed.length = 0;
    const code = await doctor(['--after-restore', '--db', file, ...more]);
    return [code, printed.join('\n')];
  };

  test('takes threads from whoever had them, puts calls in doubt, and says so; once (E8)', async () => {
    await kept(async (store) => {
      await begin(store);
      await append(store, asking('m1', 'c1'));
    });
    const database = new DatabaseSync(file);
    const [call] = database.prepare('select json from tool_call').all() as { json: string }[];
    const approved = JSON.stringify({ ...(JSON.parse(call!.json) as object), state: 'approved', by: 'person' });
    database.prepare(`update tool_call set state = 'approved', json = ?`).run(approved);
    database.exec('delete from addressee');
    database.close();
    const [code, text] = await restore();
    expect(code).toBe(0);
    expect(text.split('\n')).toEqual([
      `1 thread in ${file}: no process from before the restore can write to them any more.`,
      '1 call may have been started since: put in doubt.',
      'Where a tool has a check it is asked as soon as somebody works; yourcall inbox asks about the others.',
    ]);
    expect(await restore('--json')).toEqual([0, JSON.stringify({ threads: 1, calls: 0 })]);
  });

  test('is refused while somebody works, unless it is forced', async () => {
    await kept(async (store) => {
      await begin(store);
      await append(store, [word('m1')], { wake: 'now' });
      await store.claim({ chats: ['shop'], holder: 'worker-1', lease: 60_000 });
    });
    const sentence = `yourcall doctor: Putting threads in order after a restore: worker-1 advances thread ${key.thread} of tenant ${key.tenant}; stop whoever works on them first.`;
    expect(await restore()).toEqual([1, sentence]);
    expect((await restore('--force', '--json'))[1]).toBe(JSON.stringify({ threads: 1, calls: 0 }));
  });

  test('names no place by itself, and makes no file', async () => {
    expect(await doctor(['--after-restore'])).toBe(1);
    expect(printed.at(-1)).toMatch(/^yourcall doctor: Which threads\?/);
    expect((await restore())[1]).toMatch(/there is no such file\.$/);
    expect(await doctor(['--force'])).toBe(1);
    expect(printed.at(-1)).toBe('yourcall doctor: --force goes with --after-restore.');
  });
});

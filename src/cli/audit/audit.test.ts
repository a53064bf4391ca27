import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { auditSecret, fourDecisions } from '../../../test/audit/four-decisions.ts';
import type { AuditEntry, TrailEnd } from '../../store/audit/trail.ts';
import { exportEnd } from '../../conversation/export-end.ts';
import type { ExportedTrail, ExportEnd } from '../../conversation/export-end.ts';
import { verifyTrail } from '../../store/audit/verify.ts';
import { sqliteStore } from '../../store/sqlite/index.ts';
import { append, asking, begin, rejection } from '../../testing/store/case.ts';
import { audit } from './audit.ts';
import { auditOptions } from './options.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-audit-cli-'));
const path = join(folder, 'threads.db');
let printed: string[] = [];
let complained: string[] = [];

beforeEach(async () => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  const store = sqliteStore(path, { auditSecret });
  await fourDecisions(store);
  const elsewhere = { tenant: 'rival', thread: 'r1' };
  await begin(store, elsewhere);
  await append(store, asking('m1', 'c1'), elsewhere);
  await append(store, [rejection('c1')], elsewhere);
  await store.close();
  printed = [];
  complained = [];
  vi.stubEnv('YOURCALL_AUDIT_SECRET', auditSecret);
  vi.stubEnv('DATABASE_URL', '');
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function meddle(statement: string): void {
  const file = new DatabaseSync(path);
  file.exec(statement);
  file.close();
}

describe('yourcall audit verify', () => {
  test('walks the trails of all tenants, of one, of one thread (S7)', async () => {
    expect(await audit(['verify', '--db', path])).toBe(0);
    expect(await audit(['verify', '--db', path, '--tenant', 'rival'])).toBe(0);
    expect(await audit(['verify', '--db', path, '--thread', 't1'])).toBe(0);
    expect(printed).toEqual([
      '2 trails with 5 decisions: whole.',
      '1 trail with 1 decision: whole.',
      '1 trail with 4 decisions: whole.',
    ]);
  });

  test('names the first broken link (S7)', async () => {
    meddle(`update decision set json = replace(json, 'reason 3', 'reason X')`);
    expect(await audit(['verify', '--db', path])).toBe(1);
    expect(complained).toEqual([
      'yourcall audit: broken at decision 3 of thread t1 of tenant acme (changed): what was decided was changed.',
    ]);
    expect(await audit(['verify', '--db', path, '--tenant', 'rival'])).toBe(0);
  });

  test('needs the secret of the store, and says what it can say without one', async () => {
    vi.stubEnv('YOURCALL_AUDIT_SECRET', '');
    expect(await audit(['verify', '--db', path])).toBe(1);
    expect(complained.join()).toContain('it is kept under a secret, which was not given');
    const plain = join(folder, 'plain.db');
    const store = sqliteStore(plain);
    await fourDecisions(store);
    await store.close();
    expect(await audit(['verify', '--db', plain])).toBe(0);
    expect(printed.join()).toContain('without YOURCALL_AUDIT_SECRET that is all that can be said');
  });

  test('does not pass when it has looked at nothing', async () => {
    expect(await audit(['verify', '--db', path, '--tenant', 'nobody'])).toBe(1);
    expect(await audit(['verify', '--db', path, '--thread', 't9'])).toBe(1);
    expect(complained).toEqual(Array.from({ length: 2 }, () => 'yourcall audit: no decision is on record there.'));
  });

  test('leaves alone what is no store', async () => {
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'notes');
    const other = join(folder, 'other.db');
    const file = new DatabaseSync(other);
    file.exec('create table mine (id text)');
    file.close();
    const before = readFileSync(other);
    for (const wrong of [text, other, join(folder, 'nowhere.db')]) {
      expect(await audit(['verify', '--db', wrong])).toBe(1);
    }
    expect(complained[1]).toBe(`yourcall audit: Opening ${other}: it holds no threads.`);
    expect(readFileSync(other)).toEqual(before);
    expect(() => readFileSync(join(folder, 'nowhere.db'))).toThrow('ENOENT');
  });
});

test('yourcall audit export writes lines that can be verified elsewhere (S7)', async () => {
  expect(await audit(['export', '--db', path, '--tenant', 'acme'])).toBe(0);
  const lines = printed.map((line) => JSON.parse(line) as AuditEntry & { readonly end?: TrailEnd });
  expect(lines.map(({ place }) => place)).toEqual([1, 2, 3, 4, undefined, undefined]);
  expect(lines.at(-1)).toMatchObject({
    export: { trails: 1, entries: 4, seal: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  const { tenant, thread, end } = lines.at(-2)!;
  const trail = { tenant, thread, end: end!, entries: lines.slice(0, -2) };
  expect(verifyTrail(trail, auditSecret)).toBeUndefined();
  expect(lines[1]?.decided).toMatchObject({ by: 'ann', decision: { type: 'reject', reason: 'reason 2' } });
});

interface Last {
  readonly export: ExportEnd;
}

function endIn(line: string): ExportedTrail {
  return JSON.parse(line) as ExportedTrail;
}

describe('yourcall audit verify FILE', () => {
  const file = join(folder, 'audit.jsonl');

  /** The lines of an export, as whoever has the file leaves them. */
  async function exported(change: (lines: readonly string[]) => readonly string[] = (lines) => lines): Promise<string> {
    expect(await audit(['export', '--db', path])).toBe(0);
    writeFileSync(
      file,
      change(printed)
        .map((line) => `${line}\n`)
        .join(''),
    );
    printed = [];
    return file;
  }

  test('walks what was exported, of all or of some (S7)', async () => {
    await exported();
    expect(await audit(['verify', file])).toBe(0);
    expect(await audit(['verify', file, '--tenant', 'rival'])).toBe(0);
    expect(await audit(['verify', file, '--thread', 't9'])).toBe(1);
    expect(printed).toEqual(['2 trails with 5 decisions: whole.', '1 trail with 1 decision: whole.']);
    vi.stubEnv('YOURCALL_AUDIT_SECRET', '');
    expect(await audit(['verify', file])).toBe(1);
    expect(complained.at(-1)).toContain('it is kept under a secret, which was not given');
  });

  test.each([
    [
      'the last line',
      (lines: readonly string[]) => lines.slice(0, -1),
      'the end of the export: the line that says which trails there are is gone',
    ],
    [
      'the end of a trail',
      (lines: readonly string[]) => lines.toSpliced(-2, 1),
      'decision 1 of thread r1 of tenant rival (end)',
    ],
    [
      'a whole trail',
      (lines: readonly string[]) => lines.toSpliced(-3, 2),
      'the end of the export: it was made of 2 trails, and 1 trail is there',
    ],
    [
      'the first trail',
      (lines: readonly string[]) => lines.slice(5),
      'the end of the export: it was made of 2 trails, and 1 trail is there',
    ],
    [
      'a trail, with another one twice as long in its place,',
      (lines: readonly string[]) => [...lines.slice(0, 5), ...lines.slice(0, 5), lines.at(-1)!],
      'decision 5 of thread t1 of tenant acme (order)',
    ],
    [
      'a trail, and the last line was made to say so,',
      (lines: readonly string[]) => [
        ...lines.slice(0, 5),
        JSON.stringify({ export: { ...(JSON.parse(lines.at(-1)!) as Last).export, ...exportEnd([endIn(lines[4]!)]) } }),
      ],
      'the end of the export: the line that says which trails there are was changed',
    ],
    [
      'an entry before its end',
      (lines: readonly string[]) => lines.toSpliced(3, 1),
      'decision 4 of thread t1 of tenant acme (missing)',
    ],
    [
      'all entries but the end',
      (lines: readonly string[]) => lines.slice(-2),
      'decision 1 of thread r1 of tenant rival (missing)',
    ],
  ] as const)('notices that %s is gone (S7)', async (_what, change, where) => {
    await exported(change);
    expect(await audit(['verify', file])).toBe(1);
    expect(complained.join()).toContain(`broken at ${where}`);
  });

  test('says what it cannot know of an export that was made without the secret', async () => {
    vi.stubEnv('YOURCALL_AUDIT_SECRET', '');
    await exported((lines) => [...lines.slice(0, 5), JSON.stringify({ export: exportEnd([endIn(lines[4]!)]) })]);
    vi.stubEnv('YOURCALL_AUDIT_SECRET', auditSecret);
    expect(await audit(['verify', file])).toBe(0);
    expect(printed).toEqual([
      '1 trail with 4 decisions: whole.',
      expect.stringContaining('may have taken out whole trails'),
    ]);
  });

  test('takes nothing that stands behind the end of an export', async () => {
    await exported((lines) => [...lines, lines[0]!]);
    expect(await audit(['verify', file])).toBe(1);
    expect(complained.join()).toContain('line 9 is not one of an export');
  });

  test('says which line was cut off, and takes no file for a database', async () => {
    await exported((lines) => [...lines.slice(0, 2), lines[2]!.slice(0, 40)]);
    expect(await audit(['verify', file])).toBe(1);
    expect(complained.join()).toContain(`${file}: line 3 is not one of an export, or cut off`);
    expect(() => auditOptions(['verify', file, '--db', path])).toThrow('two places');
    expect(() => auditOptions(['export', file])).toThrow('either verify or export');
    expect(await audit(['verify', join(folder, 'nowhere.jsonl')])).toBe(1);
  });
});

test('the database is named once, by an option or the environment', () => {
  const address = 'postgres://localhost/chats';
  expect(() => auditOptions(['verify'])).toThrow('Which threads?');
  expect(auditOptions(['verify', '--database-url', address, '--schema', 's'])).toMatchObject({
    action: 'verify',
    place: { at: { address, schema: 's' } },
  });
  vi.stubEnv('DATABASE_URL', address);
  expect(auditOptions(['verify'])).toMatchObject({ place: { at: { address } }, tenant: undefined });
  expect(auditOptions(['export', '--db', 'f'])).toMatchObject({ place: { at: { file: 'f' } } });
  expect(() => auditOptions(['verify', '--db', 'f', '--database-url', address])).toThrow('name two places');
  expect(() => auditOptions(['look'])).toThrow('either verify or export');
});

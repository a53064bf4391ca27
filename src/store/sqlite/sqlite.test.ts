import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { storeCases } from '../../testing/store/cases.ts';
import { wakerCases } from '../../testing/store/waker-cases.ts';
import type { Store } from '../store.ts';
import { sqliteStore } from './index.ts';

describe('a store on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-sqlite-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const paths = new Map<Store, string>();
  const open = (): Store => {
    const path = join(folder, `${paths.size}.db`);
    const store = sqliteStore(path);
    paths.set(store, path);
    return store;
  };
  const openBeside = (store: Store): Store => sqliteStore(paths.get(store)!);
  for (const { name, run } of storeCases({ open, openBeside })) test(name, run);
  describe('and its wakes', () => {
    for (const { name, run } of wakerCases({ open, openBeside })) test(name, run);
  });
});

describe('a store on SQLite in memory, with a secret', () => {
  const open = (): Store => sqliteStore(':memory:', { auditSecret: 's' });
  for (const { name, run } of storeCases({ open, auditSecret: 's' })) test(name, run);
});

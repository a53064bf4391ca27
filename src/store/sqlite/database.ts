import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { LimitNode } from 'kysely';
import { notary } from '../audit/notary.ts';
import type { Database } from '../sql/database.ts';
import { migrationTable } from '../sql/migrations.ts';
import type { Tables } from '../sql/schema.ts';
import { slot } from '../sql/slot.ts';

/** The dialect of SQLite. Who writes has the whole file, so rows need no locks, and a change is numbered by the one before. */
export function sqliteDatabase(now: () => number, auditSecret?: string): Database {
  const tables = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new QueryCompiler(),
    },
  });
  return {
    notary: notary(auditSecret),
    tables,
    text: sql`text`,
    bytes: sql`blob`,
    locks: false,
    lock: [migrationTable(tables).compile()],
    hasMigrations: CompiledQuery.raw(
      `select 1 as found from sqlite_master where type = 'table' and name = 'migration'`,
    ),
    inOrder: sql`without rowid`,
    now: slot(now),
    isPrimary: sql<number>`1`,
    change: sql<number>`(select coalesce(max(changed), 0) + 1 from thread)`,
    each: (json) => sql`json_each(${json})`,
    tell: () => sql`1`,
    tellDeltas: () => [],
  };
}

/** Since 3.50 SQLite looks at a bare value of `limit`, and compiles the whole query anew whenever it is given another time. */
class QueryCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    const before = this.numParameters;
    super.visitLimit(node);
    if (this.numParameters > before) this.append(' + 0');
  }
}

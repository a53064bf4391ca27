import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * A query that is prepared. Node makes rows that are slow to read and to copy, so they are made here of the bare values, where
 * the query names its columns: of others there may be more, once a newer release has added some to the file (rule S8).
 */
export class Statement {
  readonly #statement: StatementSync;
  /** The columns, where rows come as bare values. */
  readonly #names: readonly string[] | undefined;

  constructor(file: DatabaseSync, sql: string) {
    this.#statement = file.prepare(sql);
    // Not before Node 22.16.
    if (sql.includes('*') || !this.#statement.setReturnArrays) return;
    this.#names = this.#statement.columns().map(({ name }) => name);
    this.#statement.setReturnArrays(true);
  }

  all(parameters: readonly (string | number | Uint8Array | null)[] = []): readonly Row[] {
    const rows = this.#statement.all(...parameters) as readonly unknown[];
    const names = this.#names;
    // Bare values are what was asked for where the names are known.
    return names ? rows.map((values) => rowOf(names, values as readonly unknown[])) : (rows as readonly Row[]);
  }

  run(): void {
    this.#statement.run();
  }
}

/** A row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

function rowOf(names: readonly string[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index += 1) row[names[index]!] = values[index];
  return row;
}

import { DatabaseSync } from 'node:sqlite';

/** Columns that hold what there is to say; all others say where it stands, and whose it is. */
const bodies = ['json', 'run', 'title', 'within'];

/**
 * How many bytes the texts take of all rows that something writes into a file: of each row whole, as often as it is
 * written. Of these the `bodies`, which is how other libraries are counted.
 */
export async function countBytes(path, write) {
  const file = new DatabaseSync(path);
  try {
    file.exec('create table written (bodies integer, texts integer)');
    const tables = file.prepare(`select name from sqlite_master where type = 'table' and name <> 'written'`).all();
    for (const { name } of tables) watch(file, name);
    await write();
    const written = file.prepare('select sum(bodies) as bodies, sum(texts) as texts from written').get();
    if (!(written.bodies > 0)) throw new Error('Nothing was written.');
    return written;
  } finally {
    file.close();
  }
}

function watch(file, table) {
  const columns = file.prepare('select name from pragma_table_info(?) where lower(type) = ?').all(table, 'text');
  const names = columns.map(({ name }) => name);
  if (names.length === 0) return;
  const sums = [sumOf(names.filter((name) => bodies.includes(name))), sumOf(names)];
  for (const when of ['insert', 'update'])
    file.exec(
      `create trigger ${table}_${when} after ${when} on ${table} begin insert into written values (${sums}); end`,
    );
}

function sumOf(names) {
  return ['0', ...names.map((name) => `coalesce(length(cast(new.${name} as blob)), 0)`)].join(' + ');
}

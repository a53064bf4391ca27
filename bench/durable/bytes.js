import { DatabaseSync } from 'node:sqlite';

/** How many bytes the texts take of all rows that something writes into a file: of each row whole, as often as it is written. */
export async function countBytes(path, write) {
  const file = new DatabaseSync(path);
  try {
    file.exec('create table written (bytes integer)');
    const tables = file.prepare(`select name from sqlite_master where type = 'table' and name <> 'written'`).all();
    for (const { name } of tables) watch(file, name);
    await write();
    const { bytes } = file.prepare('select sum(bytes) as bytes from written').get();
    if (!(bytes > 0)) throw new Error('Nothing was written.');
    return bytes;
  } finally {
    file.close();
  }
}

function watch(file, table) {
  const columns = file.prepare('select name from pragma_table_info(?) where lower(type) = ?').all(table, 'text');
  if (columns.length === 0) return;
  const sum = columns.map(({ name }) => `coalesce(length(cast(new.${name} as blob)), 0)`).join(' + ');
  for (const when of ['insert', 'update'])
    file.exec(
      `create trigger ${table}_${when} after ${when} on ${table} begin insert into written values (${sum}); end`,
    );
}

import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';

const tables = ['thread', 'message', 'tool_call', 'addressee', 'event'];

/** Copies the one thread of a store, with all that is in it, so many times. Gives the names of the copies. */
export async function fill({ store, at }, copies) {
  const names = store === 'postgres' ? await fillPostgres(at, copies) : fillFile(at, copies);
  if (names.length !== copies) throw new Error(`There are ${names.length} copies instead of ${copies}.`);
  return names;
}

function fillFile(path, copies) {
  const file = new DatabaseSync(path);
  const columnsOf = file.prepare('select name from pragma_table_info(?)');
  const numbers = `(with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${copies})
    select n from numbers)`;
  file.exec('begin');
  for (const table of tables) file.exec(copy(table, columnsOf.all(table), numbers));
  file.exec('commit');
  const names = file.prepare(namesOfCopies).all();
  file.close();
  return names.map(({ id }) => id);
}

async function fillPostgres(connectionString, copies) {
  const client = new Client({ connectionString, options: '-c search_path=yourcall' });
  await client.connect();
  const columnsOf = `select column_name as name from information_schema.columns
    where table_schema = 'yourcall' and table_name = $1`;
  for (const table of tables) {
    const { rows } = await client.query(columnsOf, [table]);
    await client.query(copy(table, rows, `(select n from generate_series(1, ${copies}) n)`));
  }
  // In time an autovacuum would.
  await client.query('vacuum analyze');
  const { rows } = await client.query(namesOfCopies);
  await client.end();
  return rows.map(({ id }) => id);
}

const namesOfCopies = `select id from thread where id <> 'first' order by id`;

/** Names that lie in the index in another order than in time. Half of the threads have a time at which nobody may decide any more. */
function copy(table, columns, numbers) {
  const name = `'t' || ((n * 7919) % 1000003)`;
  const values = columns.map(({ name: column }) => {
    if (column === (table === 'thread' ? 'id' : 'thread')) return name;
    if (column === 'changed') return 'changed + n';
    if (column === 'wake_at') return 'case when n % 2 = 0 then 9000000000000 end';
    return column;
  });
  const names = columns.map((column) => column.name).join(', ');
  return `insert into ${table} (${names}) select ${values.join(', ')} from ${table}, ${numbers} as numbers`;
}

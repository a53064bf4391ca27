/** Opens the store of a measure, as every process does for itself. */
export async function openStore({ store, at }) {
  const opened = store === 'postgres' ? await onPostgres(at) : await inFile(at);
  await opened.now();
  return opened;
}

async function onPostgres(connectionString) {
  const { postgresStore } = await import('yourcall/postgres');
  return postgresStore({ connectionString });
}

async function inFile(path) {
  const { sqliteStore } = await import('yourcall/sqlite');
  return sqliteStore(path);
}

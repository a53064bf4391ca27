import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an application does for a library that has no store of its own: one JSON in a file. */
export function stateFile(folder) {
  const file = join(folder, 'state.json');
  return {
    read: () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined),
    write: (state) => writeFileSync(file, JSON.stringify(state)),
  };
}

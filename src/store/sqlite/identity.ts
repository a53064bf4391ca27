import { statSync } from 'node:fs';

/** Which file stands at a path; nothing where none does. */
export function identityAt(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev} ${stats.ino}`;
}

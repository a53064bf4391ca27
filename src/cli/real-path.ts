import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { visible } from '../wire/plain-text.ts';

/** A file's path, free of links; what is not there yet lies in a folder that is. Throws when there is no such folder. */
export function realPathOf(name: string): string {
  if (existsSync(name)) return realpathSync(name);
  const path = resolve(name);
  if (!existsSync(dirname(path))) throw new Error(`there is no folder ${visible(dirname(path))}`);
  return join(realpathSync(dirname(path)), basename(path));
}

import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, parse, sep } from 'node:path';

/** The name of a file free of links, as far as it is there; nothing when a link leads nowhere or may not be followed. */
export function realPath(path: string): string | undefined {
  const { root } = parse(path);
  let real = root;
  for (const name of path.slice(root.length).split(sep)) {
    if (name === '' || name === '.') continue;
    // The system follows a link before it goes up, so `link/..` is the folder above its target.
    const next = name === '..' ? dirname(real) : followed(join(real, name));
    if (next === undefined) return undefined;
    real = next;
  }
  return real;
}

function followed(path: string): string | undefined {
  try {
    const real = realpathSync.native(path);
    // Linux: `/proc/self/cwd`, and `/dev/fd/3` by way of it, is another place in another process, as that of the tool may be.
    return real !== path && (isOfProcess(path) || isOfProcess(real)) ? undefined : real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
    // A link to what is not there yet would be written through.
    return isThere(path) ? undefined : path;
  }
}

/** What is too long to be looked for may be there. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function isOfProcess(path: string): boolean {
  return path.startsWith('/proc/');
}

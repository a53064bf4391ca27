import { lstat, readdir } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Folder, Place } from './folder.ts';
import { ignoredIn } from './ignore.ts';
import type { Ignored } from './ignore.ts';
import { pinned } from './pin.ts';
import { concernOfNames } from './secret.ts';
import { counted } from './size.ts';

/** Something in the folder, by its path from the folder, with `/`. */
export interface Entry {
  readonly path: string;
  /** Absolute. */
  readonly real: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
}

/** A walk through a folder, in the order of names. It follows no link. */
export interface Walk {
  readonly entries: AsyncGenerator<Entry, void>;
  /** What was left out so far, in words; undefined when nothing was. */
  leftOut(): string | undefined;
}

/**
 * Walks through a place. Hidden files, likely keys and what git ignores are counted, not shown: also below a place
 * that is itself such a one, except that inside an ignored folder git's word is no help any more. The file of the
 * talk is not even counted.
 */
export function walk(folder: Folder, place: Place, signal: AbortSignal): Walk {
  let count = 0;
  const hidden = (): void => {
    count += 1;
  };
  return {
    entries: start({ place, signal, hidden, folder }),
    leftOut: () => (count === 0 ? undefined : `[${counted(count, 'hidden file')} left out]`),
  };
}

interface Way {
  readonly folder: Folder;
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly hidden: () => void;
}

async function* start(way: Way): AsyncGenerator<Entry, void> {
  const { place, folder } = way;
  const path = place.path === '.' ? '' : place.path;
  if (place.kind === 'file') {
    yield { path, real: place.real, kind: 'file', size: (await lstat(place.real)).size };
    return;
  }
  const rules = await ignoredIn(folder.root);
  const ignored = (await rules.has(path, true)) ? undefined : rules;
  yield* below(way, ignored, { path, real: place.real });
}

async function* below(
  way: Way,
  ignored: Ignored | undefined,
  { path, real }: Pick<Entry, 'path' | 'real'>,
): AsyncGenerator<Entry, void> {
  way.signal.throwIfAborted();
  for (const found of await children(real)) {
    const entry = { path: path === '' ? found.name : `${path}/${found.name}`, real: join(real, found.name), ...found };
    if (way.folder.isOffLimits(entry.real)) continue;
    if (concernOfNames(found.name) || (await ignored?.has(entry.path, found.kind === 'folder'))) {
      way.hidden();
      continue;
    }
    yield entry;
    if (found.kind === 'folder') yield* below(way, ignored, entry);
  }
}

type Child = Pick<Entry, 'kind' | 'size'> & { readonly name: string };

/** A folder that cannot be read, or was swapped for a link, has nothing in it for us. */
async function children(real: string): Promise<readonly Child[]> {
  return pinned(real, async (at) => {
    const found = await readdir(at, { withFileTypes: true });
    found.sort((one, other) => (one.name < other.name ? -1 : 1));
    return Promise.all(found.map((one) => childOf(at, one)));
  }).catch(() => []);
}

async function childOf(at: string, found: Dirent): Promise<Child> {
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other';
  const size = kind === 'file' ? ((await lstat(join(at, found.name)).catch(() => undefined))?.size ?? 0) : 0;
  return { name: found.name, kind, size };
}

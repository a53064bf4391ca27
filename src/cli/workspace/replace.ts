import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { failure, quoted } from './failure.ts';
import { pinned, withFile } from './pin.ts';
import type { Place } from './folder.ts';

/** Above this a file is not compared or edited. */
export const largestCompared = 5_000_000;

/** What lies in a file; `bytes` is absent when it is too large to be compared. */
export interface Current {
  readonly stats: Stats;
  readonly bytes?: Uint8Array;
}

/** Reads the whole of a plain file. Throws `ToolError`. */
export function currentOf({ path, real }: Pick<Place, 'path' | 'real'>): Promise<Current> {
  return withFile(real, async (handle) => {
    const stats = await handle.stat();
    return stats.size > largestCompared ? { stats } : { stats, bytes: await handle.readFile() };
  }).catch((error: unknown) => {
    throw failure(`${quoted(path)} cannot be read`, error);
  });
}

/**
 * Puts a new text in the place of a file, all or nothing: it is written beside it and then takes its name.
 * Folders on the way are made. Owner and mode stay. Throws `ToolError` when nothing was changed.
 */
export async function replace({ path, real }: Pick<Place, 'path' | 'real'>, text: string, old?: Stats): Promise<void> {
  const folder = dirname(real);
  let made: string | undefined;
  try {
    // A file that nobody may write to would be replaced all the same, since only its folder counts.
    if (old) await access(real, constants.W_OK);
    made = await mkdir(folder, { recursive: true });
    await pinned(folder, (at) => swap(at, { name: basename(real), text, old }));
  } catch (error) {
    if (made !== undefined) await removeFolders(folder, made);
    throw failure(`${quoted(path)} cannot be written`, error);
  }
}

interface Swap {
  readonly name: string;
  readonly text: string;
  readonly old: Stats | undefined;
}

async function swap(at: string, { name, text, old }: Swap): Promise<void> {
  const temporary = join(at, `.yourcall-${randomBytes(8).toString('hex')}.tmp`);
  const mode = old && old.mode & 0o777;
  const handle = await open(temporary, 'wx', mode ?? 0o666);
  try {
    try {
      await handle.writeFile(text);
      // In this order: a change of owner may clear bits of the mode.
      if (old) await handle.chown(old.uid, old.gid).catch(() => {});
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(at, name));
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** From `folder` up to `top`, as long as they are empty. */
async function removeFolders(folder: string, top: string): Promise<void> {
  for (let one = folder; one.length >= top.length; one = dirname(one)) await rmdir(one).catch(() => {});
}

import { constants } from 'node:fs';
import { open, readlink, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ToolError } from '../../chat/tool.ts';
import { failure, quoted } from './failure.ts';

/**
 * Acts in a folder through a path that cannot be led elsewhere meanwhile. A checked path may be swapped for a link
 * before it is used; on Linux the open folder itself is named instead (`/proc/self/fd`), and it is looked at where
 * it really lies. Elsewhere the folder is checked once more, right before. `folder` is absolute and free of links.
 */
export async function pinned<T>(folder: string, act: (at: string) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux') {
    if ((await realpath(folder)) !== folder) throw moved(folder);
    return act(folder);
  }
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const handle = await open(folder, flags).catch((error: unknown) => {
    throw failure(`The folder ${quoted(basename(folder))} cannot be opened`, error);
  });
  try {
    const at = `/proc/self/fd/${handle.fd}`;
    if ((await readlink(at)) !== folder) throw moved(folder);
    return await act(at);
  } finally {
    await handle.close();
  }
}

/** Reads from a file: a plain one, no link, and only where it was looked up. */
export async function withFile<T>(file: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  return pinned(dirname(file), async (at) => {
    // Windows has neither flag. Without O_NONBLOCK, opening a pipe would wait for its other end.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const handle = await open(join(at, basename(file)), flags).catch((error: unknown) => {
      throw failure(`${quoted(basename(file))} cannot be opened`, error);
    });
    try {
      if (!(await handle.stat()).isFile()) throw new ToolError(`${quoted(basename(file))} is not a plain file.`);
      return await read(handle);
    } finally {
      await handle.close();
    }
  });
}

function moved(folder: string): ToolError {
  return new ToolError(`The folder ${quoted(folder)} was moved or replaced meanwhile.`);
}

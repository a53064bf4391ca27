import { readdir, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { changing } from './change.ts';
import type { Changes, Plan } from './change.ts';
import { failure, quoted } from './failure.ts';
import { object, text } from './fields.ts';
import type { Place } from './folder.ts';
import { pinned, withFile } from './pin.ts';
import { sizeText } from './size.ts';
import { beginningOf, textOf } from './text-file.ts';

interface Input {
  readonly path: string;
}

/** Deletes a file, or a folder with nothing in it. */
export function deleteFile(changes: Changes): Tool<Input, string, unknown> {
  return tool({
    title: 'Delete a file',
    description: 'Delete one file of the workspace, or remove an empty folder. It cannot be brought back.',
    input: object({ path: text('Path of the file or empty folder to delete, relative to the workspace.') }),
    ...changing<Input>(changes, { risk: 'delete', isWhole: true, plan }),
  });
}

async function plan(place: Place): Promise<Plan> {
  const path = quoted(place.path);
  if (place.path === '.') throw new ToolError('The workspace itself is not deleted.');
  if (place.kind === 'nothing') throw new ToolError(`${path} is not there.`);
  // What it leads to would be deleted, which nobody means who deletes a link.
  if (place.isLink) throw new ToolError(`${path} is a link, not a file.`);
  if (place.kind === 'other') throw new ToolError(`${path} is not a plain file.`);
  const isFolder = place.kind === 'folder';
  return {
    preview: isFolder ? await previewOfFolder(place) : await previewOfFile(place),
    act: async () => {
      const remove = isFolder ? rmdir : unlink;
      await pinned(dirname(place.real), (at) => remove(join(at, basename(place.real)))).catch((error: unknown) => {
        throw failure(`${path} cannot be deleted`, error);
      });
      return `Deleted ${place.path}.`;
    },
  };
}

async function previewOfFolder({ path, real }: Place): Promise<string> {
  const names = await pinned(real, (at) => readdir(at)).catch((error: unknown) => {
    throw failure(`${quoted(path)} cannot be read`, error);
  });
  if (names.length > 0)
    throw new ToolError(`${quoted(path)} is not empty: it holds ${names.length}, hidden ones included.`);
  return 'an empty folder';
}

async function previewOfFile({ path, real, concern }: Place): Promise<string> {
  const { stats, bytes } = await withFile(real, async (handle) => ({
    stats: await handle.stat(),
    bytes: await beginningOf(handle, 2_000),
  })).catch((error: unknown) => {
    throw failure(`${quoted(path)} cannot be read`, error);
  });
  // With its time, so that a file that was written since does not look like the one that was shown.
  const size = `${sizeText(stats.size)}, changed ${stats.mtime.toISOString()}`;
  if (concern?.kind === 'key') return `${size}; what is in it is not shown`;
  if (stats.size === 0) return size;
  const start = stats.size > bytes.length ? textOf(wholeCharacters(bytes)) : textOf(bytes);
  if (start === undefined) return `a binary file, ${size}`;
  const lines = start.split('\n').slice(0, 10);
  return `${size}, begins with:\n${lines.join('\n').trimEnd()}`;
}

/** Without a character that was cut at the end. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return (bytes[end - 1] ?? 0) >= 0b1100_0000 ? bytes.subarray(0, end - 1) : bytes;
}

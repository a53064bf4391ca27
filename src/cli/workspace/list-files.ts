import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { quoted } from './failure.ts';
import { object, optional, text } from './fields.ts';
import { placeAgain, verdictOnReading } from './folder.ts';
import type { Folder } from './folder.ts';
import { sizeText } from './size.ts';
import { walk } from './walk.ts';
import type { Entry } from './walk.ts';

const mostShown = 500;
/** Beyond this the rest is not even counted. */
const mostCounted = 20_000;

/** Lists what lies in the folder. */
export function listFiles(folder: Folder): Tool<{ readonly path?: string }, string, unknown> {
  return tool({
    title: 'List files',
    description:
      'List the files and folders of the workspace, or of one folder in it, with their sizes. ' +
      'Hidden files, likely keys and files that git ignores are left out and counted.',
    input: object({
      path: optional(text('Folder to list, relative to the workspace. Default: the whole workspace.')),
    }),
    effect: 'read',
    policy: ({ path = '.' }) => verdictOnReading(folder, path),
    run: async ({ path = '.' }, { call, signal }) => {
      const place = await placeAgain(folder, path, call);
      if (place.kind === 'nothing') throw new ToolError(`${quoted(path)} is not there.`);
      const { entries, leftOut } = walk(folder, place, signal);
      const lines: string[] = [];
      let count = 0;
      for await (const entry of entries) {
        count += 1;
        if (count <= mostShown) lines.push(lineOf(entry));
        if (count === mostCounted) break;
      }
      const more = `${count === mostCounted ? 'at least ' : ''}${count - mostShown}`;
      if (count > mostShown) lines.push(`[${more} more; list a folder of it to see them]`);
      if (count === 0) lines.push('[nothing to show: the folder is empty, or holds hidden files only]');
      return [...lines, leftOut()].filter((line) => line !== undefined).join('\n');
    },
  });
}

/** A name with control characters in it must not look like several lines. */
function lineOf({ path, kind, size }: Entry): string {
  const name = /\p{C}/u.test(path) ? quoted(path) : path;
  switch (kind) {
    case 'file':
      return `${name} (${sizeText(size)})`;
    case 'folder':
      return `${name}/`;
    case 'link':
      return `${name} (link)`;
    case 'other':
      return `${name} (not a plain file)`;
  }
}

import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { changing } from './change.ts';
import type { Changes, Plan } from './change.ts';
import { unifiedDiff } from './diff.ts';
import { quoted } from './failure.ts';
import { flag, object, optional, text } from './fields.ts';
import type { Place } from './folder.ts';
import { refuseNoFile } from './read-file.ts';
import { currentOf, replace } from './replace.ts';
import { counted } from './size.ts';
import { textOf } from './text-file.ts';

interface Input {
  readonly path: string;
  readonly old: string;
  readonly new: string;
  readonly all?: boolean;
}

/** Replaces a piece of a file. */
export function editFile(changes: Changes): Tool<Input, string, unknown> {
  return tool({
    title: 'Edit a file',
    description:
      'Edit a text file in the workspace: replace an exact piece of its text, or change it, with new text. ' +
      'The old text must be in the file exactly once, unless all is true.',
    input: object({
      path: text('Path of the file to edit, relative to the workspace.'),
      old: text('The old text to replace, exactly as it is in the file, spaces and line ends included.'),
      new: text('The new text to put in its place; empty to remove it.'),
      all: optional(flag('Replace it everywhere in the file. Default: false.')),
    }),
    // The piece of text that is replaced is in the call: when it is still there, the rest may have changed.
    ...changing<Input>(changes, { risk: 'write', isWhole: false, plan }),
  });
}

async function plan(place: Place, input: Input): Promise<Plan> {
  refuseNoFile(place);
  const { stats, bytes } = await currentOf(place);
  const before = bytes && textOf(bytes);
  if (before === undefined) {
    throw new ToolError(`${quoted(place.path)} is ${bytes ? 'no text in UTF-8' : 'too large'} and cannot be edited.`);
  }
  const count = occurrences(before, place.path, input);
  const after = before.split(input.old).join(input.new);
  const hidden = `replaces ${counted(count, 'piece')} of text; the file itself is not shown`;
  return {
    preview: place.concern?.kind === 'key' ? hidden : unifiedDiff(place.path, before, after),
    act: async () => {
      await replace(place, after, stats);
      return `Edited ${place.path}: ${counted(count, 'replacement')}.`;
    },
  };
}

/** How often the old text is there. Throws `ToolError` unless it can be replaced as it was said. */
function occurrences(before: string, path: string, { old, new: fresh, all = false }: Input): number {
  if (old === '') throw new ToolError('The old text is empty: say what to replace, or write the file whole.');
  if (old === fresh) throw new ToolError('The old and the new text are the same: nothing would change.');
  const count = before.split(old).length - 1;
  if (count === 0) {
    const ends = before.includes('\r\n') && !old.includes('\r') && old.includes('\n');
    const hint = ends ? ' Its lines end with \\r\\n.' : ' Read it first; spaces and line ends count.';
    throw new ToolError(`The old text is not in ${quoted(path)}.${hint}`);
  }
  // One place that overlaps another of its kind is not one place: `aa` in `aaa`.
  const once = before.indexOf(old) === before.lastIndexOf(old);
  if (!all && !once) {
    throw new ToolError(`The old text is in ${quoted(path)} more than once. Say more of it, or all: true.`);
  }
  return count;
}

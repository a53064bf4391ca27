import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { changing } from './change.ts';
import type { Changes, Plan } from './change.ts';
import { lineCount, unifiedDiff } from './diff.ts';
import { quoted } from './failure.ts';
import { object, text } from './fields.ts';
import type { Place } from './folder.ts';
import { refuseNoFile } from './read-file.ts';
import { currentOf, replace } from './replace.ts';
import { counted } from './size.ts';
import { textOf } from './text-file.ts';

interface Input {
  readonly path: string;
  readonly content: string;
}

/** Adds lines at the end of a file. */
export function appendFile(changes: Changes): Tool<Input, string, unknown> {
  return tool({
    title: 'Append to a file',
    description: 'Append text to the end of a text file in the workspace, on a line of its own.',
    input: object({
      path: text('Path of the file to append to, relative to the workspace.'),
      content: text('The text to append.'),
    }),
    // What is added is in the call: wherever the end is by then, it goes there.
    ...changing<Input>(changes, { risk: 'write', isWhole: false, plan }),
  });
}

async function plan(place: Place, { content }: Input): Promise<Plan> {
  refuseNoFile(place);
  if (content === '') throw new ToolError('The text is empty: nothing would change.');
  const { stats, bytes } = await currentOf(place);
  const before = bytes && textOf(bytes);
  if (before === undefined) {
    throw new ToolError(`${quoted(place.path)} is ${bytes ? 'no text in UTF-8' : 'too large'} and cannot be edited.`);
  }
  const newline = before.includes('\r\n') ? '\r\n' : '\n';
  const start = before === '' || before.endsWith('\n') ? '' : newline;
  const after = `${before}${start}${content}${content.endsWith('\n') ? '' : newline}`;
  const lines = counted(lineCount(content), 'line');
  return {
    preview:
      place.concern?.kind === 'key'
        ? `appends ${lines}; the file itself is not shown`
        : unifiedDiff(place.path, before, after),
    act: async () => {
      await replace(place, after, stats);
      return `Appended ${lines} to ${place.path}.`;
    },
  };
}

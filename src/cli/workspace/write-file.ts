import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { changing } from './change.ts';
import type { Changes, Plan } from './change.ts';
import { lineCount, unifiedDiff } from './diff.ts';
import { quoted } from './failure.ts';
import { object, text } from './fields.ts';
import type { Place } from './folder.ts';
import { currentOf, replace } from './replace.ts';
import type { Current } from './replace.ts';
import { counted, sizeText } from './size.ts';
import { textOf } from './text-file.ts';

interface Input {
  readonly path: string;
  readonly content: string;
}

/** Writes a file whole. */
export function writeFile(changes: Changes): Tool<Input, string, unknown> {
  return tool({
    title: 'Write a file',
    description:
      'Write a text file in the workspace: create it, with the folders it needs, or replace all that is in it. ' +
      'To change a part of a file, edit it instead.',
    input: object({
      path: text('Path of the file to write, relative to the workspace.'),
      content: text('The whole new text of the file.'),
    }),
    ...changing<Input>(changes, { risk: 'write', isWhole: true, plan }),
  });
}

async function plan(place: Place, { content }: Input): Promise<Plan> {
  const path = quoted(place.path);
  if (place.kind === 'folder') throw new ToolError(`${path} is a folder, not a file.`);
  if (place.kind === 'other') throw new ToolError(`${path} is not a plain file.`);
  const current = place.kind === 'file' ? await currentOf(place) : undefined;
  const lines = counted(lineCount(content), 'line');
  return {
    preview: current ? previewOf(place, current, content) : `new file, ${lines}`,
    act: async () => {
      await replace(place, content, current?.stats);
      return `${current ? 'Replaced' : 'Created'} ${place.path} (${lines}).`;
    },
  };
}

function previewOf(place: Place, { stats, bytes }: Current, content: string): string {
  const lines = counted(lineCount(content), 'line');
  const old = bytes && textOf(bytes);
  const from = `${sizeText(stats.size)} (changed ${stats.mtime.toISOString()})`;
  if (bytes && old === undefined) return `replaces a binary file of ${from} with ${lines}`;
  if (old === undefined) return `replaces a large file of ${from} with ${lines}`;
  if (old === content) return 'changes nothing: the file has this text';
  // The preview is stored with the call, the secrets should not be.
  if (place.concern?.kind === 'key') return `replaces ${from} with ${lines}; what is there now is not shown`;
  return unifiedDiff(place.path, old, content);
}

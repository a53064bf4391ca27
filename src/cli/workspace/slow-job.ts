import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tool, ToolError } from '../../chat/tool.ts';
import type { Tool } from '../../chat/tool.ts';
import { failure } from './failure.ts';
import type { Folder } from './folder.ts';
import { pinned } from './pin.ts';
import { killText } from './process-group.ts';

const log = 'jobs.log';
const seconds = 10;

/**
 * Something to be killed in the middle. Its one effect comes at the end of its work, a line in jobs.log: so whoever
 * comes back after a kill can look there and knows, and whoever lets it run again finds one line, not two.
 * It has no check on purpose: the person is the check here.
 */
export function slowJob(folder: Folder): Tool<Record<string, never>, string, unknown> {
  return tool({
    title: 'Slow job',
    description: `Run the slow job: it works for ${seconds} seconds, then adds one line to ${log}.`,
    effect: 'once',
    timeout: (seconds + 5) * 1_000,
    policy: async () => {
      await folder.place(log);
      return {
        ask: {
          reason: 'it changes a file',
          risk: 'write',
          preview: `works for ${seconds} seconds, then adds one line to ${log}`,
        },
      };
    },
    run: async (_input, { call, signal, progress }) => {
      for (let left = seconds; left > 0; left -= 1) {
        progress(`${left} s left; ${killText()}`);
        await pause(1_000, undefined, { signal }).catch(() => {
          throw new ToolError(`Stopped before it had written to ${log}.`);
        });
      }
      await append(folder, `${new Date().toISOString()} slow job done, attempt ${call.attempt?.number ?? 1}\n`);
      return `The slow job is done: one line was added to ${log}.`;
    },
  });
}

/** One write at the end of the file, so the line is there whole or not at all. No link is followed. */
async function append(folder: Folder, line: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  await pinned(folder.root, async (at) => {
    const file = await open(join(at, log), O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW).catch((error: unknown) => {
      throw failure(`${log} cannot be opened`, error);
    });
    try {
      await file.appendFile(line);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

import { orMissing } from '../access.ts';
import { given } from './result.ts';
import { exactly, text, threadSchema, waitSchema } from './schemas.ts';
import { standing, threadLines, toldThread } from './thread-text.ts';
import type { ServerTool } from './tool.ts';

interface Read {
  readonly thread: string;
  readonly last?: number;
  readonly wait?: number;
}

/** Tells where a thread stands. */
export const readTool: ServerTool<Read> = {
  name: 'read_thread',
  title: 'Read a thread',
  description: 'What was said in a thread, where it stands, and what in it waits for a person.',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: exactly({
    thread: text('The id of the thread.'),
    'last?': { type: 'integer', minimum: 1, maximum: 200, description: 'How many messages. Default: 10.' },
    'wait?': waitSchema,
  }),
  output: threadSchema,
  rights: ['read'],
  async run(caller, { thread, last = 10, wait: seconds = 20 }, { signal, view }) {
    orMissing(await caller.find(thread));
    const read = await standing(caller, thread, { seconds, signal });
    const told = toldThread(read, view, Math.max(0, read.messages.length - last));
    return given(told, threadLines(told));
  },
};

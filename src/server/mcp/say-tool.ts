import { sha256 } from '../../conversation/digest.ts';
import { newId } from '../../conversation/id.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import { demand, demandOwn } from '../acting.ts';
import { orMissing } from '../access.ts';
import type { Caller } from '../dialect.ts';
import { openThread } from '../opening.ts';
import { contentIn } from '../saying.ts';
import { given } from './result.ts';
import { exactly, text, threadSchema, waitSchema } from './schemas.ts';
import { standing, threadLines, toldThread } from './thread-text.ts';
import type { HostContext, ServerTool } from './tool.ts';

interface Say {
  readonly text: string;
  readonly thread?: string;
  readonly wait?: number;
}

/** Says something, in a thread or in a new one. */
export const sayTool: ServerTool<Say> = {
  name: 'say',
  title: 'Say something',
  description:
    'Says something to the model of a thread, or begins a new thread with it, and gives what it answers. ' +
    'A tool call of that model that needs a person waits, and is told under `waiting`.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: exactly({
    text: { ...text('What is said.'), minLength: 1 },
    'thread?': text('The thread to go on with. Without it a new one begins.'),
    'wait?': waitSchema,
  }),
  output: threadSchema,
  rights: ['send'],
  async run(caller, { text: words, thread: id, wait: seconds = 20 }, host) {
    const content = contentIn(words);
    const { who, runtime } = caller;
    const read = id === undefined ? await begun(caller, host) : await found(caller, id);
    const { thread } = read.thread;
    const key = host.key === undefined ? {} : { key: JSON.stringify([who.principal, host.key]) };
    await runtime.send({ tenant: who.tenant, thread }, content, { author: who.principal, ...key });
    const now = await standing(caller, thread, { seconds, signal: host.signal });
    const told = toldThread(now, host.view, read.messages.length);
    return given(told, threadLines(told));
  },
};

/** Sent again under its key it begins no second thread. */
async function begun(caller: Caller, { key }: HostContext): Promise<ReadThread> {
  const { tenant, principal } = caller.who;
  const id = key === undefined ? newId() : sha256(JSON.stringify([tenant, principal, key])).slice(0, 32);
  return openThread(caller, id, true);
}

async function found(caller: Caller, id: string): Promise<ReadThread> {
  const read = orMissing(await caller.find(id));
  await demand(caller, 'send', id);
  await demandOwn(caller, read);
  return read;
}

import { ChatError } from '../conversation/error.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import type { Asked, Caller } from './dialect.ts';
import { Problem } from './problem.ts';

/** A thread that is theirs, or one that is made by the first word that is said in it. Throws `not-found`, `forbidden`. */
export async function openThread(asked: Caller, thread: string, isSaid: boolean): Promise<ReadThread> {
  const found = await asked.find(thread);
  if (found) return found;
  const { runtime, who } = asked;
  if (!isSaid || thread.length > longestId) throw new Problem('not-found', 'There is no such chat.');
  if (!(await asked.permits('send', thread))) throw new Problem('forbidden', 'You may not say anything here.');
  try {
    await runtime.threads.create({ tenant: who.tenant, thread, owner: who.principal });
  } catch (error) {
    // Another tab was quicker; or it is somebody else's, of which nothing is said (rule X1).
    if (!(error instanceof ChatError)) throw error;
  }
  const made = await asked.find(thread);
  if (!made) throw new Problem('not-found', 'There is no such chat.');
  return made;
}

const longestId = 200;

/** Stops the run of the thread in the path: whoever goes away stops nothing, this does. */
export async function stopThread(asked: Asked): Promise<Response> {
  const { thread } = await asked.thread();
  return Response.json({ stopped: await asked.runtime.cancel({ tenant: thread.tenant, thread: thread.thread }) });
}

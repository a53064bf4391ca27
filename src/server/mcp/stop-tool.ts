import { orMissing } from '../access.ts';
import { demand, demandOwn } from '../acting.ts';
import { given } from './result.ts';
import { exactly, text } from './schemas.ts';
import type { ServerTool } from './tool.ts';

interface Stop {
  readonly thread: string;
  readonly calls?: boolean;
}

/** Stops what a thread does. */
export const stopTool: ServerTool<Stop> = {
  name: 'stop',
  title: 'Stop a thread',
  description:
    'Stops the run of a thread that is under way. With `calls` it also cancels what waits and was not started.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: exactly({ thread: text('The id of the thread.'), 'calls?': { type: 'boolean' } }),
  output: exactly({ stopped: { type: 'boolean' } }),
  rights: ['send'],
  async run(caller, { thread, calls = false }) {
    const read = orMissing(await caller.find(thread));
    await demand(caller, 'send', thread);
    await demandOwn(caller, read);
    const stopped = await caller.runtime.cancel({ tenant: caller.who.tenant, thread }, { calls });
    return given({ stopped }, [stopped ? 'It was stopped.' : 'There was nothing to stop.']);
  },
};

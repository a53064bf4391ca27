// One process of a torture: node test/kill/worker.ts '{"store","at","log","control"}'. It advances threads until it is killed.
import { appendFileSync } from 'node:fs';
import { createChat, tool, ToolError } from 'yourcall';
import type { Model, ModelEvent } from 'yourcall';
import { jsonSchema } from 'yourcall/json-schema';
import { createRuntime } from 'yourcall/runtime';
import { openStore } from './place.ts';
import type { Place } from './place.ts';

/** What a worker is told: where its threads are, which file its effects go to, and whether it is the control. */
export interface WorkerSetup extends Place {
  readonly log: string;
  /** The control says of its tool that it may be repeated, which is not true: it runs again where it should be in doubt. */
  readonly control: boolean;
  /** Milliseconds. */
  readonly lease: number;
}

const setup = JSON.parse(process.argv[2]!) as WorkerSetup;
const pause = (longest = 12): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * longest));

let diesBehindEffect = false;
process.on('message', () => (diesBehindEffect = true));

const act = tool({
  description: 'appends a line to a file',
  input: jsonSchema<{ line: string }>({
    type: 'object',
    properties: { line: { type: 'string' } },
    required: ['line'],
  }),
  effect: setup.control ? 'idempotent' : 'once',
  policy: 'allow',
  timeout: 400,
  run: async ({ line }, { call }) => {
    if (Date.now() >= call.attempt!.deadline) throw new ToolError('It is too late to begin.');
    appendFileSync(setup.log, `${line}\n`);
    if (diesBehindEffect) process.kill(process.pid, 'SIGKILL');
    await pause(setup.control ? 100 : 12);
    return 'done';
  },
});

/** Calls the tool twice for every word of the user, and thanks at length. Which lines they are follows from the word. */
const model: Model = {
  provider: 'torture',
  id: 'two-lines',
  async *stream({ messages }): AsyncGenerator<ModelEvent> {
    await pause();
    const last = messages.at(-1)!;
    if (last.role === 'user') {
      for (const half of ['a', 'b'])
        yield { type: 'call', name: 'act', arguments: JSON.stringify({ line: `${last.id}-${half}` }) };
    } else {
      for (const delta of ['Thanks ', 'for ', 'both ', 'lines.']) {
        yield { type: 'text', delta };
        await pause(40);
      }
    }
    await pause();
    yield { type: 'finish', reason: last.role === 'user' ? 'tool-calls' : 'stop' };
  },
};

const chat = createChat({ model, tools: { act } });
const { lease } = setup;
// What was compacted would look like a gap.
const store = Object.assign(openStore(setup), { compact: async () => 0 });
process.once('disconnect', () => process.exit());
createRuntime({ chat, store, lease, sweep: 50, concurrency: 8, onError: () => {} });

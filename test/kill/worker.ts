// One process of a torture: node test/kill/worker.ts '{"store","at","log","control"}'. It advances threads until it is killed.
import { appendFileSync } from 'node:fs';
import { createChat, scoped, tool, ToolError } from 'yourcall';
import type { Message, Model, ModelEvent } from 'yourcall';
import { jsonSchema } from 'yourcall/json-schema';
import { askChat, createRuntime } from 'yourcall/runtime';
import { openStore } from './place.ts';
import type { ThreadKey } from 'yourcall/runtime';
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

/** What people say to the process that has their thread's page open: it takes the thread with it, and may die of it. */
export type WorkerMessage =
  | { readonly type: 'die behind an effect' }
  | { readonly type: 'say'; readonly key: ThreadKey; readonly text: string; readonly once: string }
  | { readonly type: 'approve'; readonly key: ThreadKey; readonly call: string; readonly by: string };

let diesBehindEffect = false;
process.on('message', (message: WorkerMessage) => {
  switch (message.type) {
    case 'die behind an effect':
      diesBehindEffect = true;
      return;
    case 'say':
      return void runtime.send(message.key, message.text, { key: message.once }).catch(() => {});
    case 'approve': {
      const { key, call, by } = message;
      return void runtime.decide(key, { call, decision: { type: 'approve' }, by }).catch(() => {});
    }
  }
});

const act = tool({
  description: 'appends a line to a file',
  input: jsonSchema<{ line: string }>({
    type: 'object',
    properties: { line: { type: 'string' } },
    required: ['line'],
  }),
  effect: setup.control ? 'idempotent' : 'once',
  timeout: 400,
  run: async ({ line }, { call }) => {
    if (Date.now() >= call.attempt!.deadline) throw new ToolError('It is too late to begin.');
    appendFileSync(setup.log, `${line}\n`);
    if (diesBehindEffect) process.kill(process.pid, 'SIGKILL');
    await pause(setup.control ? 100 : 12);
    return 'done';
  },
});

interface Wanted {
  readonly name: string;
  readonly input: object;
}

/** A model that makes these calls for every word, and thanks at length. Which they are follows from the word. */
function modelOf(id: string, callsFor: (word: Message) => readonly Wanted[]): Model {
  return {
    provider: 'torture',
    id,
    async *stream({ messages }): AsyncGenerator<ModelEvent> {
      await pause();
      const last = messages.at(-1)!;
      if (last.role === 'user') {
        for (const { name, input } of callsFor(last)) yield { type: 'call', name, arguments: JSON.stringify(input) };
      } else {
        for (const delta of ['Thanks ', 'for ', 'all ', 'of it.']) {
          yield { type: 'text', delta };
          await pause(40);
        }
      }
      await pause();
      yield { type: 'finish', reason: last.role === 'user' ? 'tool-calls' : 'stop' };
    },
  };
}

function textOf({ parts }: Message): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
}

const alone = createChat({
  model: modelOf('two-lines', ({ id }) =>
    ['a', 'b'].map((half) => ({ name: 'act', input: { line: `${id}-${half}` } })),
  ),
  tools: scoped({ act }, 'allow'),
});
// One has another one work on it, which has a third one do it, where a person is asked.
const boss = createChat({
  model: modelOf('boss', ({ id }) => [{ name: 'ask', input: { task: `${id}-deep` } }]),
  tools: { ask: askChat('clerk', 'Has a line written.') },
});
const clerk = createChat({
  model: modelOf('clerk', (word) => [{ name: 'ask', input: { task: textOf(word) } }]),
  tools: { ask: askChat('payer', 'Writes a line.') },
});
const payer = createChat({
  model: modelOf('payer', (word) => [{ name: 'act', input: { line: textOf(word) } }]),
  tools: scoped({ act }, 'ask'),
});

const { lease } = setup;
// What was compacted would look like a gap.
const store = Object.assign(openStore(setup), { compact: async () => 0 });
process.once('disconnect', () => process.exit());
const runtime = createRuntime({
  chat: { default: alone, boss, clerk, payer },
  store,
  lease,
  sweep: 50,
  concurrency: 8,
  onError: () => {},
});

// One machine of a test: node test/threads/machine.ts '{"name", "connectionString", …}'. It advances threads until it is killed.
import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { textOf } from '../../src/conversation/message.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { scripted } from '../../src/testing/scripted.ts';

/** What a machine is told. */
export interface MachineSetup {
  readonly name: string;
  readonly connectionString: string;
  readonly schema: string;
  /** The file that its effects go to, a line each. */
  readonly log: string;
  /** Milliseconds. */
  readonly lease: number;
  /** By how much its clock is wrong, in milliseconds. */
  readonly skew?: number;
  /** Behind so many effects its tool does not come back any more. */
  readonly holdsBehind?: number;
}

const setup = JSON.parse(process.argv[2]!) as MachineSetup;
const { name, connectionString, schema, log, lease, skew = 0, holdsBehind = Infinity } = setup;
const now = Date.now.bind(Date);
Date.now = () => now() + skew;
let effects = 0;

/** Writes a line that says who was paid, and by which machine. */
const pay = tool({
  description: 'pays',
  input: z.object({ to: z.string() }),
  effect: 'once',
  policy: 'allow',
  timeout: 400,
  run: async ({ to }) => {
    appendFileSync(log, `${to} ${name}\n`);
    effects += 1;
    if (effects <= holdsBehind) return 'paid';
    process.send?.('holds');
    return new Promise(() => {});
  },
});

const model = scripted(
  [({ messages }) => ({ calls: [{ name: 'pay', input: { to: textOf(messages.at(-1)!) } }] }), 'paid'],
  { turnBy: 'answers' },
);
const store = postgresStore({ connectionString }, { schema });
process.once('disconnect', () => process.exit());
createRuntime({ chat: createChat({ model, tools: { pay } }), store, name, lease, sweep: 50, onError: () => {} });
process.send?.('works');

// One machine of a test: node test/threads/woken-machine.ts '{"connectionString","schema"}'. It works on threads of a Postgres with
// pg-boss, looks for what nobody told it of once a minute, and says when its tool runs.
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { pgBossWaker, postgresStore } from '../../src/store/postgres/index.ts';
import { scripted } from '../../src/testing/scripted.ts';

const { connectionString, schema } = JSON.parse(process.argv[2]!) as { connectionString: string; schema: string };
const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', run: () => void process.send!('paid') });
const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'paid'], { turnBy: 'answers' });
const store = postgresStore({ connectionString }, { schema, waker: pgBossWaker() });
const runtime = createRuntime({ chat: createChat({ model, tools: { pay } }), store, sweep: 60_000 });

process.once('message', async () => {
  await runtime.close();
  await store.close();
  process.disconnect();
});

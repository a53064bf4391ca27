// A process that works until it is killed: node test/threads/office-worker.ts '{"place", "log", "hook"}'. Of its chats each
// works for the one before it, two deep, and the last one pays when a person lets it.
import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { askChat, createRuntime, webhook } from '../../src/runtime/index.ts';
import type { DurableChat } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { Place } from './last-words.ts';

/** Where threads are, which file the effects go to, and who is told of what waits. */
export interface OfficeSetup {
  readonly place: Place;
  readonly log: string;
  readonly hook?: string;
}

/** Opens the store of a place. */
export function openPlace(place: Place): Store {
  if ('path' in place) return sqliteStore(place.path);
  return postgresStore({ connectionString: place.connectionString }, { schema: place.schema });
}

/** The chats, whose tool leaves a line in a file. */
export function officeChats(log: string): Readonly<Record<string, DurableChat>> {
  const pay = tool({
    description: 'pay',
    input: z.object({}),
    effect: 'once',
    policy: 'ask',
    timeout: 300,
    async run() {
      appendFileSync(log, 'paid\n');
      // Long enough to be killed in.
      await new Promise((resolve) => setTimeout(resolve, 30));
      return 'paid';
    },
  });
  const asks = (name: string): DurableChat => {
    const script = [{ calls: [{ name: 'ask', input: { task: `Go, ${name}` } }] }, `${name} is done.`];
    const tools = { ask: askChat(name, name) };
    return createChat({ model: scripted(script, { turnBy: 'answers' }), tools });
  };
  const script = [{ calls: [{ name: 'pay', input: {} }] }, 'It is paid.'];
  const clerk = createChat({ model: scripted(script, { turnBy: 'answers' }), tools: { pay } });
  return { default: asks('manager'), manager: asks('clerk'), clerk: clerk };
}

if (process.argv[1] === import.meta.filename) {
  const { place, log, hook } = JSON.parse(process.argv[2]!) as OfficeSetup;
  const notifications = hook !== undefined && {
    notifications: {
      send: webhook({ url: hook, secret: 'a secret' }),
      timeout: 1_500,
      retries: [50, 50, 50, 50, 50, 50],
    },
  };
  const about = { lease: 400, sweep: 50, onError: () => {}, ...notifications };
  createRuntime({ chat: officeChats(log), store: openPlace(place), ...about });
}

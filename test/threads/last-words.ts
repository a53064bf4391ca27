// A process that says or decides something and dies: node test/threads/last-words.ts '{"place", "what", "moment", "key"}'.
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { createChat } from '../../src/chat/chat.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';

/** Where threads are. */
export type Place = { readonly path: string } | { readonly connectionString: string; readonly schema: string };

/** What a process does, and when it dies: right before its commit, right behind that, or when it was answered. */
export interface LastWords {
  readonly place: Place;
  readonly what: 'send' | 'decide';
  readonly moment: 'before the commit' | 'behind the commit' | 'when it was answered';
  readonly key: ThreadKey;
  /** The call that is decided about. */
  readonly call?: string;
}

const { place, what, moment, key, call = '' } = JSON.parse(process.argv[2]!) as LastWords;
const die = (): boolean => process.kill(process.pid, 'SIGKILL');
let wrote = false;

/** Told of each query; what it gives is called when the query was done. */
function query(text: string): () => void {
  wrote ||= /insert into .*"event"/.test(text);
  const isIt = wrote && text === 'commit';
  if (isIt && moment === 'before the commit') die();
  return () => void (isIt && moment === 'behind the commit' && die());
}

const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function watched(sql) {
  const statement = prepare.call(this, sql);
  for (const name of ['run', 'all'] as const) {
    const does = statement[name].bind(statement) as (...given: never[]) => never;
    statement[name] = (...given: never[]): never => {
      const done = query(sql);
      const answer = does(...given);
      done();
      return answer;
    };
  }
  return statement;
};

const asks = Client.prototype.query as (...given: unknown[]) => Promise<unknown>;
Client.prototype.query = function watched(this: Client, ...given: [{ readonly text: string }]) {
  const done = query(given[0].text);
  return asks.apply(this, given).then((answer) => {
    done();
    return answer;
  });
} as typeof Client.prototype.query;

const open = (): Store =>
  'path' in place
    ? sqliteStore(place.path)
    : postgresStore({ connectionString: place.connectionString }, { schema: place.schema });
const runtime = createRuntime({ chat: createChat({ model: scripted([]) }), store: open(), work: false });
if (what === 'send') await runtime.send(key, 'and hurry', { key: 'hurry' });
else await runtime.decide(key, { call, decision: { type: 'approve' }, by: 'ann' });
writeSync(1, 'answered');
die();

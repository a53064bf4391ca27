import type { Compilable } from 'kysely';
import { admission } from '../admission.ts';
import type { Append, AppendAnswer } from '../store.ts';
import { first, run } from './database.ts';
import type { Database, Transaction } from './database.ts';
import { rowsBehind } from './log.ts';
import { rowsWritten, settled } from './written.ts';
import type { Standing } from './written.ts';

/** Appends events, with what they change, or nothing at all. */
export function* append(database: Database, append: Append): Transaction<AppendAnswer> {
  const thread = yield* first(standingOf(database, append));
  if (!thread) return { type: 'missing' };
  const isStopped = thread.stopped === 1;
  const answer = admission({ ...thread, stopped: isStopped }, append);
  // What is taken and has events was not appended before: its writer would not have seen them.
  if (answer !== 'taken' || append.events.length === 0) {
    const known = yield* first(appended(database, append));
    if (known) return { type: 'appended', seq: known.seq_to };
  }
  switch (answer) {
    case 'fenced':
      return { type: 'fenced' };
    case 'refused': {
      const place = { tenant: append.tenant, thread: append.thread, after: append.seen };
      const rows = yield* rowsBehind(database, place);
      return { type: 'refused', events: rows.flatMap(({ events }) => events), seq: thread.seq, stopped: isStopped };
    }
    case 'taken':
      yield* run(...rowsWritten(database, append, thread), settled(database, append, thread));
      return { type: 'appended', seq: thread.seq + append.events.length };
  }
}

/** The thread as it stands, for as long as the transaction lasts. */
function standingOf({ tables, locks, now }: Database, { tenant, thread }: Append): Compilable<Standing> {
  return tables
    .selectFrom('thread')
    .select(['seq', 'epoch', 'nonce', 'stopped', 'format', 'places', now().as('now')])
    .where('tenant', '=', tenant)
    .where('id', '=', thread)
    .$if(locks, (query) => query.forUpdate());
}

function appended({ tables }: Database, { tenant, thread, id }: Append): Compilable<{ readonly seq_to: number }> {
  return tables
    .selectFrom('event')
    .select('seq_to')
    .where('tenant', '=', tenant)
    .where('thread', '=', thread)
    .where('append', '=', id);
}

import { admission, setsWake } from '../admission.ts';
import { nudgedBy, openingsOf } from '../family.ts';
import type { Append, AppendAnswer } from '../store.ts';
import type { ClaimedThread } from '../thread.ts';
import { blobsOf, blobsWritten } from './blobs.ts';
import { claimedAs, held } from './claim.ts';
import type { Database } from './database.ts';
import { nudge } from './family.ts';
import { eventsBehind } from './log.ts';
import { isTaken, settled, standingAfter } from './settled.ts';
import type { Settled, Standing } from './settled.ts';
import { shape } from './shape.ts';
import { columns, threadOf } from './thread-row.ts';
import { create } from './threads.ts';
import { first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';
import { record } from './trail.ts';
import { rowsWritten } from './written.ts';

/**
 * Appends events, with what they change, or nothing at all. The fence of whoever takes the thread with them has this nonce, by
 * which an append that was made before is known (rule E8).
 */
export function* append(database: Database, append: Append, nonce: string): Transaction<AppendAnswer> {
  const thread = yield* first(standingOf(database, append));
  if (!thread) return { type: 'missing' };
  const isStopped = thread.stopped > 0;
  const answer = admission({ ...thread, stopped: isStopped }, append);
  // What is taken and has events was not appended before: its writer would not have seen them.
  if (answer !== 'taken' || append.events.length === 0) {
    const known = yield* first(placeOf(database, append));
    if (known) return { type: 'appended', seq: known.seq_to, ...(yield* claimedBefore(database, append, nonce)) };
  }
  switch (answer) {
    case 'fenced':
      return { type: 'fenced' };
    case 'refused': {
      const place = { tenant: append.tenant, thread: append.thread, after: append.seen };
      const events = yield* eventsBehind(database, place);
      return { type: 'refused', events, seq: thread.seq, stopped: isStopped };
    }
    case 'taken': {
      const appended: AppendAnswer = { type: 'appended', seq: thread.seq + append.events.length };
      yield* record(database, append, thread.now);
      yield* blobsWritten(database, blobsOf(append));
      yield* run(...rowsWritten(database, append, thread));
      const taken = standingAfter(append, thread, nonce);
      const claimed = isTaken({ before: thread, after: taken }) ? yield* readable(database, taken) : undefined;
      const after = claimed ? taken : standingAfter(append, thread);
      const due = yield* first(settled(database, append, { before: thread, after }));
      yield* othersTold(database, append, thread);
      if (claimed) return { ...appended, claimed };
      yield* woken(append, due);
      return appended;
    }
  }
}

/** A thread that is being taken. Where it cannot be read, what was said is kept all the same, and a claim has it fail. */
function* readable(database: Database, row: Standing): Transaction<ClaimedThread | undefined> {
  try {
    return yield* held(database, row);
  } catch {
    return undefined;
  }
}

/** The thread that an append which was made before has taken. */
function* claimedBefore(
  database: Database,
  { claim: wanted }: Append,
  nonce: string,
): Transaction<{ readonly claimed: ClaimedThread } | undefined> {
  const claimed = wanted && (yield* claimedAs(database, nonce));
  return claimed && { claimed };
}

/** What it does to other threads (rule C3). */
function* othersTold(database: Database, given: Append, standing: Standing): Transaction<void> {
  if (!given.children && standing.root === null) return;
  const thread = threadOf(standing);
  for (const opening of openingsOf(thread, given, standing.now)) {
    yield* create(database, opening.thread, opening.append.id);
    yield* append(database, opening.append, opening.append.id);
  }
  for (const other of nudgedBy(thread, given)) yield* nudge(database, { tenant: given.tenant, thread: other });
}

/** Whoever is to look at the thread is woken by the transaction which says when (rule S3). */
function* woken(append: Append, settled: Settled | undefined): Transaction<void> {
  if (!settled || settled.wake_at === null || !setsWake(append)) return;
  const { tenant, thread } = append;
  yield { tenant, thread, notBefore: settled.wake_at, now: settled.updated_at };
}

/** The thread as it stands, for as long as the transaction lasts. */
const standingOf = shape<Append, Standing>(({ tables, locks, now }, value) =>
  tables
    .selectFrom('thread')
    .select([...columns, now.as('now')])
    .where('tenant', '=', value('tenant'))
    .where('id', '=', value('thread'))
    .$if(locks, (query) => query.forUpdate()),
);

/** The place of an append that is there already; it was taken when its writer had seen as much. */
const placeOf = shape<Append, { readonly seq_to: number }>(({ tables }, value) =>
  tables
    .selectFrom('event')
    .select('seq_to')
    .where('tenant', '=', value('tenant'))
    .where('thread', '=', value('thread'))
    .where('seq_to', '>=', value('seen'))
    .where('append', '=', value('id')),
);

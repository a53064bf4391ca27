import { isAddressed } from '../../conversation/addressee.ts';
import { isWaiting } from '../../conversation/changes.ts';
import { pageOf } from '../page.ts';
import type { Page } from '../page.ts';
import type { ThreadQuery, WaitingQuery, WaitingRow } from '../store.ts';
import type { Thread } from '../thread.ts';
import type { HeldCall, HeldThread } from './held.ts';

/** Threads of a tenant, the one that changed last first. */
export function threadPage(
  threads: readonly HeldThread[],
  { owner, archived = false, within, limit, after = 'Infinity' }: ThreadQuery,
): Page<Thread> {
  const held = threads
    .filter((one) => one.root === within)
    .filter((one) => (owner === undefined || one.made.owner === owner) && (one.archivedAt !== undefined) === archived)
    .filter(({ order }) => order < Number(after))
    .toSorted((one, other) => other.order - one.order);
  return pageOf(held, { limit, placeOf: (one) => String(one.order), toItem: (one) => one.thread });
}

/** What waits in these threads of a tenant, the one that waits longest first. */
export function waitingPage(
  threads: readonly HeldThread[],
  { thread, person, limit, after = '' }: WaitingQuery,
): Page<WaitingRow> {
  const isTheirs = ({ addressees }: HeldCall): boolean =>
    person === undefined || addressees.some((one) => isAddressed(one, person));
  const rows: readonly WaitingRow[] = threads
    .filter(({ made, root }) => thread === undefined || made.thread === thread || root === thread)
    .flatMap((held) => held.calls.filter(isTheirs).map((one) => waitingRow(held.thread, one)))
    .filter(({ call }) => isWaiting(call))
    .filter((row) => placeOf(row) > after)
    .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  return pageOf(rows, { limit, placeOf, toItem: (row) => row });
}

function waitingRow(thread: Thread, { call, message, since }: HeldCall): WaitingRow {
  return { thread, call, message, since };
}

/** Times of one length, so that texts are in the order of their times. */
function placeOf({ since, call }: WaitingRow): string {
  return `${String(since).padStart(16, '0')} ${call.id}`;
}

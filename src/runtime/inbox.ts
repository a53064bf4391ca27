import { demandsOn, isAddressed } from '../conversation/addressee.ts';
import type { Person } from '../conversation/addressee.ts';
import type { Requirement } from '../conversation/requirement.ts';
import type { Page, PageQuery } from '../store/page.ts';
import type { Setup } from './options.ts';
import type { WaitingRow } from '../store/store.ts';

/** Whose inbox. */
export interface InboxQuery extends PageQuery {
  readonly thread?: string;
  /** Who looks: they are shown what they may decide, or are to answer. Nobody in particular is shown what anybody may. */
  readonly principal?: string;
  /** What approvers may also be named by: groups and roles that they have. */
  readonly groups?: readonly string[];
  /** Shows everything that waits, whoever it is put to. */
  readonly manage?: boolean;
}

/** A call that waits, where, and for what. */
export interface InboxRow extends WaitingRow {
  /** What is still required of people: what somebody has met already is not (rule D4). */
  readonly required: readonly Requirement[];
}

/** What waits for somebody in all threads of a tenant, the one that waits longest first (rules D7, X1). */
export async function inbox(
  { store, report }: Pick<Setup, 'store' | 'report'>,
  query: InboxQuery,
): Promise<Page<InboxRow>> {
  const { principal, groups, manage, ...which } = query;
  const limit = Math.min(query.limit ?? 50, 500);
  const person = { by: principal, groups };
  const items: InboxRow[] = [];
  let { after } = query;
  // A page is full as long as there is more: what somebody has said their part of already is no row of it.
  do {
    const more = { ...which, limit: limit - items.length, ...(after !== undefined && { after }) };
    const page = await store.waiting(manage ? more : { ...more, person });
    for (const error of page.unreadable ?? []) report(error);
    const rows = page.items.map((row) => ({ ...row, required: requiredOf(row) }));
    items.push(...(manage ? rows : rows.filter(({ required }) => !hasSaid(required, person))));
    after = page.next;
  } while (after !== undefined && items.length < limit);
  return { items, ...(after !== undefined && { next: after }) };
}

/** Whether others have to agree too, and this person has: a group stays among the approvers when one of it has approved. */
function hasSaid(required: readonly Requirement[], person: Person): boolean {
  const isGiven = ({ given = [] }: Requirement): boolean => given.some(({ by }) => by === person.by);
  const isTheirs = ({ approvers }: Requirement): boolean =>
    approvers === undefined || approvers.some((name) => isAddressed({ name }, person));
  return required.some(isGiven) && !required.some((one) => isTheirs(one) && !isGiven(one));
}

function requiredOf({ call }: WaitingRow): readonly Requirement[] {
  const waits = call.state === 'awaiting-approval' || call.state === 'snoozed' || call.state === 'deferred';
  return waits ? demandsOn(call) : [];
}

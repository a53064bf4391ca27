import { demandsOn } from '../conversation/addressee.ts';
import type { Requirement } from '../conversation/requirement.ts';
import type { Page, PageQuery } from '../store/page.ts';
import type { Store, WaitingRow } from '../store/store.ts';

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
export async function inbox(store: Store, query: InboxQuery): Promise<Page<InboxRow>> {
  const { principal, groups, manage, ...which } = query;
  const page = await store.waiting(manage ? which : { ...which, person: { by: principal, groups } });
  return { ...page, items: page.items.map((row) => ({ ...row, required: requiredOf(row) })) };
}

function requiredOf({ call }: WaitingRow): readonly Requirement[] {
  const waits = call.state === 'awaiting-approval' || call.state === 'snoozed' || call.state === 'deferred';
  return waits ? demandsOn(call) : [];
}

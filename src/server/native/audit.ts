import { ChatError } from '../../conversation/error.ts';
import { auditOrders } from '../../store/audit/trail.ts';
import type { AuditOrder } from '../../store/audit/trail.ts';
import type { BrokenLink } from '../../store/audit/verify.ts';
import type { Asked } from '../dialect.ts';
import { Problem } from '../problem.ts';
import { pageIn, threadIn } from './fields.ts';
import { answer } from './operation.ts';
import type { Operation } from './operation.ts';

/**
 * What came of walking the audit trails, up to the first broken link (rule S7). `isKeyed`: under the secret of the store, so
 * that nobody without it has changed them; else only that entries fit each other.
 */
export type CheckedAudit =
  | { readonly type: 'whole'; readonly trails: number; readonly entries: number; readonly isKeyed: boolean }
  | {
      readonly type: 'broken';
      readonly trails: number;
      readonly entries: number;
      readonly isKeyed: boolean;
      readonly broken: BrokenLink;
    }
  /** They are kept under a secret, which this server was not given: nothing is known. */
  | { readonly type: 'secret-missing' };

/** Who decided what, and whether that is what was written. */
export function auditOperations(secret: string | undefined): readonly Operation[] {
  return [
    {
      method: 'GET',
      path: '/audit',
      action: 'manage',
      summary: 'Lists who decided what, when and why, the oldest first; with order=newest-first the newest.',
      query: ['limit', 'after', 'thread', 'order'],
      gives: { 200: 'Audit' },
      handle: async ({ who, runtime, query }) =>
        answer(await runtime.audit({ tenant: who.tenant, ...threadIn(query), ...pageIn(query), ...orderIn(query) })),
    },
    {
      method: 'GET',
      path: '/audit/trails',
      action: 'manage',
      summary:
        'Lists audit trails whole, each with the end that says how long it is: to be kept and verified elsewhere.',
      query: ['limit', 'after', 'thread'],
      gives: { 200: 'Trails' },
      handle: async ({ who, runtime, query }) =>
        answer(await runtime.trails({ tenant: who.tenant, ...threadIn(query), ...pageIn(query) })),
    },
    {
      method: 'GET',
      path: '/audit/check',
      action: 'manage',
      summary: 'Walks the audit trails, or that of a thread, up to the first link that is broken.',
      query: ['thread'],
      gives: { 200: 'CheckedAudit' },
      handle: async (asked) => answer(await checked(asked, secret)),
    },
  ];
}

function orderIn(query: URLSearchParams): { readonly order?: AuditOrder } {
  const given = query.get('order');
  if (given === null) return {};
  const order = auditOrders.find((one) => one === given);
  if (order === undefined) throw new Problem('malformed', `order is not one of ${auditOrders.join(', ')}.`);
  return { order };
}

async function checked({ who, runtime, query }: Asked, secret: string | undefined): Promise<CheckedAudit> {
  const isKeyed = secret !== undefined;
  const which = { tenant: who.tenant, ...threadIn(query) };
  try {
    const { trails, entries, broken } = await runtime.verifyAudit({ ...which, ...(isKeyed && { secret }) });
    const walked = { trails, entries, isKeyed };
    return broken ? { type: 'broken', ...walked, broken } : { type: 'whole', ...walked };
  } catch (error) {
    // Nothing else can be wrong with what is asked.
    if (!isKeyed && error instanceof ChatError && error.code === 'invalid-request') return { type: 'secret-missing' };
    throw error;
  }
}

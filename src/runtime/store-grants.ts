import { ChatError } from '../conversation/error.ts';
import type { GrantStore } from '../conversation/grant.ts';
import type { Store } from '../store/store.ts';

/**
 * Grants beside the threads of a store, for `rulesFrom`: what is granted and revoked is on record in the audit trail of the
 * thread from whose call it was, and goes with that thread. `add` throws `ChatError` `invalid-request` for a grant without
 * a tenant and a call, and when the thread is not there.
 */
export function storeGrants(store: Pick<Store, 'grant' | 'grants' | 'revokeGrant'>): GrantStore {
  return {
    list: async (tenant) => (tenant === undefined ? [] : store.grants(tenant)),
    async add({ tenant, from, ...grant }) {
      if (tenant === undefined || !from) throw wrong('it needs its tenant, and the call that was seen');
      if (!(await store.grant({ ...grant, tenant, from }))) throw wrong(`there is no thread ${from.thread}`);
    },
    revoke: async (id, { tenant, by } = {}) =>
      tenant !== undefined && store.revokeGrant({ tenant, id, ...(by !== undefined && { by }) }),
  };
}

function wrong(why: string): ChatError {
  return new ChatError('invalid-request', `Keeping a grant: ${why}.`);
}

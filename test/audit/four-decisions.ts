import type { DecisionTaken } from '../../src/conversation/taken.ts';
import { verifyAudit } from '../../src/runtime/audit.ts';
import type { CheckedTrails } from '../../src/runtime/audit.ts';
import { notary } from '../../src/store/audit/notary.ts';
import type { Recorded } from '../../src/store/audit/notary.ts';
import type { Store } from '../../src/store/store.ts';
import { append, asking, begin, key, rejection } from '../../src/testing/store/case.ts';

/** The secret of the stores that are tampered with. */
export const auditSecret = 'a secret that the database does not have';

/** Makes a thread in which ann rejects four calls. */
export async function fourDecisions(store: Store): Promise<void> {
  await begin(store);
  for (const number of [1, 2, 3, 4]) {
    await append(store, asking(`m${number}`, `c${number}`));
    await append(store, [rejection(`c${number}`, { reason: `reason ${number}` })]);
  }
}

/** What is found by who has the secret, or another one. */
export function check(store: Store, secret: string = auditSecret): Promise<CheckedTrails> {
  return verifyAudit(store, { tenant: key.tenant, secret });
}

/** The whole trail as somebody writes it anew who does not have the secret: with one reason changed, and every hash right. */
export async function forged(store: Store): Promise<Recorded> {
  const { items } = await store.audit({ tenant: key.tenant });
  const decisions = items.map(({ decided }, index) => {
    const reason = index === 1 ? 'reason X' : `reason ${index + 1}`;
    return { ...(decided as DecisionTaken), decision: { type: 'reject', reason } } as const;
  });
  return notary('a guess').record(key, undefined, { decisions, now: items[0]!.at });
}

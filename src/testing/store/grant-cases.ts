import { verifyTrail } from '../../store/audit/verify.ts';
import type { Granted, Store } from '../../store/store.ts';
import { append, asking, begin, equal, key, rejection } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** What people grant beside their decisions: kept for a tenant, on record in the thread that it was made from. */
export const grantCases: readonly StageCase[] = [
  { name: 'a grant is kept, and on record with who gave it and from which call (S7)', run: kept },
  { name: 'a grant that is sent again is on record once (S7, E8)', run: once },
  { name: 'a grant that is taken back is gone, and on record with who did it (S7)', run: revoked },
  { name: 'a tenant sees its grants and no others (X1)', run: apart },
  { name: 'a grant goes with the thread it was made from, and of both the bare links stay (S7)', run: erased },
  { name: 'what has expired long ago is forgotten when something is granted', run: forgotten },
];

function granted(id: string, more: Partial<Granted> = {}): Granted {
  return {
    id,
    tenant: 'acme',
    rule: { decision: 'allow', tool: 'pay', when: { to: { equals: 'NUL \u0000 \ud800' } }, only: true },
    scope: 'always',
    at: 1_000,
    by: 'ann',
    from: { thread: 't1', call: 'c1' },
    ...more,
  };
}

async function kept({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, asking('m1', 'c1'));
  equal(await store.grant(granted('g2', { at: 2_000 })), true, 'the second');
  equal(await store.grant(granted('g1')), true, 'the first');
  equal(await store.grant(granted('g3', { from: { thread: 't9', call: 'c1' } })), false, 'one of no thread');
  equal(await store.grants('acme'), [granted('g1'), granted('g2', { at: 2_000 })], 'what is granted');
  await append(store, [rejection('c1')]);
  const { items } = await store.audit({ tenant: 'acme' });
  equal(
    items.map(({ decided }) => [decided?.decision.type, decided?.by, decided?.call, decided?.name]),
    [
      ['grant', 'ann', 'c1', 'pay'],
      ['grant', 'ann', 'c1', 'pay'],
      ['reject', 'ann', 'c1', 'pay'],
    ],
    'what is on record',
  );
  equal(items[1]?.decided?.decision, { type: 'grant', grant: granted('g1') }, 'the grant');
  await whole(store, auditSecret, 3);
}

async function once({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  equal([await store.grant(granted('g1')), await store.grant(granted('g1'))], [true, true], 'the same twice');
  equal((await store.grants('acme')).length, 1, 'grants');
  await whole(store, auditSecret, 1);
}

async function revoked({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  await store.grant(granted('g1'));
  const revocation = { tenant: 'acme', id: 'g1', by: 'bob' };
  equal(await store.revokeGrant({ ...revocation, tenant: 'rival' }), false, 'by another tenant');
  equal([await store.revokeGrant(revocation), await store.revokeGrant(revocation)], [true, false], 'twice');
  equal(await store.grants('acme'), [], 'grants');
  const [, entry] = (await store.audit({ tenant: 'acme' })).items;
  equal(
    [entry?.decided?.decision, entry?.decided?.by, entry?.decided?.call],
    [{ type: 'revoke', grant: granted('g1') }, 'bob', 'c1'],
    'what is on record',
  );
  await whole(store, auditSecret, 2);
}

async function apart({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await begin(store, { tenant: 'rival', thread: 't1' });
  await store.grant(granted('g1'));
  await store.grant(granted('g1', { tenant: 'rival', by: 'eve' }));
  equal(
    (await store.grants('acme')).map(({ by }) => by),
    ['ann'],
    'grants of acme',
  );
  equal(
    (await store.grants('rival')).map(({ by }) => by),
    ['eve'],
    'grants of the other one',
  );
  equal(await store.grants('nobody'), [], 'grants of nobody');
}

async function erased({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  await begin(store, { tenant: 'acme', thread: 't2' });
  await store.grant(granted('g1'));
  await store.grant(granted('g2', { from: { thread: 't2', call: 'c1' } }));
  equal(await store.erase(key), 'erased', 'erase');
  equal(
    (await store.grants('acme')).map(({ id }) => id),
    ['g2'],
    'what is left',
  );
  equal(await store.revokeGrant({ tenant: 'acme', id: 'g1' }), false, 'to take it back');
  equal(await store.grant(granted('g3')), false, 'to grant from a call that is gone');
  const [bare] = (await store.audit({ tenant: 'acme', thread: 't1' })).items;
  equal([bare?.decided, bare?.salt], [undefined, undefined], 'what is on record');
  await whole(store, auditSecret, 1);
}

async function forgotten({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const now = await store.now();
  const day = 24 * 60 * 60 * 1_000;
  await store.grant(granted('old', { scope: 'hour', at: now - 30 * day, expiresAt: now - 29 * day }));
  await store.grant(granted('late', { scope: 'hour', at: now - day, expiresAt: now - 1 }));
  equal(
    (await store.grants('acme')).map(({ id }) => id),
    ['late'],
    'what is listed',
  );
  equal(await store.revokeGrant({ tenant: 'acme', id: 'old' }), false, 'what is forgotten');
}

async function whole(store: Store, secret: string | undefined, entries: number): Promise<void> {
  const [trail] = (await store.trails({ ...key })).items;
  equal(trail && verifyTrail(trail, secret), undefined, 'what is broken');
  equal([trail?.entries.length, trail?.end?.count], [entries, entries], 'how long the trail is');
}

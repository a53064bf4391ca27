import { describe, expect, test } from 'vitest';
import { shopsOfTests } from '../../../test/server/shop.ts';
import type { Shop, ShopOptions } from '../../../test/server/shop.ts';
import type { Trail, TrailQuery } from '../../store/audit/trail.ts';
import type { Page } from '../../store/page.ts';
import { verifyTrail } from '../../store/audit/verify.ts';
import { memoryStore } from '../../store/memory/index.ts';
import type { Store } from '../../store/store.ts';

const shopWith = shopsOfTests();
const auditSecret = 'a secret';

/** A shop in which Kim has approved a payment of Ann. */
async function decided(options: ShopOptions): Promise<Shop & { readonly thread: string }> {
  const shop = shopWith(options);
  const { thread, call, seen } = await shop.waiting();
  const decisions = [{ call, seen, decision: { type: 'approve' } }];
  await shop.ask('kim', `POST /threads/${thread}/decisions`, { decisions });
  return { ...shop, thread };
}

/** Somebody who can write to the database has changed who decided. */
function tampered(store: Store): Store {
  const changed = (trail: Trail): Trail => ({
    ...trail,
    entries: trail.entries.map((entry) => ({ ...entry, decided: { ...entry.decided!, by: 'eve' } })),
  });
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'trails') return typeof value === 'function' ? value.bind(target) : value;
      return async (query: TrailQuery): Promise<Page<Trail>> => {
        const page = await target.trails(query);
        return { ...page, items: page.items.map(changed) };
      };
    },
  });
}

describe('reading the audit over HTTP', () => {
  test('lists decisions from the newest on, page by page (S7)', async () => {
    const { ask, waiting } = shopWith();
    const { thread, call, seen } = await waiting();
    for (const year of [2097, 2098, 2099]) {
      const decisions = [{ call, seen, decision: { type: 'snooze', until: `${year}-01-01T00:00:00Z` } }];
      await ask('kim', `POST /threads/${thread}/decisions`, { decisions });
    }
    const oldest = (await ask('max', 'GET /audit?order=oldest-first')).body.items;
    const first = (await ask('max', 'GET /audit?order=newest-first&limit=2')).body;
    const after = encodeURIComponent(first.next);
    const rest = (await ask('max', `GET /audit?order=newest-first&limit=2&after=${after}`)).body;
    expect([...first.items, ...rest.items]).toEqual(oldest.toReversed());
    expect([oldest.length, rest.next]).toEqual([3, undefined]);
    expect((await ask('max', 'GET /audit?order=newest')).status).toBe(400);
  });

  test('gives trails whole with their ends, which say when one was cut off; to who manages alone (S7, X1)', async () => {
    const { ask, thread } = await decided({ store: memoryStore({ auditSecret }) });
    const [trail, ...others] = (await ask('max', `GET /audit/trails?thread=${thread}`)).body.items;
    expect([verifyTrail(trail, auditSecret), others]).toEqual([undefined, []]);
    expect(verifyTrail({ ...trail, entries: [] }, auditSecret)).toMatchObject({ type: 'missing', place: 1 });
    expect((await ask('kim', 'GET /audit/trails')).status).toBe(403);
    expect((await ask('eve', 'GET /audit/trails')).body).toEqual({ items: [] });
  });
});

describe('checking the audit over HTTP', () => {
  test('says that it is whole, and under a secret (S7)', async () => {
    const { ask, thread } = await decided({ store: memoryStore({ auditSecret }), auditSecret });
    const whole = { type: 'whole', trails: 1, entries: 1, isKeyed: true };
    expect((await ask('max', 'GET /audit/check')).body).toEqual(whole);
    expect((await ask('max', `GET /audit/check?thread=${thread}`)).body).toEqual(whole);
    expect((await ask('max', 'GET /audit/check?thread=other')).body).toEqual({ ...whole, trails: 0, entries: 0 });
  });

  test('names the first link that is broken (S7)', async () => {
    const { ask, thread } = await decided({ store: tampered(memoryStore()) });
    expect((await ask('max', 'GET /audit/check')).body).toEqual({
      type: 'broken',
      trails: 1,
      entries: 1,
      isKeyed: false,
      broken: { type: 'changed', tenant: 'acme', thread, place: 1, reason: 'what was decided was changed' },
    });
  });

  test('says of one that was begun without the secret that anybody may have written it (S7)', async () => {
    const { ask } = await decided({ store: memoryStore(), auditSecret });
    expect((await ask('max', 'GET /audit/check')).body).toMatchObject({
      type: 'broken',
      isKeyed: true,
      broken: { type: 'unkeyed' },
    });
  });

  test('says that the secret is missing where it is, and tells nothing of it (S7)', async () => {
    const { ask } = await decided({ store: memoryStore({ auditSecret }) });
    expect((await ask('max', 'GET /audit/check')).body).toEqual({ type: 'secret-missing' });
  });

  test('takes the right to manage, and looks at threads of its own tenant alone (X1)', async () => {
    const { ask, thread } = await decided({ store: memoryStore({ auditSecret }), auditSecret });
    expect((await ask('kim', 'GET /audit/check')).status).toBe(403);
    for (const which of ['', `?thread=${thread}`]) {
      expect((await ask('eve', `GET /audit/check${which}`)).body).toMatchObject({ type: 'whole', trails: 0 });
    }
  });

  test('breaks where the store does, and says nothing of why (X3)', async () => {
    const store = memoryStore();
    const { ask } = await decided({ store });
    store.trails = () => Promise.reject(new Error('disk is gone'));
    const { status, body } = await ask('max', 'GET /audit/check');
    expect([status, JSON.stringify(body).includes('disk')]).toEqual([500, false]);
  });
});

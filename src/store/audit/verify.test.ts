import { describe, expect, test } from 'vitest';
import type { DecisionTaken } from '../../conversation/taken.ts';
import { linkOf, rootOf, sealOf } from './chain.ts';
import { hashUnder } from './hash.ts';
import { notary } from './notary.ts';
import type { AuditEntry, Trail, TrailEnd } from './trail.ts';
import { verifyTrail } from './verify.ts';

const key = { tenant: 'acme', thread: 't1' };

function decision(call: string, reason: string): DecisionTaken {
  return { decision: { type: 'reject', reason }, by: 'ann', at: 1, call, name: 'pay', revision: 3, to: 'rejected' };
}

/** Four entries, of which two were stored at once, and the end before the last one. */
function trailUnder(
  secret: string | undefined,
  where = key,
): Trail & { readonly end: TrailEnd; readonly older: TrailEnd } {
  const { record } = notary(secret);
  const first = record(where, undefined, { decisions: [decision('c1', 'one')], now: 10 });
  const second = record(where, first.end, { decisions: [decision('c2', 'two'), decision('c3', 'three')], now: 20 });
  const third = record(where, second.end, { decisions: [decision('c4', 'four')], now: 15 });
  return {
    ...where,
    end: third.end,
    older: second.end,
    entries: [...first.entries, ...second.entries, ...third.entries],
  };
}

const trail = trailUnder('secret');
const plain = trailUnder(undefined);
const whole = trail.entries;

/** The trail with another entry at a place. */
function replaced(place: number, change: Partial<AuditEntry>): Trail {
  return { ...trail, entries: whole.map((entry) => (entry.place === place ? { ...entry, ...change } : entry)) };
}

function withEnd(change: Partial<TrailEnd>): Trail {
  return { ...trail, end: { ...trail.end, ...change } };
}

/** As somebody writes it anew who has no secret. */
function forged({ end, entries }: typeof trail, isKeyed: boolean): Trail {
  const hash = hashUnder(undefined);
  const all: AuditEntry[] = [];
  for (const entry of entries) all.push({ ...entry, link: linkOf(hash, all.at(-1)?.link ?? rootOf(key), entry) });
  const ends = { ...end, isKeyed, count: all.length, link: all.at(-1)!.link };
  return { ...key, entries: all, end: { ...ends, seal: sealOf(hash, key, ends) } };
}

describe('a trail', () => {
  test('is whole as it was written, in the order of its times (S7)', () => {
    expect([verifyTrail(trail, 'secret'), verifyTrail(plain)]).toEqual([undefined, undefined]);
    expect(whole.map(({ place, at }) => [place, at])).toEqual([
      [1, 10],
      [2, 20],
      [3, 20],
      [4, 20],
    ]);
  });

  test('is whole without what was decided when its thread was erased (S7)', () => {
    const entries = whole.map(({ decided: _decided, salt: _salt, ...bare }) => bare);
    const end = notary('secret').close(key, trail.end, 30);
    expect(verifyTrail({ ...key, entries, end }, 'secret')).toBeUndefined();
    expect(end).not.toHaveProperty('salt');
    expect(verifyTrail({ ...key, entries: entries.slice(1), end }, 'secret')).toMatchObject({
      type: 'missing',
      place: 1,
    });
    const others = entries.map((entry) => ({ ...entry, who: entry.who.replace(/./, 'x') }));
    expect(verifyTrail({ ...key, entries: others, end }, 'secret')).toMatchObject({ type: 'changed', place: 1 });
    expect(verifyTrail({ ...trail, end }, 'secret')).toMatchObject({ type: 'changed', place: 1 });
  });
});

describe('the first broken link is named (S7)', () => {
  const [one, two, three, four] = whole as [AuditEntry, AuditEntry, AuditEntry, AuditEntry];
  const other = { ...(two.decided as DecisionTaken), decision: { type: 'approve' } } as const;
  const swapped = [one, { ...three, place: 2 }, { ...two, place: 3 }, four];
  const bare = whole.map(({ decided: _decided, salt: _salt, ...rest }) => rest);
  test.each<readonly [string, Trail, object]>([
    ['a changed decision', replaced(2, { decided: other }), { type: 'changed', place: 2 }],
    ['another name', replaced(2, { decided: { ...two.decided!, by: 'bob' } }), { type: 'changed', place: 2 }],
    ['another salt', replaced(3, { salt: 'x' }), { type: 'changed', place: 3 }],
    ['another time', replaced(1, { at: 11 }), { type: 'changed', place: 1 }],
    ['somebody else', replaced(4, { who: one.who.replace(/./, 'x') }), { type: 'changed', place: 4 }],
    ['another link', replaced(2, { link: one.link }), { type: 'changed', place: 2 }],
    [
      'a whole other content',
      replaced(2, { digest: one.digest, salt: one.salt!, decided: one.decided! }),
      { place: 2 },
    ],
    ['a decision that is gone', { ...trail, entries: bare }, { type: 'changed', place: 1 }],
    ['two that changed places', { ...trail, entries: swapped }, { type: 'order', place: 2 }],
    ['one that is there twice', { ...trail, entries: [one, two, two, three, four] }, { type: 'order', place: 3 }],
    ['the first that is gone', { ...trail, entries: [two, three, four] }, { type: 'missing', place: 1 }],
    ['one in the middle that is gone', { ...trail, entries: [one, three, four] }, { type: 'missing', place: 2 }],
    ['the last that is gone', { ...trail, entries: [one, two, three] }, { type: 'missing', place: 4 }],
    ['all that are gone', { ...trail, entries: [] }, { type: 'missing', place: 1 }],
    [
      'one that is gone, with the others moved up',
      { ...trail, entries: [one, { ...three, place: 2 }, { ...four, place: 3 }] },
      { type: 'changed', place: 2 },
    ],
    [
      'an end that is shorter',
      { ...withEnd({ count: 3, link: three.link }), entries: [one, two, three] },
      { type: 'end' },
    ],
    ['an end that is longer', withEnd({ count: 5 }), { type: 'end', place: 4 }],
    ['an older end', { ...trail, end: trail.older }, { type: 'end', place: 4 }],
    ['an end that is gone', { ...key, entries: whole }, { type: 'end', place: 4 }],
    ['a thread that is said to be erased', { ...withEnd({ erasedAt: 5 }), entries: bare }, { type: 'end' }],
    ['names that are said to be gone', withEnd({ salt: 'x' }), { type: 'changed', place: 1 }],
    ['the trail of another thread', { ...trail, thread: 't2' }, { place: 1 }],
    ['one written anew without the secret', forged(trail, true), { type: 'changed', place: 1 }],
    ['one said to have no secret', forged(trail, false), { type: 'unkeyed', place: 1 }],
    ['one of another secret', trailUnder('other'), { type: 'changed', place: 1 }],
  ])('%s', (_, tampered, broken) => {
    expect(verifyTrail(tampered, 'secret')).toMatchObject({ tenant: 'acme', ...broken });
  });
});

test('the same decision of the same person is told by nothing that stays: neither its digest nor who it was (S7)', () => {
  const decisions = [decision('c1', 'one'), decision('c1', 'one')];
  const both = ['t1', 't2'].map((thread) =>
    notary(undefined).record({ ...key, thread }, undefined, { decisions, now: 1 }),
  );
  const entries = both.flatMap((recorded) => recorded.entries);
  expect(new Set(entries.map(({ digest }) => digest)).size).toBe(4);
  expect(new Set(entries.map(({ who }) => who)).size).toBe(2);
});

test('without a secret only the order is claimed: a trail that was written anew fits (S7)', () => {
  const [one, ...others] = plain.entries;
  expect(verifyTrail({ ...plain, entries: others })).toMatchObject({ type: 'missing', place: 1 });
  const rewritten = { ...plain, entries: [{ ...one!, at: 9 }, ...others] };
  expect(verifyTrail(rewritten)).toMatchObject({ type: 'changed', place: 1 });
  expect(verifyTrail(forged(rewritten, false))).toBeUndefined();
});

test('a trail under a secret needs it, to be verified and to go on (S7)', () => {
  expect(() => verifyTrail(trail)).toThrow('it is kept under a secret, which was not given');
  const news = { decisions: [decision('c5', 'five')], now: 30 };
  expect(() => notary(undefined).record(key, trail.end, news)).toThrow('a secret that this store was not given');
  expect(() => notary(undefined).close(key, trail.end, 30)).toThrow('a secret that this store was not given');
});

test('a trail that was begun without a secret goes on without it, and is not taken for one under it (S7)', () => {
  const { entries, end } = notary('secret').record(key, plain.end, { decisions: [decision('c5', 'five')], now: 30 });
  const longer = { ...key, end, entries: [...plain.entries, ...entries] };
  expect(verifyTrail(longer)).toBeUndefined();
  expect(verifyTrail(longer, 'secret')).toMatchObject({ type: 'unkeyed' });
});

import { expect, it } from 'vitest';
import { chainWordsOf } from './chain-words.ts';

it('says of a chain what is proven, and no more (S7)', () => {
  const known = { trails: 2, entries: 3 };
  const broken = {
    tenant: 'acme',
    thread: 'lunch',
    type: 'changed',
    place: 2,
    reason: 'the entry was changed',
  } as const;
  expect(chainWordsOf({ type: 'whole', ...known, isKeyed: true })).toEqual({
    tone: 'good',
    sentence: '3 decisions in 2 threads: nothing was changed, added, moved or deleted.',
  });
  expect(chainWordsOf({ type: 'whole', ...known, isKeyed: false })).toMatchObject({
    tone: 'warn',
    sentence: expect.stringContaining('without a secret'),
  });
  expect(chainWordsOf({ type: 'whole', trails: 0, entries: 0, isKeyed: true }).tone).toBe('warn');
  expect(chainWordsOf({ type: 'broken', ...known, isKeyed: true, broken })).toEqual({
    tone: 'bad',
    sentence: 'Broken at decision 2 of thread lunch: the entry was changed.',
  });
  expect(chainWordsOf({ type: 'secret-missing' })).toMatchObject({ tone: 'warn' });
});

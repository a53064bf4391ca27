import type { NextId } from './talk.ts';

/** Ids as providers give them, and as some give them (rule W2). */
export const idKinds: Readonly<Record<string, () => NextId>> = {
  usual: () => {
    let count = 0;
    return () => `call_${(count += 1)}`;
  },
  absent: () => () => undefined,
  'always the same': () => () => 'call_0',
  'the same in every answer': () => {
    const places = [0, 1, 0, 1, 2, 3, 4];
    return () => `functions.${places.shift() ?? 9}`;
  },
  'too long': () => {
    let count = 0;
    return () => `call_${'x'.repeat(80)}_${(count += 1)}`;
  },
  'of letters that others refuse': () => {
    let count = 0;
    return () => `functions.lookup:${(count += 1)}|ü`;
  },
};

import { describe, test } from 'vitest';
import { storeCases } from '../../testing/store/cases.ts';
import { testClock } from '../../testing/test-clock.ts';
import { memoryStore } from './index.ts';

describe('a store in memory', () => {
  const clock = testClock();
  const options = { open: () => memoryStore({ now: clock.now }), wait: clock.advance };
  for (const { name, run } of storeCases(options)) test(name, run);
});

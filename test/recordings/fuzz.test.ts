// A few thousand frames of what `npm run fuzz -- --frames 1000000` reads a million of.
import { expect, test } from 'vitest';
import { fuzz, textOfFailure } from './fuzz/fuzz.ts';
import { namesOf } from './folder.ts';
import { wires } from './wires.ts';

const seed = 20_261_125;
const isThere = Object.keys(wires).some((wire) => namesOf(wire).length > 0);
if (!isThere) console.warn('NO RECORDINGS: there is nothing to mutate, and nothing is proven here.');

test.skipIf(!isThere)('whatever comes, an answer ends, and tells nothing that makes no sense', async () => {
  const { frames, failures, ends } = await fuzz({ frames: 8000, seed, limit: 20_000 });
  expect(failures.map((failure) => textOfFailure(failure, seed))).toEqual([]);
  expect(frames).toBeGreaterThanOrEqual(8000);
  // Some are whole all the same, some break off, some are refused.
  expect(Object.keys(ends)).toEqual(expect.arrayContaining(['finish', 'no finish', 'invalid-response', 'auth']));
});

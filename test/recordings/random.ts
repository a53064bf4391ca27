/** Whole numbers from 0 up to a limit that is left out, always the same for a seed. */
export type Random = (limit: number) => number;

/** Chance that a seed decides (mulberry32), so that what was found is found again. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** One of several. */
export function oneOf<Value>(values: readonly Value[], random: Random): Value {
  return values[random(values.length)]!;
}

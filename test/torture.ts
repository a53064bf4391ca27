const { YOURCALL_RUNS: runs, YOURCALL_SEED: seed } = process.env;

/** How often a property is tried: a few times in CI, as often as `npm run torture` says otherwise. A failure prints its seed. */
export function tries(usual: number): { numRuns: number; seed?: number } {
  return { numRuns: Number(runs ?? usual), ...(seed !== undefined && { seed: Number(seed) }) };
}

/** Milliseconds that a property may take: a long torture has no limit. */
export const patience: number = Number(runs ?? 0) > 1_000 ? 0 : 120_000;

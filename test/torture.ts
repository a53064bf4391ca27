/** How often a property is tried: a few times in CI, as often as `npm run torture` says otherwise. A failure prints its seed. */
export function tries(usual: number): { numRuns: number; seed?: number } {
  const { YOURCALL_RUNS: runs, YOURCALL_SEED: seed } = process.env;
  return { numRuns: Number(runs ?? usual), ...(seed !== undefined && { seed: Number(seed) }) };
}

/** Milliseconds that a property may take: a long torture has no limit. */
export const patience: number = process.env['YOURCALL_RUNS'] === undefined ? 30_000 : 0;

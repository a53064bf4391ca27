import type { Trial } from './trial.ts';

/** The smallest trial that still fails, as far as leaving out frames and the ends of frames leads. */
export async function shrunk(trial: Trial, fails: (trial: Trial) => Promise<boolean>): Promise<Trial> {
  let best = trial;
  const attempt = async (smaller: Trial): Promise<boolean> => {
    if (!(await fails(smaller))) return false;
    best = smaller;
    return true;
  };
  await attempt({ ...best, cuts: undefined });
  for (let size = Math.ceil(best.pieces.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.pieces.length;) {
      const { pieces } = best;
      const isGone = await attempt({ ...best, pieces: [...pieces.slice(0, at), ...pieces.slice(at + size)] });
      if (!isGone) at += size;
    }
  }
  return best;
}

import { modelCases } from './cases.ts';
import type { MakeModel, ModelCaseOptions } from './case.ts';

/** What became of one case. */
export interface ModelCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong, when it is not ok. */
  readonly problem?: string;
}

/**
 * Checks a model against everything that yourcall relies on, without a test runner. See `modelCases` to register the
 * cases with one.
 *
 * @example
 * const problems = (await checkModel(makeModel)).filter(({ ok }) => !ok);
 */
export async function checkModel(make: MakeModel, options: ModelCaseOptions = {}): Promise<readonly ModelCheck[]> {
  const checks: ModelCheck[] = [];
  for (const { name, run } of modelCases(make, options)) {
    try {
      await run();
      checks.push({ name, ok: true });
    } catch (error) {
      checks.push({ name, ok: false, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return checks;
}

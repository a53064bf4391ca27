import { abortCases } from './abort-cases.ts';
import { answerCases } from './answer-cases.ts';
import type { MakeModel, ModelCase, ModelCaseOptions, ModelUnderTest } from './case.ts';
import { historyCases } from './history-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { requestCases } from './request-cases.ts';
import { within } from './stream.ts';

/**
 * What has to be true of every model, case by case, to be registered with any test runner.
 *
 * @example
 * for (const { name, run } of modelCases(makeModel)) test(name, run);
 */
export function modelCases(make: MakeModel, options: ModelCaseOptions = {}): readonly ModelCase[] {
  const words = { text: 'Say hello.', call: 'Use the tool add to add 2 and 3.', ...options.words };
  const model: ModelUnderTest = { make, options, words };
  const cases = [
    ...answerCases(model),
    ...requestCases(model),
    ...historyCases(model),
    ...refusalCases(model),
    ...abortCases(model),
  ];
  const limit = options.timeout ?? 10_000;
  return cases.map(({ name, run }) => ({ name, run: () => within(checked(run, options), limit, 'the case') }));
}

async function checked(run: () => Promise<void>, { open }: ModelCaseOptions): Promise<void> {
  await run();
  const left = open?.() ?? 0;
  if (left !== 0) throw new Error(`${left} connections or the like are still open`);
}

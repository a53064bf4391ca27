import { appendCases } from './append-cases.ts';
import { auditCases } from './audit-cases.ts';
import { blobBesideCases, blobCases } from './blob-cases.ts';
import type { StageCase, StoreCase, StoreCaseOptions } from './case.ts';
import { besideCases, claimCases } from './claim-cases.ts';
import { deltaCases } from './delta-cases.ts';
import { familyCases } from './family-cases.ts';
import { grantCases } from './grant-cases.ts';
import { inboxCases } from './inbox-cases.ts';
import { noticeCases } from './notice-cases.ts';
import { revokeCases } from './revoke-cases.ts';
import { takenCases } from './taken-cases.ts';
import { threadCases } from './thread-cases.ts';

/**
 * What has to be true of every store, case by case, to be registered with any test runner. Each has a store of its own.
 *
 * @example
 * for (const { name, run } of storeCases({ open: () => memoryStore() })) test(name, run);
 */
export function storeCases(options: StoreCaseOptions): readonly StoreCase[] {
  const cases = [
    ...threadCases,
    ...appendCases,
    ...claimCases,
    ...takenCases,
    ...revokeCases,
    ...familyCases,
    ...deltaCases,
    ...auditCases,
    ...grantCases,
    ...blobCases,
    ...inboxCases,
    ...noticeCases,
    ...(options.openBeside ? [...besideCases, ...blobBesideCases] : []),
  ];
  return cases.map((one) => ({ name: one.name, run: () => runOne(one, options) }));
}

async function runOne(
  { run }: StageCase,
  { open, openBeside, auditSecret, wait = sleep }: StoreCaseOptions,
): Promise<void> {
  const store = await open();
  const beside = await openBeside?.(store);
  try {
    await run({ store, beside, auditSecret, wait: async (milliseconds) => wait(milliseconds) });
  } finally {
    await beside?.close();
    await store.close();
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import type { RunState } from '../../conversation/draft.ts';
import { spentIn, usageOf } from './spent.ts';
import type { Spent } from './spent.ts';

/** A run as its thread's row holds it, which is written with every append: without what nobody has spent. */
export function runText({ usage, ...run }: RunState): string {
  return JSON.stringify({ ...run, usage: spentIn(usage) });
}

/** What `runText` wrote. */
export function runIn(text: string): RunState {
  const run = JSON.parse(text) as Omit<RunState, 'usage'> & { readonly usage?: Spent };
  return { ...run, usage: usageOf(run.usage) };
}

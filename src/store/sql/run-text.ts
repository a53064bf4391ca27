import type { RunState } from '../../conversation/draft.ts';
import { noUsage } from '../../conversation/usage.ts';

/** A run as its thread's row holds it, which is written with every append: without what nobody has spent. */
export function runText({ usage, ...run }: RunState): string {
  const spent = Object.entries(usage).filter(([, count]) => count !== 0);
  return JSON.stringify({ ...run, ...(spent.length > 0 && { usage: Object.fromEntries(spent) }) });
}

/** What `runText` wrote. */
export function runIn(text: string): RunState {
  const run = JSON.parse(text) as Omit<RunState, 'usage'> & { readonly usage?: Partial<RunState['usage']> };
  return { ...run, usage: { ...noUsage, ...run.usage } };
}

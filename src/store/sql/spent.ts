import { noUsage } from '../../conversation/usage.ts';
import type { Usage } from '../../conversation/usage.ts';

/** Usage as a row holds it: without what nobody has spent. */
export type Spent = Partial<Usage>;

/** Usage, to be stored; nothing when nothing was spent. */
export function spentIn(usage: Usage): Spent | undefined {
  const spent = Object.entries(usage).filter(([, count]) => count !== 0);
  return spent.length > 0 ? Object.fromEntries(spent) : undefined;
}

/** Usage as it was before it was stored. */
export function usageOf(spent: Spent | undefined): Usage {
  return { ...noUsage, ...spent };
}

import type { Decided } from '../../client/decided.ts';
import { visible } from '../../wire/plain-text.ts';
import type { Issues } from './check.ts';
import { pathName } from './value-path.ts';

const found = new WeakMap<Decided, Issues>();

/** What the server found wrong with what was sent, by place, the first at each; the same for the same answer. */
export function refusedBy(decided: Decided | undefined): Issues | undefined {
  if (decided?.type !== 'invalid') return undefined;
  const known = found.get(decided);
  if (known) return known;
  const issues = new Map<string, string>();
  for (const { message, path = [] } of decided.issues) {
    const place = pathName(path.map((step) => String(typeof step === 'object' ? step.key : step)));
    if (!issues.has(place)) issues.set(place, visible(message));
  }
  found.set(decided, issues);
  return issues;
}

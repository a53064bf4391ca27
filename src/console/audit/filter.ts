import type { AuditEntry } from '../../client/views.ts';
import { wordsOf } from './words.ts';

/** Which decisions are looked at. */
export interface Filter {
  /** Words that stand in the names of the person, the tool, the call or the thread, or in the reason. */
  readonly words: string;
  /** What was decided, as `wordsOf` names it; empty: anything. */
  readonly decision: string;
}

export const noFilter: Filter = { words: '', decision: '' };

/** Whether nothing is left out. */
export function isOpen({ words, decision }: Filter): boolean {
  return words.trim() === '' && decision === '';
}

/** Those that fit, in their order. */
export function filtered(entries: readonly AuditEntry[], { words, decision }: Filter): readonly AuditEntry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (entry: AuditEntry): boolean => {
    if (decision !== '' && wordsOf(entry).words !== decision) return false;
    const text = wanted.length === 0 ? '' : textOf(entry);
    return wanted.every((word) => text.includes(word));
  };
  return entries.filter(fits);
}

/** What was decided at all, each once, in the order of the alphabet. */
export function decisionsIn(entries: readonly AuditEntry[]): readonly string[] {
  return [...new Set(entries.map((entry) => wordsOf(entry).words))].toSorted();
}

function textOf({ thread, decided }: AuditEntry): string {
  const { by, name, call, decision } = decided ?? {};
  const reason = decision?.type === 'reject' ? decision.reason : undefined;
  return [by, name, call, thread, reason].join(' ').toLowerCase();
}

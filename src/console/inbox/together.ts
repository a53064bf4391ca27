import { flagsOn, isDangerous, isUnread } from '../call/shown-call.ts';
import { choicesOn } from '../call/offered.ts';
import type { Row } from './row.ts';

/** Calls that are marked: those that may be approved together, and the others with the reason. */
export interface Together {
  readonly approved: readonly Row[];
  readonly left: readonly { readonly row: Row; readonly why: string }[];
}

/** Which of these calls may be approved at once: what is dangerous, long or may deceive is looked at alone. */
export function togetherOf(rows: readonly Row[]): Together {
  const judged = rows.map((row) => ({ row, why: whyAlone(row) }));
  return {
    approved: judged.flatMap(({ row, why }) => (why === undefined ? [row] : [])),
    left: judged.flatMap(({ row, why }) => (why === undefined ? [] : [{ row, why }])),
  };
}

function whyAlone({ item: { thread, call }, isGone }: Row): string | undefined {
  if (isGone) return 'it waits no more';
  if (!choicesOn(call).includes('approve')) return 'it cannot be approved';
  if (isDangerous(call)) return 'it is dangerous';
  if (isUnread(thread.id, call)) return 'it is long, and nobody looked at all of it';
  return flagsOn(call).length > 0 ? 'it holds signs that may deceive' : undefined;
}

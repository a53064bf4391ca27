import { decisionWords } from '../call/decided-words.ts';
import { madeAbout } from '../call/made-decisions.ts';
import { standingWords } from '../call/standing.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';
import { learnedOf } from './learned.ts';
import { chosenIn } from './row.ts';
import type { Row } from './row.ts';

/** What became of a call that waits no more, in a few words. */
export function outcomeOf(row: Row): string {
  const { thread, call } = row.item;
  const found = learnedOf(chosenIn(row));
  const now = typeof found === 'object' ? found.call : undefined;
  const made = madeAbout({ thread: thread.id, call });
  // Somebody else may have had the last word.
  if (made?.decided?.type === 'applied' && countOf(now) <= countOf(made.decided.call)) {
    return `you ${decisionWords(made.decision)}`;
  }
  return now ? becameOf(call, now) : 'waits no more';
}

function becameOf(before: ToolCall, now: ToolCall): string {
  const latest = now.decisions?.at(-1);
  if (latest === undefined || countOf(now) <= countOf(before)) return standingWords(now).words;
  return `${latest.by === undefined ? 'somebody' : visible(latest.by)} ${decisionWords(latest.decision)}`;
}

function countOf(call: ToolCall | undefined): number {
  return call?.decisions?.length ?? 0;
}

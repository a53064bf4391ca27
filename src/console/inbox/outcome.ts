import { decisionWords } from '../call/decided-words.ts';
import { madeAbout } from '../call/made-decisions.ts';
import { standingWords } from '../call/standing.ts';
import { visible } from '../../wire/plain-text.ts';
import { learnedOf } from './learned.ts';
import { chosenIn } from './row.ts';
import type { Row } from './row.ts';

/** What became of a call that waits no more, in a few words. */
export function outcomeOf(row: Row): string {
  const { thread, call } = row.item;
  const made = madeAbout({ thread: thread.id, call });
  if (made?.decided?.type === 'applied') return `you ${decisionWords(made.decision)} it`;
  const found = learnedOf(chosenIn(row));
  if (typeof found !== 'object') return 'waits no more';
  const latest = found.call.decisions?.at(-1);
  const isNew = latest !== undefined && (call.decisions?.length ?? 0) < (found.call.decisions?.length ?? 0);
  if (!isNew) return standingWords(found.call).words;
  return `${latest.by === undefined ? 'somebody' : visible(latest.by)} ${decisionWords(latest.decision)} it`;
}

import { textOfIssues } from '../chat/schema.ts';
import type { DecisionAnswer } from '../chat/types.ts';
import { visible } from '../wire/plain-text.ts';
import { spanText } from './time-text.ts';

/** Why a decision does not count, in a sentence. */
export function refusalText(answer: Exclude<DecisionAnswer, { type: 'applied' }>, now: number): string {
  switch (answer.type) {
    case 'already':
      return `That was decided before${answer.earlier.by ? ` by ${visible(answer.earlier.by)}` : ''}.`;
    case 'stale':
      return 'It is not what you were shown any more.';
    case 'expired':
      return 'The time to decide about it is over.';
    case 'forbidden':
      return `That is not allowed: ${visible(answer.reason)}.`;
    case 'invalid': {
      const what = answer.call.state === 'awaiting-approval' ? 'These arguments do' : 'That does';
      return `${what} not fit: ${visible(textOfIssues(answer.issues))}.`;
    }
    case 'too-early':
      return `Too early: what ran it may still act. For ${spanText(answer.until - now)} more only "it happened" is believed.`;
  }
}

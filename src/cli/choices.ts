import type { ToolCall } from '../conversation/tool-call.ts';
import { millisecondsLeft } from './question.ts';
import { spanText } from './time-text.ts';

/** What the prompt has to know beside the call. */
export interface Choices {
  readonly now: number;
  readonly folded: boolean;
  /** Whether something may be granted with an approval. Default: false. */
  readonly mayGrant?: boolean;
}

/** What may be answered about a call, as a prompt says it at this moment. */
export function choicesText(call: ToolCall, { now, folded, mayGrant = false }: Choices): string {
  const view = folded ? '[v]iew all ' : '';
  switch (call.state) {
    case 'in-doubt': {
      const left = millisecondsLeft(call, now);
      if (left > 0) return `${view}[h]appened [l]ater (more in ${spanText(left)})`;
      return `${view}[h]appened, did [n]ot happen, [r]un again, [g]ive up, [l]ater`;
    }
    case 'awaiting-input':
      return 'your answer, /no or /later';
    case 'awaiting-result':
      return `${view}[a]nswer [n]o [l]ater`;
    default:
      if (call.state === 'awaiting-approval' && call.unjudged) return `${view}[n]o [l]ater`;
      return `${view}${approvalWords(call, mayGrant)}${timeText(call, now)}`;
  }
}

function approvalWords({ requirements = [], providerExecuted }: ToolCall, mayGrant: boolean): string {
  const offered = requirements.flatMap(({ decisions }) => (decisions ? [decisions] : []));
  const may = (decision: 'approve' | 'reject'): boolean => offered.every((list) => list.includes(decision));
  const words = [
    may('approve') && '[y]es',
    may('reject') && '[n]o',
    may('approve') && !providerExecuted && '[e]dit',
    may('approve') && mayGrant && '[g]rant',
    '[l]ater',
  ];
  return words.filter((word) => word !== false).join(' ');
}

/** The time that is left to decide. */
function timeText({ requirements = [] }: ToolCall, now: number): string {
  const ends = requirements.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? '' : ` (${spanText(Math.min(...ends) - now)} left)`;
}

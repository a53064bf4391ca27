import type { Decided } from '../../client/decided.ts';
import type { Decision, DecisionRecord } from '../../conversation/decision.ts';
import type { GrantAnswer } from '../../conversation/grant-offer.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';
import { scopeNames } from '../grants/words.ts';
import { sentenceOf } from '../sentence.ts';
import { stillNeeded } from './people.ts';

/** What became of a decision, for whoever made it. */
export interface Told {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly words: string;
}

/** What became of a decision, in a sentence that says what is next; `call` is the newest that is known of it. */
export function toldOf(decided: Decided, decision: Decision, call: ToolCall): Told {
  switch (decided.type) {
    case 'applied': {
      const needed = decision.type === 'approve' ? stillNeeded(call) : undefined;
      const granted = decided.grant && grantedWords(decided.grant);
      if (needed !== undefined) return joined({ tone: 'warn', words: `You approved it. ${needed}` }, granted);
      return joined({ tone: 'good', words: appliedWords(decision) }, granted);
    }
    case 'already':
      return { tone: 'warn', words: alreadyWords(decided.earlier) };
    case 'stale':
      return { tone: 'warn', words: 'It has changed since you looked, and nothing was decided. Look again.' };
    case 'expired':
      return { tone: 'bad', words: 'The time to decide was over. Nothing was decided.' };
    case 'invalid':
      return { tone: 'bad', words: `The tool does not take that: ${issuesText(decided.issues)}` };
    case 'forbidden':
      return { tone: 'bad', words: `You may not decide that: ${visible(decided.reason)}` };
    case 'too-early':
      return { tone: 'warn', words: `Too early: an old attempt may still act until ${clock(decided.until)}.` };
    case 'not-found':
      return { tone: 'bad', words: 'It is not there any more.' };
    case 'failed':
      return { tone: 'bad', words: `The decision did not arrive. ${sentenceOf(decided.error)}` };
  }
}

function grantedWords(answer: GrantAnswer): Told {
  return answer.type === 'granted'
    ? { tone: 'good', words: `Granted for ${scopeNames[answer.grant.scope]}.` }
    : { tone: 'warn', words: `Nothing was granted: ${visible(answer.because)}.` };
}

function joined(one: Told, other: Told | undefined): Told {
  if (!other) return one;
  return { tone: other.tone === 'good' ? one.tone : other.tone, words: `${one.words} ${other.words}` };
}

function appliedWords(decision: Decision): string {
  switch (decision.type) {
    case 'approve':
      if (decision.notBefore !== undefined) return `Approved: it starts ${clock(Date.parse(decision.notBefore))}.`;
      return decision.input === undefined ? 'Approved.' : 'Approved as you edited it.';
    case 'snooze':
      return `Snoozed until ${clock(Date.parse(decision.until))}.`;
    case 'reject':
      return 'Rejected. The model is told.';
    case 'answer':
      return 'Answered.';
    case 'happened':
      return 'Noted: it happened.';
    case 'did-not-happen':
      return 'Noted: it did not happen.';
    case 'run-again':
      return 'It runs again.';
    case 'abandon':
      return 'Given up. The model is told that nobody knows.';
  }
}

/** Who was faster, with what; only that somebody was, to those who may not know more. */
function alreadyWords({ by, decision, at }: Partial<DecisionRecord> & Pick<DecisionRecord, 'at'>): string {
  const who = by === undefined ? 'Somebody' : visible(by);
  return `${who} was faster: ${decision ? decisionWords(decision) : 'decided'} at ${clock(at)}. Yours does not count.`;
}

/** What somebody did, such as `approved it`. */
export function decisionWords(decision: Decision): string {
  switch (decision.type) {
    case 'approve':
      return decision.input === undefined ? 'approved it' : 'edited and approved it';
    case 'reject':
      return 'rejected it';
    case 'answer':
      return 'answered it';
    case 'snooze':
      return `snoozed it until ${clock(Date.parse(decision.until))}`;
    case 'happened':
      return 'said that it happened';
    case 'did-not-happen':
      return 'said that it did not happen';
    case 'run-again':
      return 'had it run again';
    case 'abandon':
      return 'gave it up';
  }
}

/** A time of day; with the day where it is not today. */
export function clock(at: number, now: number = Date.now()): string {
  const time = new Date(at);
  const isToday = time.toDateString() === new Date(now).toDateString();
  const hours = time.toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: isToday ? '2-digit' : undefined,
  });
  return isToday
    ? hours
    : `${time.toLocaleDateString([], { day: 'numeric', month: 'short', year: 'numeric' })}, ${hours}`;
}

type Issue = Extract<Decided, { readonly type: 'invalid' }>['issues'][number];

function issuesText(issues: readonly Issue[]): string {
  return issues
    .map(({ message, path = [] }) => [path.map(nameOf).join('.'), visible(message)].filter(Boolean).join(' '))
    .join('; ');
}

function nameOf(piece: PropertyKey | { readonly key: PropertyKey }): string {
  return visible(String(typeof piece === 'object' ? piece.key : piece));
}

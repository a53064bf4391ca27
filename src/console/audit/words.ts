import type { Decision } from '../../conversation/decision.ts';
import type { GrantTaken } from '../../conversation/grant.ts';
import type { AuditEntry } from '../../client/views.ts';

/** Whether a decision lets a tool run, keeps it from it, or neither. */
export type Tone = 'good' | 'bad' | 'warn' | 'plain';

/** What was decided, in a word or two. */
export interface DecisionWords {
  readonly words: string;
  readonly tone: Tone;
}

/** A decision as people name it; one whose thread was erased says nothing any more. */
export function wordsOf({ decided }: AuditEntry): DecisionWords {
  return decided ? named(decided.decision) : { words: 'erased', tone: 'plain' };
}

function named(decision: Decision | GrantTaken['decision']): DecisionWords {
  switch (decision.type) {
    case 'approve':
      return { words: 'input' in decision ? 'approved, edited' : 'approved', tone: 'good' };
    case 'reject':
      return { words: 'rejected', tone: 'bad' };
    case 'answer':
      return { words: 'answered', tone: 'plain' };
    case 'grant':
      return { words: 'granted', tone: 'warn' };
    case 'revoke':
      return { words: 'grant revoked', tone: 'plain' };
    case 'snooze':
      return { words: 'snoozed', tone: 'plain' };
    case 'happened':
      return { words: 'it happened', tone: 'warn' };
    case 'did-not-happen':
      return { words: 'it did not happen', tone: 'warn' };
    case 'run-again':
      return { words: 'run again', tone: 'warn' };
    case 'abandon':
      return { words: 'abandoned', tone: 'warn' };
  }
}

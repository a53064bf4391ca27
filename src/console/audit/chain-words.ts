import type { CheckedAudit } from '../../client/views.ts';
import { count, visible } from '../../wire/plain-text.ts';

/** What came of looking at the chain, as a sentence, and whether it is good news. */
export interface ChainWords {
  readonly sentence: string;
  readonly tone: 'good' | 'bad' | 'warn';
}

/** Says what walking the trails has shown, and no more than that. */
export function chainWordsOf(checked: CheckedAudit): ChainWords {
  switch (checked.type) {
    case 'secret-missing':
      return {
        tone: 'warn',
        sentence:
          'The trails are kept under a secret that this server was not given, so it cannot tell. Start it with YOURCALL_AUDIT_SECRET.',
      };
    case 'broken': {
      const { thread, place, reason } = checked.broken;
      return { tone: 'bad', sentence: `Broken at decision ${place} of thread ${visible(thread)}: ${visible(reason)}.` };
    }
    case 'whole': {
      const { entries, trails, isKeyed } = checked;
      const what = `${count(entries, 'decision')} in ${count(trails, 'thread')}`;
      if (entries === 0) return { tone: 'warn', sentence: 'There is nothing to verify yet.' };
      if (isKeyed) return { tone: 'good', sentence: `${what}: nothing was changed, added, moved or deleted.` };
      return {
        tone: 'warn',
        sentence: `${what} fit each other. They are kept without a secret, so that whoever writes to the database could have written all anew.`,
      };
    }
  }
}

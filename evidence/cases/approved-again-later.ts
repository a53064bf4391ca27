import { verdictOf, wordsOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';

/** An old tab, or a request that is sent again: the same approval after everything was done. */
export const approvedAgainLater: Case = {
  name: 'the same approval again, later',
  must: '`already`, and nothing runs',
  play: (subject) =>
    onPause(subject, {}, async ({ agent, world, pay }) => {
      const click = { asked: pay, type: 'approve' } as const;
      const first = await attempt(agent.click(click));
      const second = await attempt(agent.click(click));
      const once = world.paid.length === 1;
      const already = second.answers.includes('already');
      const found = `paid ${world.paid.length}×; ${wordsOf(first, second)}`;
      return { verdict: verdictOf(once && already, once), found };
    }),
};

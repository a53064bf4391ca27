import { verdictOf, wordsOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';

/** A double click, or two tabs: the same approval in two requests at once. */
export const approvedTwiceAtOnce: Case = {
  name: 'the same approval delivered twice at once',
  must: 'paid once, and the second is told `already`',
  play: (subject) =>
    onPause(subject, {}, async ({ agent, world, pay }) => {
      const click = { asked: pay, type: 'approve' } as const;
      const told = await Promise.all([attempt(agent.click(click)), attempt(agent.click(click))]);
      const once = world.paid.length === 1;
      const already = told.some(({ answers }) => answers.includes('already'));
      return { verdict: verdictOf(once && already, once), found: `paid ${world.paid.length}×; ${wordsOf(...told)}` };
    }),
};

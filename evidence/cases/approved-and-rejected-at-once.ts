import { verdictOf, wordsOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';

/** Two people, one of whom approves while the other rejects. */
export const approvedAndRejectedAtOnce: Case = {
  name: 'an approve and a reject at once',
  must: 'one wins, and the other is told who won',
  play: (subject) =>
    onPause(subject, {}, async ({ agent, world, pay }) => {
      const told = await Promise.all([
        attempt(agent.click({ asked: pay, type: 'approve' })),
        attempt(agent.click({ asked: pay, type: 'reject', reason: 'no money' })),
      ]);
      const answers = told.map(({ answers: [answer] }) => answer);
      const oneWon = answers.includes('applied') && answers.includes('already');
      const rightly = world.paid.length === (answers[0] === 'applied' ? 1 : 0);
      return { verdict: verdictOf(oneWon && rightly), found: `paid ${world.paid.length}×; ${wordsOf(...told)}` };
    }),
};

import { verdictOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';

/** A person says no, and why; the look beside it is none of their business. */
export const rejectedWithAReason: Case = {
  name: 'reject with a reason',
  must: 'the model is told why, the sibling is kept',
  play: (subject) =>
    onPause(subject, {}, async ({ agent, world, pay }) => {
      const told = await attempt(agent.click({ asked: pay, type: 'reject', reason: 'no money left' }));
      const reason = world.lastSent.includes('no money left');
      const sibling = world.lastSent.includes('sunny-weather');
      const found = [
        `the model ${reason ? 'is told why' : 'is not told why'}`,
        sibling ? 'sibling kept' : 'sibling dropped',
        ...(world.paid.length > 0 ? ['paid all the same'] : []),
      ];
      const respected = reason && world.paid.length === 0 && told.end === 'done';
      return { verdict: verdictOf(respected && sibling, respected), found: found.join(', ') };
    }),
};

import { refusalOf, verdictOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';

/** A client posts an approval of a call that nobody was asked about. */
export const forgedApproval: Case = {
  name: 'a client posts a forged approval',
  must: 'impossible',
  play: (subject) =>
    onPause(subject, {}, async ({ agent, world }) => {
      const told = await attempt(agent.forge('approval'));
      const ran = world.paid.length > 0;
      return { verdict: verdictOf(!ran), found: ran ? `runs: paid ${world.paid.join('+')}` : refusalOf(told) };
    }),
};

import { refusalOf, verdictOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';
import { tampered } from '../world.ts';

/** A client approves the call that was asked about, with an amount of its own in it. */
export const tamperedArguments: Case = {
  name: 'a client posts tampered arguments',
  must: 'impossible',
  play: (subject) =>
    onPause(subject, {}, async ({ agent, world }) => {
      const told = await attempt(agent.forge('arguments'));
      const ran = world.paid.includes(tampered);
      return { verdict: verdictOf(!ran), found: ran ? `runs: paid ${tampered}` : refusalOf(told) };
    }),
};

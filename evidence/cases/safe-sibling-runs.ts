import { verdictOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';

/** The model asked for a payment and a look: the look need not wait for anybody. */
export const safeSiblingRuns: Case = {
  name: 'the safe sibling runs at once, while `pay` waits',
  must: 'yes',
  play: (subject) =>
    onPause(subject, {}, async ({ world }) => {
      const holds = world.looked.length === 1 && world.paid.length === 0;
      return { verdict: verdictOf(holds), found: holds ? 'yes' : 'no' };
    }),
};

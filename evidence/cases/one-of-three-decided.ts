import { short, verdictOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onStage } from '../stage.ts';
import { attempt } from '../subject.ts';
import type { Agent, Asked, Told } from '../subject.ts';
import type { ScriptedCall } from '../world.ts';

const threePayments: readonly ScriptedCall[] = [1, 2, 3].map((amount) => ({
  id: `call_${amount}`,
  name: 'pay',
  input: { amount },
}));

/** Three payments wait; the second is decided now, the third later, the first last. */
export const oneOfThreeDecided: Case = {
  name: 'decide 1 of 3, resume',
  must: 'works, in any order',
  play: (subject) =>
    onStage(subject, { calls: threePayments }, async ({ agent, world }) => {
      await agent.say('Pay 1, 2 and 3.');
      const told: Told[] = [];
      let lost = false;
      for (const amount of [2, 3, 1]) {
        const one = await attempt(approve(agent, amount));
        lost ||= one.error !== undefined && world.paid.includes(amount);
        told.push(one);
      }
      const paid = world.paid.join(', ') || 'nothing';
      const holds = paid === '2, 3, 1' && told.at(-1)?.end === 'done';
      if (holds) return { verdict: 'holds', found: 'works, in any order' };
      const error = told.find(({ error }) => error !== undefined)?.error ?? '';
      return {
        verdict: verdictOf(false, !lost),
        found: `2, 3, 1 approved: paid ${paid}${lost ? ', then throws' : ''}; ${short(error)}`,
      };
    }),
};

async function approve(agent: Agent, amount: number): Promise<Told> {
  const asked = (await agent.asked()).find(({ input }) => amountOf(input) === amount);
  if (!asked) throw new Error(`the payment of ${amount} is not asked about`);
  return agent.click({ asked, type: 'approve' });
}

function amountOf(input: Asked['input']): unknown {
  return (input as { amount?: unknown } | undefined)?.amount;
}

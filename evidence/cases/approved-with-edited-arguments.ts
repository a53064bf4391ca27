import { short, verdictOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';
import type { Subject, Told } from '../subject.ts';
import { limit } from '../world.ts';

/** A person approves 1 instead of 5, then something that is no amount, then more than anybody may pay. */
export const approvedWithEditedArguments: Case = {
  name: 'approve with edited arguments',
  must: 'validated when decided, the policy asked again, the model told',
  play: async (subject) => {
    const good = await edited(subject, 1);
    if (good.told.error === 'no API') return { verdict: 'fails', found: 'no API' };
    const invalid = await edited(subject, 'many');
    const tooMuch = await edited(subject, limit * 10);
    const modelTold = /amount\W+5\b/.test(good.sent) && /amount\W+1\b/.test(good.sent);
    const holds =
      good.paid === '1' &&
      modelTold &&
      invalid.told.answers[0] === 'invalid' &&
      tooMuch.told.answers[0] === 'forbidden' &&
      [invalid, tooMuch].every(({ paid, told }) => paid === 'nothing' && told.end === 'waits');
    const parts = [
      `1 → paid ${good.paid}, the model ${modelTold ? 'is told' : 'is not told'}`,
      `"many" → ${outcome(invalid)}`,
      `${limit * 10} → ${outcome(tooMuch)}`,
    ];
    return { verdict: verdictOf(holds, good.paid === '1' && invalid.paid === 'nothing'), found: parts.join('; ') };
  },
};

interface Edited {
  readonly told: Told;
  readonly paid: string;
  readonly sent: string;
}

function edited(subject: Subject, amount: unknown): Promise<Edited> {
  return onPause(subject, {}, async ({ agent, world, pay }) => {
    const told = await attempt(agent.click({ asked: pay, type: 'approve', input: { amount } }));
    return { told, paid: world.paid.join('+') || 'nothing', sent: world.lastSent };
  });
}

function outcome({ told, paid }: Edited): string {
  const answer = told.error === undefined ? told.answers.join(' ') : short(told.error);
  if (paid !== 'nothing') return `paid ${paid}`;
  return answer === 'ok' ? 'taken, fails when it runs' : answer;
}

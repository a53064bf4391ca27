import { verdictOf } from '../case.ts';
import type { Case } from '../case.ts';
import { onPause } from '../stage.ts';
import type { Subject } from '../subject.ts';

/** What has to be written because the agent pauses, after a short talk and after a long one. */
export const bytesOfAPause: Case = {
  name: 'bytes written for this pause, at 10 and at 1,000 messages',
  must: '≤ 1.2 KB, the same at 1,000',
  play: async (subject) => {
    const short = await bytes(subject, 10);
    const long = await bytes(subject, 1_000);
    const grows = Math.abs(long - short) > 16;
    return { verdict: verdictOf(short <= 1_200 && !grows, !grows), found: `${amount(short)}; ${amount(long)}` };
  },
};

function bytes(subject: Subject, old: number): Promise<number> {
  return onPause(subject, { old }, async ({ agent }) => agent.written());
}

function amount(count: number): string {
  if (count < 1_000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)} KB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

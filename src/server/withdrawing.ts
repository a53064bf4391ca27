import type { Message } from '../conversation/message.ts';
import type { Rewind } from '../runtime/rewind.ts';
import { demand } from './acting.ts';
import type { Place } from './acting.ts';
import { Problem } from './problem.ts';

/** What is withdrawn, by its place among the messages, and what is said instead. */
export interface Withdrawal extends Omit<Rewind, 'message' | 'by'> {
  readonly from: number;
}

/**
 * Withdraws a message and what follows it, in the name of whoever asks, and gives what was withdrawn (rule D8). The words of
 * others are not theirs to withdraw, and so are calls that may have taken effect: that concerns all who had decided about
 * them, so it takes the right to manage. Throws `forbidden` and `conflict`.
 */
export async function withdraw(
  { asked, key, read }: Place,
  { from, ...what }: Withdrawal,
): Promise<readonly Message[]> {
  const { principal } = asked.who;
  const withdrawn = read.messages.slice(from);
  const others = withdrawn.some(({ role, author }) => role === 'user' && (author ?? principal) !== principal);
  if (others || what.force) await demand(asked, 'manage', key.thread);
  const rewound = await asked.runtime.rewind(key, { ...what, message: withdrawn[0]!.id, by: principal });
  if (rewound.type === 'rewound') return rewound.messages;
  const names = [...new Set(rewound.calls.map(({ name }) => name))].join(', ');
  throw new Problem('conflict', `This cannot be answered anew: ${names} may have taken effect already.`);
}

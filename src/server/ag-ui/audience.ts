import { addresseesOf, isAddressed, requesterIn } from '../../conversation/addressee.ts';
import type { Person } from '../../conversation/addressee.ts';
import type { Message } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import type { Asked } from '../dialect.ts';

/** Who reads, and what of what waits is theirs to say. */
export interface Audience extends Person {
  readonly decides: boolean;
  readonly answers: boolean;
}

/** Who reads this thread, by what they are allowed (rule D7). */
export async function audienceOf(asked: Asked, { thread: { thread, owner } }: ReadThread): Promise<Audience> {
  const { principal: by, groups = [], scopes } = asked.who;
  const isOwn = owner === undefined || owner === by || scopes.includes('manage');
  return {
    by,
    groups,
    decides: await asked.permits('decide', thread),
    answers: isOwn && (await asked.permits('answer', thread)),
  };
}

/** Calls that wait, parted by whether it is this reader who is asked. */
export interface WaitingCalls {
  readonly theirs: readonly ToolCall[];
  readonly others: readonly ToolCall[];
}

/**
 * Who is asked of whom: a client of AG-UI says nothing else until it has answered every interrupt, so it is told none that
 * only others may answer (rule X1).
 */
export function waitingFor(audience: Audience, messages: readonly Message[]): WaitingCalls {
  const theirs: ToolCall[] = [];
  const others: ToolCall[] = [];
  for (const [place, { parts }] of messages.entries()) {
    for (const part of parts) {
      if (part.type !== 'tool') continue;
      const { call } = part;
      const addressees = addresseesOf(call, requesterIn(messages, place));
      if (addressees.length === 0) continue;
      const isAnswer = call.state === 'awaiting-input' || call.state === 'awaiting-result';
      // What a policy has put off is not asked of anybody.
      const isAsked = call.state !== 'deferred' && (isAnswer ? audience.answers : audience.decides);
      (isAsked && addressees.some((one) => isAddressed(one, audience)) ? theirs : others).push(call);
    }
  }
  return { theirs, others };
}

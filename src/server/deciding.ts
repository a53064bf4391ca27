import { seenOf } from '../conversation/seen.ts';
import type { DecisionAnswer } from '../chat/types.ts';
import type { Decision } from '../conversation/decision.ts';
import { childOf } from '../conversation/handed-out.ts';
import { isSettled } from '../conversation/move.ts';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import { isTheirs } from './access.ts';
import type { Asked } from './dialect.ts';
import type { Right } from './who.ts';

/** What somebody says about a call; who they are is not for them to say (rule D7). */
export interface Choice {
  readonly call: string;
  readonly decision: Decision;
  /** The digest of what they were shown. Without it only what is asked of the user of a thread is answered (rule D1). */
  readonly seen?: string;
}

/** What became of it; there may be no such call. */
export type ChoiceAnswer = DecisionAnswer | { readonly type: 'not-found' };

/**
 * Decides in the name of whoever asks, with the right that it takes: `answer` for what a tool waits for from the user of
 * this thread, who may also say that there is no answer, and `decide` for all else (rule D7).
 */
export async function decideAs(asked: Asked, read: ReadThread, choice: Choice): Promise<ChoiceAnswer> {
  const { who, runtime } = asked;
  const { thread } = read;
  const call = callIn(read.messages, choice.call);
  if (!call) return { type: 'not-found' };
  const rights = rightsFor(call, choice.decision);
  const right = await firstOf(rights, async (one) => isTheirs(thread, who, one) && asked.permits(one, thread.thread));
  if (!right) return { type: 'forbidden', call, reason: `it takes the right ${JSON.stringify(rights[0])}` };
  const seen = seenBy(call, right, choice);
  if (seen === undefined) return { type: 'invalid', call, issues: [{ message: 'is missing', path: ['seen'] }] };
  if (seen === 'other') return { type: 'stale', call };
  const { decision } = choice;
  return runtime.decide(
    { tenant: who.tenant, thread: thread.thread },
    { call: call.id, decision, by: who.principal, groups: who.groups ?? [], seen },
  );
}

type DecidingRight = Extract<Right, 'answer' | 'decide'>;

/**
 * The rights of which it takes one. An answer in place of a tool is a decision: the user of a chat must not say that the
 * refund was made (rule D7).
 */
function rightsFor(call: ToolCall, { type }: Decision): readonly [DecidingRight, ...DecidingRight[]] {
  const { state } = call;
  const isTheirTurn = state === 'awaiting-result' || state === 'awaiting-input';
  if (isTheirTurn && type === 'answer') return ['answer'];
  // Too late, it changes nothing: whoever was asked too is told that somebody was first.
  if (isSettled(state) && type === 'answer') return ['decide', 'answer'];
  // Whoever is asked for a result may have none; what a thread of its own answers is not theirs.
  return isTheirTurn && type === 'reject' && !childOf(call) ? ['decide', 'answer'] : ['decide'];
}

async function firstOf<T>(all: readonly T[], isWanted: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all) if (await isWanted(one)) return one;
  return undefined;
}

/**
 * What they were shown. What takes the right to answer counts for the question that the right was looked up for and for no
 * later one: so it always carries the digest of that, and so does every answer.
 */
function seenBy(call: ToolCall, right: DecidingRight, { decision, seen }: Choice): string | undefined {
  if ((decision.type !== 'answer' && right !== 'answer') || isSettled(call.state)) {
    return seen ?? (right === 'answer' ? seenOf(call) : undefined);
  }
  if (seen === undefined && right === 'decide') return undefined;
  const now = seenOf(call);
  return seen === undefined || seen === now ? now : 'other';
}

/** A call, by its id. */
export function callIn(messages: readonly Message[], id: string): ToolCall | undefined {
  return callsIn(messages).find((call) => call.id === id);
}

/** All calls. */
export function callsIn(messages: readonly Message[]): readonly ToolCall[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

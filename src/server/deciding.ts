import { seenOf } from '../conversation/seen.ts';
import type { DecisionAnswer } from '../chat/types.ts';
import type { Decision } from '../conversation/decision.ts';
import { childOf } from '../conversation/handed-out.ts';
import { isSettled } from '../conversation/move.ts';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import { isTheirs } from './access.ts';
import type { Caller } from './dialect.ts';
import type { View } from './reader-view.ts';
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
export async function decideAs(asked: Caller, read: ReadThread, choice: Choice): Promise<ChoiceAnswer> {
  const { who, runtime } = asked;
  const { thread } = read;
  const call = callIn(read.messages, choice.call);
  if (!call) return { type: 'not-found' };
  const right = await rightOf(asked, read, { call, choice });
  if (!right) return forbidden(call, choice);
  const seen = seenBy({ view: asked.view, call, right }, choice);
  if (seen === undefined) return { type: 'invalid', call, issues: [{ message: 'is missing', path: ['seen'] }] };
  if (seen === 'other') return { type: 'stale', call };
  const { decision } = choice;
  return runtime.decide(
    { tenant: who.tenant, thread: thread.thread },
    { call: call.id, decision, by: who.principal, groups: who.groups ?? [], seen },
  );
}

/** What they are told who may not decide this; it changes nothing. */
export async function refusedTo(asked: Caller, read: ReadThread, choice: Choice): Promise<ChoiceAnswer | undefined> {
  const call = callIn(read.messages, choice.call);
  if (!call) return { type: 'not-found' };
  return (await rightOf(asked, read, { call, choice })) ? undefined : forbidden(call, choice);
}

/** The first of the rights that it takes one of which they have here. */
async function rightOf(
  asked: Caller,
  { thread }: ReadThread,
  { call, choice }: { readonly call: ToolCall; readonly choice: Choice },
): Promise<DecidingRight | undefined> {
  for (const right of rightsFor(call, choice.decision)) {
    if (isTheirs(thread, asked.who, right) && (await asked.permits(right, thread.thread))) return right;
  }
  return undefined;
}

function forbidden(call: ToolCall, { decision }: Choice): ChoiceAnswer {
  return { type: 'forbidden', call, reason: `it takes the right ${JSON.stringify(rightsFor(call, decision)[0])}` };
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

/**
 * What they were shown. What takes the right to answer counts for the question that the right was looked up for and for no
 * later one: so it always carries the digest of that, and so does every answer.
 */
function seenBy({ view, call, right }: Looked, { decision, seen }: Choice): string | undefined {
  const now = seenOf(call);
  // Who answers may have been shown less of the call, and what they answer is about the question.
  const told = seen !== undefined && right === 'answer' ? view.whole(call, seen) : seen;
  if ((decision.type !== 'answer' && right !== 'answer') || isSettled(call.state)) {
    return told ?? (right === 'answer' ? now : undefined);
  }
  if (told === undefined && right === 'decide') return undefined;
  return told === undefined || told === now ? now : 'other';
}

/** The call that somebody was shown, how, and with which right they speak. */
interface Looked {
  readonly view: View;
  readonly call: ToolCall;
  readonly right: DecidingRight;
}

/** A call, by its id. */
export function callIn(messages: readonly Message[], id: string): ToolCall | undefined {
  return callsIn(messages).find((call) => call.id === id);
}

/** All calls. */
export function callsIn(messages: readonly Message[]): readonly ToolCall[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

import { seenOf } from '../conversation/seen.ts';
import type { DecisionAnswer } from '../chat/types.ts';
import type { ContentPart } from '../conversation/content.ts';
import type { Decision } from '../conversation/decision.ts';
import type { Message } from '../conversation/message.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import { wordId } from '../runtime/word.ts';
import type { ThreadKey } from '../store/thread.ts';
import { callIn } from './deciding.ts';
import type { Asked, Caller } from './dialect.ts';
import type { Refusal } from './following.ts';
import { Problem } from './problem.ts';
import type { Right } from './who.ts';

/** Where somebody does something, in a dialect. */
export interface Place {
  readonly asked: Asked;
  readonly key: ThreadKey;
  /** The thread as it was before. */
  readonly read: ReadThread;
}

/** What somebody decides about a call that they were shown. */
export interface CallDecision {
  readonly call: string;
  readonly seen: string;
  readonly decision: Decision;
}

/** What a tool of the client came to, or what its user answers to a question. */
export interface CallAnswer {
  readonly call: string;
  readonly seen?: string | undefined;
  readonly decision: Decision;
  /** Taken where the first does not fit its schema: what looks like JSON may be meant as text. */
  readonly otherwise?: Decision;
}

/**
 * Decides in the name of whoever asks; of several decisions about one call the first counts. Gives what was not taken; throws a
 * `Problem` for what they may not do at all.
 */
export async function decideAll({ asked, key }: Place, decided: readonly CallDecision[]): Promise<readonly Refusal[]> {
  if (decided.length === 0) return [];
  await demand(asked, 'decide', key.thread);
  const refusals: Refusal[] = [];
  for (const { call, seen, decision } of oneEach(decided.toReversed()).toReversed()) {
    // Who decides is whoever `authorize` said, never what was posted (rule D7).
    const { principal: by, groups = [] } = asked.who;
    refusals.push(...refusalIn(await asked.runtime.decide(key, { call, seen, decision, by, groups })));
  }
  return refusals;
}

/**
 * Answers what waits for the user of the thread (rule D7). Gives and throws as deciding does. Of several answers to one call the
 * last counts: a client that posts its history posts what did not fit before, too.
 */
export async function answerAll(
  { asked, key, read }: Place,
  answers: readonly CallAnswer[],
): Promise<readonly Refusal[]> {
  if (answers.length === 0) return [];
  await demand(asked, 'answer', key.thread);
  await demandOwn(asked, read);
  const refusals: Refusal[] = [];
  for (const { call: id, seen: told, decision, otherwise } of oneEach(answers)) {
    const call = callIn(read.messages, id);
    // It counts for the question that the right was looked up for and for no later one, so it carries the digest of that.
    const seen = call && seenOf(call);
    if (seen === undefined || (told !== undefined && asked.view.whole(call!, told) !== seen)) continue;
    const by = asked.who.principal;
    let became = await asked.runtime.decide(key, { call: id, decision, by, seen });
    if (became.type === 'invalid' && otherwise) {
      became = await asked.runtime.decide(key, { call: id, decision: otherwise, by, seen });
    }
    refusals.push(...refusalIn(became));
  }
  return refusals;
}

/** The last about each call. */
function oneEach<One extends { readonly call: string }>(all: readonly One[]): readonly One[] {
  return [...new Map(all.map((one) => [one.call, one])).values()];
}

/** A word, under the id that its client gave it. */
export interface SaidWord {
  readonly id: string;
  readonly content: readonly ContentPart[];
}

/** Under its client's id, so that it is said once however often it is posted. */
export function saying({ who }: Asked, { id }: SaidWord): { readonly key: string; readonly author: string } {
  return { key: id, author: who.principal };
}

/** Where a word stands that a client names: by our id, after its page was loaded anew, or by the one that the client gave it. */
export function placeOf(messages: readonly Message[], { thread }: ThreadKey, id: string | undefined): number {
  if (id === undefined) return -1;
  const own = wordId(thread, id);
  return messages.findIndex((message) => message.role === 'user' && (message.id === id || message.id === own));
}

/** Throws `forbidden` without the right. */
export async function demand(asked: Caller, right: Exclude<Right, 'read'>, thread: string): Promise<void> {
  if (!(await asked.permits(right, thread))) throw new Problem('forbidden', `You may not ${verbs[right]}.`);
}

/** Who may see a thread because they decide about its calls does not speak in it (rule D7). */
export async function demandOwn(asked: Caller, { thread }: ReadThread): Promise<void> {
  const { owner } = thread;
  if (owner !== undefined && owner !== asked.who.principal) await demand(asked, 'manage', thread.thread);
}

const verbs = {
  send: 'say anything here',
  answer: 'answer this',
  decide: 'decide about calls',
  manage: "do this in what is another one's",
};

function refusalIn(became: DecisionAnswer): readonly Refusal[] {
  const { name } = became.call;
  switch (became.type) {
    case 'forbidden':
      return [{ code: became.type, reason: `This may not be decided about ${name}: ${became.reason}.` }];
    case 'invalid': {
      const issues = became.issues.map(({ message }) => message).join('; ');
      return [{ code: became.type, reason: `This does not fit ${name}: ${issues}.` }];
    }
    case 'too-early':
      return [{ code: became.type, reason: `It is too early to decide about ${name}.` }];
    case 'applied':
    case 'already':
    case 'stale':
    case 'expired':
      return [];
  }
}

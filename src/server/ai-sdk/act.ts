import { seenOf } from '../../conversation/seen.ts';
import type { DecisionAnswer } from '../../chat/types.ts';
import type { Decision } from '../../conversation/decision.ts';
import type { Message } from '../../conversation/message.ts';
import type { CallState } from '../../conversation/tool-call.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import { wordId } from '../../runtime/word.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { callIn, callsIn } from '../deciding.ts';
import type { Asked } from '../dialect.ts';
import { Problem } from '../problem.ts';
import type { Said, SaidApproval, SaidOutput, SaidWord } from './said.ts';

/** What a client says, and where. */
interface Acting {
  readonly asked: Asked;
  readonly key: ThreadKey;
  readonly read: ReadThread;
  readonly said: Said;
}

/**
 * Does what a client says: decisions first, then answers, then words. What is decided already, or was never asked, is passed
 * over. Gives what was not taken, in words for whoever said it; throws a `Problem` for what they may not do.
 */
export async function act(acting: Acting): Promise<string | undefined> {
  const calls = new Map(callsIn(acting.read.messages).map((call) => [call.id, call]));
  const is = (id: string, states: ReadonlySet<CallState>): boolean => states.has(calls.get(id)?.state ?? 'completed');
  const approvals = acting.said.approvals.filter(({ call }) => is(call, undecided));
  const outputs = acting.said.outputs.filter(({ call }) => is(call, unanswered));
  const refusals = [...(await decide(acting, approvals)), ...(await answer(acting, outputs))];
  await speak(acting);
  return refusals.length > 0 ? refusals.join(' ') : undefined;
}

const undecided: ReadonlySet<CallState> = new Set<CallState>(['awaiting-approval', 'snoozed', 'deferred']);
const unanswered: ReadonlySet<CallState> = new Set<CallState>(['awaiting-result', 'awaiting-input']);

async function decide({ asked, key }: Acting, approvals: readonly SaidApproval[]): Promise<readonly string[]> {
  if (approvals.length === 0) return [];
  await demand(asked, 'decide', key.thread);
  const refusals: string[] = [];
  for (const { call, seen, approved, reason, input } of approvals) {
    const decision: Decision = approved
      ? { type: 'approve', ...(input !== undefined && { input }) }
      : { type: 'reject', ...(reason !== undefined && { reason }) };
    // Who decides is whoever `authorize` said, never what was posted (rule D7).
    const { principal: by, groups = [] } = asked.who;
    const became = await asked.runtime.decide(key, { call, seen, decision, by, groups });
    refusals.push(...refusalIn(became));
  }
  return refusals;
}

async function answer({ asked, key, read }: Acting, outputs: readonly SaidOutput[]): Promise<readonly string[]> {
  if (outputs.length === 0) return [];
  await demand(asked, 'answer', key.thread);
  // A call that waits for its result waits for the user of the thread (rule D7).
  await demandOwn(asked, read);
  const refusals: string[] = [];
  for (const { call: id, seen: told, outcome } of outputs) {
    const call = callIn(read.messages, id);
    // It counts for the question that the right was looked up for and for no later one, so it carries the digest of that.
    const seen = call && seenOf(call);
    if (seen === undefined || (told ?? seen) !== seen) continue;
    const decision: Decision =
      'output' in outcome ? { type: 'answer', output: outcome.output } : { type: 'reject', reason: outcome.error };
    const by = asked.who.principal;
    refusals.push(...refusalIn(await asked.runtime.decide(key, { call: id, decision, by, seen })));
  }
  return refusals;
}

function refusalIn(became: DecisionAnswer): readonly string[] {
  const { name } = became.call;
  switch (became.type) {
    case 'forbidden':
      return [`This may not be decided about ${name}: ${became.reason}.`];
    case 'invalid':
      return [`This does not fit ${name}: ${became.issues.map(({ message }) => message).join('; ')}.`];
    case 'too-early':
      return [`It is too early to decide about ${name}.`];
    case 'applied':
    case 'already':
    case 'stale':
    case 'expired':
      return [];
  }
}

async function speak({ asked, key, read, said }: Acting): Promise<void> {
  const { word, regenerates, messageId } = said;
  if (!word && !regenerates) return;
  await demand(asked, 'send', key.thread);
  await demandOwn(asked, read);
  const { messages } = read;
  const known = placeOf(messages, key, said.lastWord);
  if (word && known === -1) return void (await asked.runtime.send(key, word.content, saying(asked, word)));
  // What is there already is said again by nobody, but edited where the client says so.
  if (word && !regenerates && messageId !== word.id) return;
  if (!regenerates) return withdraw({ asked, key, messages, from: known, word });
  const from = answerAfter(messages, messageId, known);
  if (from < messages.length) return withdraw({ asked, key, messages, from });
  // Nothing was answered yet: it is tried again.
  await asked.runtime.retry(key);
}

/** Under its client's id, so that it is said once however often it is posted. */
function saying({ who }: Asked, { id }: SaidWord): { readonly key: string; readonly author: string } {
  return { key: id, author: who.principal };
}

/** Where a word stands that a client names: by our id, after its page was loaded anew, or by the one that the client gave it. */
function placeOf(messages: readonly Message[], { thread }: ThreadKey, id: string | undefined): number {
  if (id === undefined) return -1;
  const own = wordId(thread, id);
  return messages.findIndex((message) => message.role === 'user' && (message.id === id || message.id === own));
}

/** Where the answer begins that is to be given anew: to the word before the message that is named, or to the last. */
function answerAfter(messages: readonly Message[], messageId: string | undefined, lastWord: number): number {
  const named = messageId === undefined ? -1 : messages.findIndex(({ id }) => id === messageId);
  if (named !== -1) return messages.findLastIndex(({ role }, index) => index <= named && role === 'user') + 1;
  return (lastWord === -1 ? messages.findLastIndex(({ role }) => role === 'user') : lastWord) + 1;
}

interface Withdrawing {
  readonly asked: Asked;
  readonly key: ThreadKey;
  readonly messages: readonly Message[];
  readonly from: number;
  readonly word?: SaidWord | undefined;
}

async function withdraw({ asked, key, messages, from, word }: Withdrawing): Promise<void> {
  const { principal } = asked.who;
  const others = messages
    .slice(from)
    .some(({ role, author }) => role === 'user' && (author ?? principal) !== principal);
  if (others) await demand(asked, 'manage', key.thread);
  const rewound = await asked.runtime.rewind(key, {
    message: messages[from]!.id,
    by: principal,
    ...(word && { content: word.content, ...saying(asked, word) }),
  });
  if (rewound.type === 'rewound') return;
  const names = [...new Set(rewound.calls.map(({ name }) => name))].join(', ');
  throw new Problem('conflict', `This cannot be answered anew: ${names} may have taken effect already.`);
}

async function demand(asked: Asked, right: 'send' | 'answer' | 'decide' | 'manage', thread: string): Promise<void> {
  if (!(await asked.permits(right, thread))) throw new Problem('forbidden', `You may not ${verbs[right]}.`);
}

/** Who may see a thread because they decide about its calls does not speak in it (rule D7). */
async function demandOwn(asked: Asked, { thread }: ReadThread): Promise<void> {
  const { owner } = thread;
  if (owner !== undefined && owner !== asked.who.principal) await demand(asked, 'manage', thread.thread);
}

const verbs = {
  send: 'say anything here',
  answer: 'answer this',
  decide: 'decide about calls',
  manage: "do this in what is another one's",
};

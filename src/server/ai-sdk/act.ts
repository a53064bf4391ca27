import type { Decision } from '../../conversation/decision.ts';
import type { Message } from '../../conversation/message.ts';
import type { CallState } from '../../conversation/tool-call.ts';
import { answerAll, decideAll, demand, demandOwn, placeOf, saying } from '../acting.ts';
import type { Place } from '../acting.ts';
import { callsIn } from '../deciding.ts';
import type { Refusal } from '../following.ts';
import { wholeWord } from '../named-files.ts';
import { withdraw } from '../withdrawing.ts';
import type { Said, SaidApproval, SaidOutput } from './said.ts';

/** What a client says, and where. */
interface Acting extends Place {
  readonly said: Said;
}

/**
 * Does what a client says: decisions first, then answers, then words. What is decided already, or was never asked, is passed
 * over. Gives what was not taken, in words for whoever said it; throws a `Problem` for what they may not do.
 */
export async function act(acting: Acting): Promise<readonly Refusal[]> {
  const calls = new Map(callsIn(acting.read.messages).map((call) => [call.id, call]));
  const is = (id: string, states: ReadonlySet<CallState>): boolean => states.has(calls.get(id)?.state ?? 'completed');
  const approvals = acting.said.approvals.filter(({ call }) => is(call, undecided));
  const outputs = acting.said.outputs.filter(({ call }) => is(call, unanswered));
  const refusals = [
    ...(await decideAll(
      acting,
      approvals.map((one) => ({ call: one.call, seen: one.seen, decision: decisionIn(one) })),
    )),
    ...(await answerAll(
      acting,
      outputs.map((one) => ({ call: one.call, seen: one.seen, decision: answerIn(one) })),
    )),
  ];
  await speak(acting);
  return refusals;
}

const undecided: ReadonlySet<CallState> = new Set<CallState>(['awaiting-approval', 'snoozed', 'deferred']);
const unanswered: ReadonlySet<CallState> = new Set<CallState>(['awaiting-result', 'awaiting-input']);

function decisionIn({ approved, input, reason }: SaidApproval): Decision {
  return approved
    ? { type: 'approve', ...(input !== undefined && { input }) }
    : { type: 'reject', ...(reason !== undefined && { reason }) };
}

function answerIn({ outcome }: SaidOutput): Decision {
  return 'output' in outcome ? { type: 'answer', output: outcome.output } : { type: 'reject', reason: outcome.error };
}

async function speak(acting: Acting): Promise<void> {
  const { asked, key, read, said } = acting;
  const { word, regenerates, messageId } = said;
  if (!word && !regenerates) return;
  await demand(asked, 'send', key.thread);
  await demandOwn(asked, read);
  const { messages } = read;
  const known = placeOf(messages, key, said.lastWord);
  if (word && known === -1) {
    return void (await asked.runtime.send(key, await wholeWord(acting, word.content), saying(asked, word)));
  }
  // What is there already is said again by nobody, but edited where the client says so.
  if (word && !regenerates && messageId !== word.id) return;
  if (word && !regenerates) {
    const content = await wholeWord(acting, word.content);
    return void (await withdraw(acting, { from: known, content, ...saying(asked, word) }));
  }
  const from = answerAfter(messages, messageId, known);
  if (from < messages.length) return void (await withdraw(acting, { from }));
  // Nothing was answered yet: it is tried again.
  await asked.runtime.retry(key);
}

/** Where the answer begins that is to be given anew: to the word before the message that is named, or to the last. */
function answerAfter(messages: readonly Message[], messageId: string | undefined, lastWord: number): number {
  const named = messageId === undefined ? -1 : messages.findIndex(({ id }) => id === messageId);
  if (named !== -1) return messages.findLastIndex(({ role }, index) => index <= named && role === 'user') + 1;
  return (lastWord === -1 ? messages.findLastIndex(({ role }) => role === 'user') : lastWord) + 1;
}

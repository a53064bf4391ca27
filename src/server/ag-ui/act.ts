import { readDecision } from '../../conversation/decision.ts';
import type { Decision } from '../../conversation/decision.ts';
import { isObject } from '../../conversation/json.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { declaring } from '../../runtime/client-tools.ts';
import type { ClientTool } from '../../runtime/client-tools.ts';
import { answerAll, decideAll, demand, demandOwn, placeOf, saying } from '../acting.ts';
import type { CallAnswer, CallDecision, Place } from '../acting.ts';
import { callsIn } from '../deciding.ts';
import type { Refusal } from '../following.ts';
import { wholeWord } from '../named-files.ts';
import { ticketIn } from '../ticket.ts';
import type { Said, SaidResult, SaidResume } from './said.ts';

/** What a client says, and where. */
interface Acting extends Place {
  readonly said: Said;
  /** What it declares with its word. */
  readonly tools: readonly ClientTool[];
}

/**
 * Does what a client says: decisions first, then answers, then its word. What is decided already, is out of date or was never
 * asked is passed over: the client is shown what is asked now. Gives what was not taken; throws a `Problem` for what they may
 * not do at all.
 */
export async function act(acting: Acting): Promise<readonly Refusal[]> {
  const { read, said } = acting;
  const calls = new Map(callsIn(read.messages).map((call) => [call.id, call]));
  const wishes = said.resume.flatMap((one) => wishIn(one, calls));
  const results = said.results.filter(({ call }) => isAsked(calls.get(call)));
  const refusals = [
    ...wishes.flatMap((one) => (one.type === 'unclear' ? one.refusal : [])),
    ...(await decideAll(
      acting,
      wishes.flatMap((one) => (one.type === 'decision' ? one : [])),
    )),
    ...(await answerAll(acting, [
      ...wishes.flatMap((one) => (one.type === 'answer' ? one : [])),
      ...results.map(answerIn),
    ])),
  ];
  await speak(acting);
  return refusals;
}

/** A tool of the page is asked for its result; what a thread of its own answers no page is. */
function isAsked(call: ToolCall | undefined): boolean {
  return call?.state === 'awaiting-result' && !call.child;
}

/** What an entry about an interrupt comes to. */
type Wish =
  | ({ readonly type: 'decision' } & CallDecision)
  | ({ readonly type: 'answer' } & CallAnswer)
  | { readonly type: 'unclear'; readonly refusal: Refusal };

function wishIn(resume: SaidResume, calls: ReadonlyMap<string, ToolCall>): readonly Wish[] {
  const ticket = ticketIn(resume.interrupt);
  const call = ticket && calls.get(ticket.call);
  if (!call) return [];
  switch (call.state) {
    case 'awaiting-approval':
    case 'snoozed':
    case 'deferred':
      return decisionWish(ticket, call, resume.status === 'cancelled' ? dropped : approvalIn(resume.payload));
    case 'in-doubt':
      // That somebody looks away does not say what became of it.
      return resume.status === 'cancelled' ? [] : decisionWish(ticket, call, decisionIn(resume.payload));
    case 'awaiting-input': {
      const { payload = null } = resume;
      const decision: Decision = resume.status === 'cancelled' ? dropped : { type: 'answer', output: payload };
      return [{ type: 'answer', ...ticket, decision }];
    }
    default:
      return [];
  }
}

const dropped: Decision = { type: 'reject', reason: 'cancelled' };

function decisionWish(
  ticket: Omit<CallDecision, 'decision'>,
  { name }: ToolCall,
  decision: Decision | undefined,
): readonly Wish[] {
  if (decision) return [{ type: 'decision', ...ticket, decision }];
  const reason = `What was answered about ${name} is no decision about it.`;
  return [{ type: 'unclear', refusal: { code: 'invalid', reason } }];
}

/** What is said about a call that waits for approval: in the words of AG-UI, or in ours (a snooze, an answer in its place). */
function approvalIn(payload: unknown): Decision | undefined {
  const { approved, editedArgs, reason } = isObject(payload) ? payload : {};
  if (approved === true) return { type: 'approve', ...(editedArgs !== undefined && { input: editedArgs }) };
  if (approved === false) return { type: 'reject', ...(typeof reason === 'string' && { reason }) };
  return decisionIn(payload);
}

function decisionIn(payload: unknown): Decision | undefined {
  const read = readDecision(payload);
  return 'decision' in read ? read.decision : undefined;
}

/** What a tool of the client came to is text, which may hold JSON. */
function answerIn({ call, content, error }: SaidResult): CallAnswer {
  if (error !== undefined) return { call, decision: { type: 'reject', reason: error } };
  const text: Decision = { type: 'answer', output: content };
  try {
    return { call, decision: { type: 'answer', output: JSON.parse(content) as unknown }, otherwise: text };
  } catch {
    return { call, decision: text };
  }
}

/** Its word is said once, however often it is posted. */
async function speak(acting: Acting): Promise<void> {
  const { asked, key, read, said, tools } = acting;
  const { word } = said;
  if (!word || placeOf(read.messages, key, word.id) !== -1) return;
  await demand(asked, 'send', key.thread);
  await demandOwn(asked, read);
  const beside = { ...saying(asked, word), ...(tools.length > 0 && { metadata: declaring(tools, read.messages) }) };
  await asked.runtime.send(key, await wholeWord(acting, word.content), beside);
}

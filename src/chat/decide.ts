import type { Person } from '../conversation/addressee.ts';
import { readDecision } from '../conversation/decision.ts';
import type { Decision, DecisionRecord } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { move } from '../conversation/move.ts';
import { isOpen } from '../conversation/requirement.ts';
import { transitions } from '../conversation/tool-call.ts';
import type { CallFacts, CallStanding, Cause, ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { judgedBy, unfit } from './at-provider.ts';
import { barred, barredFromDoubt, met, requesterOf } from './approval.ts';
import type { Parties } from './approval.ts';
import { validateAs } from './arguments.ts';
import { expiryOf } from './expiry.ts';
import { fingerprintOf, isSame } from './fingerprint.ts';
import { ruling } from './judge.ts';
import { toolOf } from './run.ts';
import { completed } from './outcome.ts';
import type { Run } from './run.ts';
import { seenOf } from '../conversation/seen.ts';
import type { DecisionAnswer } from './types.ts';

/** A decision about a call: who takes it, and the digest of what the person was shown, if it is known. */
interface Decided extends Person {
  readonly decision: Decision;
  readonly seen: string | undefined;
}

/** What is decided about, where, and by whom. */
interface Case extends Decided {
  readonly run: Run;
  readonly call: ToolCall;
  readonly parties: Parties;
}

/** What a decision comes to: an answer that refuses it, or the move it makes. */
type Weighed =
  | Exclude<DecisionAnswer, { type: 'applied' }>
  /** `again`: the move is not the decision's, which is weighed again after it. */
  | { readonly type: 'move'; readonly change: ToolCallChange; readonly answer: 'applied' | 'expired' | 'again' };

/**
 * Takes a decision: weighed against the call as it stands, committed, applied. When the call was moved meanwhile, by a run or
 * by time, it is weighed again. Throws `ChatError` `invalid-request` when the call is not in the conversation.
 */
export async function decideIn(run: Run, given: ToolCall | string, decided: Decided): Promise<DecisionAnswer> {
  if (typeof given === 'string') return decide(run, given, decided);
  if (typeof given?.id !== 'string') throw new ChatError('invalid-request', 'Deciding: a call or its id is needed.');
  return decide(run, given.id, { ...decided, seen: seenOf(given) });
}

async function decide(run: Run, id: string, decided: Decided): Promise<DecisionAnswer> {
  const { conversation } = run;
  await conversation.journal.free();
  const call = conversation.findCall(id);
  if (!call) {
    const name = JSON.stringify(id);
    throw new ChatError('invalid-request', `Tool call ${name} is not in conversation ${conversation.id}.`);
  }
  const weighed = await weigh(run, call, decided);
  if (weighed.type !== 'move') return weighed;
  let taken = false;
  const make = (): readonly ChatEvent[] => {
    taken = conversation.findCall(id)?.revision === call.revision;
    return taken ? [{ type: 'tool', call: weighed.change }] : [];
  };
  await run.commitBeside(make);
  if (!taken || weighed.answer === 'again') return decide(run, id, decided);
  return { type: weighed.answer, call: conversation.findCall(id)! };
}

/** Weighs a decision against the call as it stands. Nothing is changed here. */
async function weigh(run: Run, call: ToolCall, decided: Decided): Promise<Weighed> {
  const read = readDecision(decided.decision);
  if ('message' in read) return { type: 'invalid', call, issues: [{ message: read.message, path: [read.member] }] };
  const { decision } = read;
  const passed = passedOver(decided.decision, decision);
  if (passed !== undefined)
    return { type: 'invalid', call, issues: [{ message: 'is not understood', path: [passed] }] };
  // The clock comes first: a click on a call that has expired is late, whether or not anybody noticed yet (rule S2).
  const expired = expiryOf(call, run.conversation.now());
  if (expired) return { type: 'move', change: expired, answer: expired.state === 'denied' ? 'expired' : 'again' };
  const { by, groups } = decided;
  const parties = { by, groups, requester: requesterOf(run.conversation, call) };
  const about = { run, call, ...decided, decision, parties };
  return refusal(about) ?? (await accepted(about, decision));
}

/** What an approval holds and nobody reads: a misspelled edit, and what the model wrote would be approved (rule D1). */
function passedOver(given: Decision, read: Decision): string | undefined {
  if (read.type !== 'approve') return undefined;
  return Object.entries(given).find(([name, value]) => value !== undefined && !(name in read))?.[0];
}

function accepted(about: Case, decision: Decision): Weighed | Promise<Weighed> {
  switch (decision.type) {
    case 'approve':
      return approve(about, decision);
    case 'answer':
    case 'happened':
      return answer(about, decision.output);
    case 'reject': {
      const { reason } = decision;
      return outcome(about, { state: 'rejected', ...(reason !== undefined && { reason }) });
    }
    case 'did-not-happen':
      return outcome(about, { state: 'rejected', reason: 'it did not happen, and is not to be tried again' });
    case 'run-again':
      return outcome(about, { state: 'approved', by: 'person' });
    case 'abandon':
      return outcome(about, { state: 'failed', reason: 'nobody knows what became of it', outcome: 'unknown' });
    case 'snooze':
      return snooze(about, decision.until);
  }
}

/** Why a decision does not count: too late, about something else, not this person's, or too early. */
function refusal({ run, call, decision, seen, parties }: Case): Weighed | undefined {
  const earlier = call.decisions?.findLast(({ by }) => by !== undefined && by === parties.by);
  if (!isAsked(call, decision)) return refusedLate(call, decision);
  if (seen !== undefined && seen !== seenOf(call)) return { type: 'stale', call };
  const issues = unfit(call, decision);
  if (issues) return { type: 'invalid', call, issues };
  if (call.state === 'in-doubt') return refusedInDoubt(run, call, { decision, parties });
  const type =
    decision.type === 'approve' || decision.type === 'snooze' || decision.type === 'answer' ? decision.type : 'reject';
  const reason = barred(call, type, parties);
  if (reason === undefined) return undefined;
  // Who has given their approval already clicks twice; who may not, may not.
  const mine = call.requirements?.some(
    ({ met: last, given = [] }) => last?.by === parties.by || given.some(({ by }) => by === parties.by),
  );
  return mine && earlier && type === 'approve'
    ? { type: 'already', call, earlier }
    : { type: 'forbidden', call, reason };
}

function isAsked({ state }: ToolCall, { type }: Decision): boolean {
  // What became of it is asked of a call in doubt alone; an approved one moves so by what its tool says late.
  const fits = aboutDoubt.has(type) === (state === 'in-doubt');
  return fits && Object.hasOwn(transitions[state], type);
}

function refusedInDoubt(
  run: Run,
  call: ToolCall,
  { decision, parties }: { decision: Decision; parties: Parties },
): Weighed | undefined {
  const reason = barredFromDoubt(call, parties);
  if (reason !== undefined) return { type: 'forbidden', call, reason };
  const until = call.attempt?.deadline ?? 0;
  // A frozen process may still thaw and act: until then only "it happened" is safe to believe (rule E2).
  const early = decision.type !== 'happened' && until > run.conversation.now();
  return early ? { type: 'too-early', call, until } : undefined;
}

/** The question was settled before, by a person or otherwise (rule D1). */
function refusedLate(call: ToolCall, decision: Decision): Weighed {
  if (call.state === 'denied' && call.by === 'expired') return { type: 'expired', call };
  const sameQuestion = ({ decision: { type } }: DecisionRecord): boolean =>
    type !== 'snooze' && aboutDoubt.has(type) === aboutDoubt.has(decision.type);
  const earlier = call.decisions?.findLast(sameQuestion);
  return earlier ? { type: 'already', call, earlier } : { type: 'stale', call };
}

const aboutDoubt: ReadonlySet<Decision['type']> = new Set(['happened', 'did-not-happen', 'run-again', 'abandon']);

/** An approval, of the input as it is or of another one. */
function approve(about: Case, { input, notBefore }: Decision & { type: 'approve' }): Weighed | Promise<Weighed> {
  const { run, call, parties } = about;
  const later = Math.max(call.notBefore ?? 0, notBefore === undefined ? 0 : Date.parse(notBefore));
  if (input !== undefined) return edit(about, input, later);
  const tool = judgedBy(run, call);
  // Its arguments do not fit the tool as it is now: only other ones can be approved (rule C1).
  if (tool && 'because' in call && call.because === 'tool-changed' && !isSame(run, call, tool)) {
    return { type: 'invalid', call, issues: [{ message: 'does not fit the tool any more', path: ['input'] }] };
  }
  const requirements = met(call.requirements ?? [], parties, run.conversation.now());
  return approved(about, requirements, later > 0 ? { notBefore: later } : {});
}

/** An approval of another input: validated and put to the policies before it counts (rule D6). */
async function edit(about: Case, input: unknown, later: number): Promise<Weighed> {
  const { run, call, parties, decision } = about;
  const tool = toolOf(run, call.name);
  if (!tool)
    return { type: 'invalid', call, issues: [{ message: 'cannot be checked without the tool', path: ['input'] }] };
  const checked = await validateAs(run, tool.input, input);
  if ('issues' in checked) return { type: 'invalid', call, issues: checked.issues };
  const { denied, requirements, until = 0 } = await ruling(run, { ...call, input: checked.input }, false);
  if (denied) return { type: 'forbidden', call, reason: denied.reason ?? 'a policy denies this input' };
  const notBefore = Math.max(later, until);
  const edited = { ...about, decision: { ...decision, input: checked.input } as Decision };
  return approved(edited, met(requirements, parties, run.conversation.now()), {
    input: checked.input,
    effect: tool.effect ?? 'undeclared',
    fingerprint: fingerprintOf(run, call.name, tool),
    ...(notBefore > 0 && { notBefore }),
  });
}

/** Approved when every requirement is met; else it waits for the others. */
function approved(about: Case, requirements: ToolCall['requirements'] & object, facts: Partial<CallFacts>): Weighed {
  const known = { ...facts, ...(requirements.length > 0 && { requirements }) };
  if (!requirements.some(isOpen)) return outcome(about, { state: 'approved', by: 'person', ...known });
  return outcome(about, { state: 'awaiting-approval', ...known }, 'input' in facts ? 'edit' : 'meet');
}

/** An answer to a question of the tool, a result from elsewhere, or a result in place of the tool's. */
async function answer(about: Case, output: unknown): Promise<Weighed> {
  const { run, call } = about;
  const tool = judgedBy(run, call);
  const asked = call.state === 'awaiting-input';
  const checked = await validateAs(run, asked ? tool?.answer : tool?.output, output);
  if ('issues' in checked) return { type: 'invalid', call, issues: checked.issues };
  const given = { ...about, decision: { ...about.decision, output: checked.input } as Decision };
  if (!asked) return outcome(given, { ...completed(tool, checked.input), by: 'person' });
  const state = call.data === undefined ? {} : { state: call.data };
  return outcome(given, { state: 'approved', by: 'person', resume: { ...state, answer: checked.input } });
}

function snooze(about: Case, until: string): Weighed {
  const expiries = about.call.requirements?.flatMap(({ expiresAt }) => expiresAt ?? []) ?? [];
  return outcome(about, { state: 'snoozed', until: Math.min(Date.parse(until), ...expiries) });
}

type Target = CallStanding & Partial<Omit<CallFacts, 'id' | 'name' | 'revision'>>;

function outcome({ run, call, decision, by, seen }: Case, to: Target, cause: Cause = decision.type): Weighed {
  const record: DecisionRecord = {
    decision,
    ...(by !== undefined && { by }),
    at: run.conversation.now(),
    ...(seen !== undefined && { seen }),
  };
  const change = move(call, cause, { ...to, decisions: [...(call.decisions ?? []), record] });
  return { type: 'move', change, answer: 'applied' };
}

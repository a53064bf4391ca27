import type { Decision, DecisionRecord } from '../conversation/decision.ts';
import { isSettled, move, transitions } from '../conversation/tool-call.ts';
import type { CallFacts, CallStanding, Cause, ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { validate, validateOutput } from './arguments.ts';
import { expiryOf } from './expiry.ts';
import { ruling, toolOf } from './judge.ts';
import type { Run } from './run.ts';
import { seenOf } from './seen.ts';
import type { DecisionAnswer } from './types.ts';

/** A decision about a call: who takes it, and the digest of what the person was shown, if it is known. */
export interface Decided {
  readonly decision: Decision;
  readonly by: string | undefined;
  readonly seen: string | undefined;
}

/** What is decided about, and where. */
interface Case extends Decided {
  readonly run: Run;
  readonly call: ToolCall;
}

/** What a decision comes to: an answer that refuses it, or the move it makes. */
export type Outcome =
  | Exclude<DecisionAnswer, { type: 'applied' }>
  /** `again`: the move is not the decision's, which is weighed again after it. */
  | { readonly type: 'move'; readonly change: ToolCallChange; readonly answer: 'applied' | 'expired' | 'again' };

/** Weighs a decision against the call as it stands. Nothing is changed here. */
export async function weigh(run: Run, call: ToolCall, decided: Decided): Promise<Outcome> {
  const { decision } = decided;
  // The clock comes first: a click on a call that has expired is late, whether or not anybody noticed yet (rule S2).
  const expired = expiryOf(call, run.conversation.now());
  if (expired) return { type: 'move', change: expired, answer: expired.state === 'denied' ? 'expired' : 'again' };
  const about = { run, call, ...decided };
  const refused = refusal(about);
  if (refused) return refused;
  switch (decision.type) {
    case 'approve':
      return approve(about, decision);
    case 'answer':
    case 'happened': {
      const checked = await validateOutput(decision.output, toolOf(run, call.name));
      if ('issues' in checked) return { type: 'invalid', call, issues: checked.issues };
      return outcome(about, { state: 'completed', output: checked.input, by: 'person' });
    }
    case 'reject':
      return outcome(about, { state: 'rejected', ...reasonOf(decision) });
    case 'did-not-happen':
      return outcome(about, {
        state: 'rejected',
        reason: 'it did not happen, and is not to be tried again',
      });
    case 'run-again':
      return outcome(about, { state: 'approved', by: 'person' });
    case 'abandon':
      return outcome(about, {
        state: 'failed',
        reason: 'nobody knows what became of it',
        outcome: 'unknown',
      });
    case 'snooze':
      return snooze(about, decision.until);
  }
}

function reasonOf({ reason }: { readonly reason?: string }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** Why a decision does not count: too late, about something else, expired, or too early. */
function refusal({ run, call, decision, by, seen }: Case): Outcome | undefined {
  const asked = Object.hasOwn(transitions[call.state], decision.type);
  if (!asked || call.providerExecuted) return refusedLate(call, call.decisions?.at(-1));
  if (seen !== undefined && seen !== seenOf(call)) return { type: 'stale', call };
  const now = run.conversation.now();
  const requirements = call.requirements ?? [];
  const closed = requirements.find(({ approvers }) => approvers && !approvers.includes(by ?? ''));
  if (closed) return { type: 'forbidden', call, reason: `only ${closed.approvers?.join(', ')} may decide about it` };
  const deadline = call.attempt?.deadline ?? 0;
  // A frozen process may still thaw and act: until then only "it happened" is safe to believe (rule E2).
  if (call.state === 'in-doubt' && decision.type !== 'happened' && deadline > now) {
    return { type: 'too-early', call, until: deadline };
  }
  return undefined;
}

/** The question was settled before, by a person or otherwise. */
function refusedLate(call: ToolCall, earlier: DecisionRecord | undefined): Outcome {
  if (call.state === 'denied' && call.by === 'expired') return { type: 'expired', call };
  const decided = isSettled(call.state) || call.state === 'approved' || call.state === 'running';
  return earlier && decided ? { type: 'already', call, earlier } : { type: 'stale', call };
}

/** An approval, of the input as it is or of another one, which is validated and put to the policies first (rule D6). */
async function approve(about: Case, { input, notBefore }: Decision & { type: 'approve' }): Promise<Outcome> {
  const { run, call, by } = about;
  const time = notBefore === undefined ? undefined : Date.parse(notBefore);
  if (Number.isNaN(time)) return { type: 'invalid', call, issues: [{ message: 'is not a time', path: ['notBefore'] }] };
  const later = Math.max(call.notBefore ?? 0, time ?? 0);
  const waits = later > 0 ? { notBefore: later } : {};
  if (input === undefined) return outcome(about, { state: 'approved', by: 'person', ...waits });
  const tool = toolOf(run, call.name);
  const checked = tool ? await validate(input, tool) : { input };
  if ('issues' in checked) return { type: 'invalid', call, issues: checked.issues };
  const edited = { ...call, input: checked.input };
  const { denied, requirements, until } = await ruling(run, edited, false);
  if (denied) return { type: 'forbidden', call, reason: denied.reason ?? 'a policy denies this input' };
  const facts = { input: checked.input, ...(until === undefined ? waits : { notBefore: Math.max(later, until) }) };
  const open = requirements.filter(({ approvers }) => approvers && !approvers.includes(by ?? ''));
  if (open.length === 0) return outcome(about, { state: 'approved', by: 'person', ...facts });
  return outcome(about, { state: 'awaiting-approval', requirements: open, ...facts });
}

function snooze(about: Case, until: string): Outcome {
  const { call } = about;
  const time = Date.parse(until);
  if (Number.isNaN(time)) return { type: 'invalid', call, issues: [{ message: 'is not a time', path: ['until'] }] };
  const expiries = call.requirements?.flatMap(({ expiresAt }) => expiresAt ?? []) ?? [];
  return outcome(about, { state: 'snoozed', until: Math.min(time, ...expiries) });
}

type Target = CallStanding & Partial<Omit<CallFacts, 'id' | 'name' | 'revision'>>;

function outcome({ run, call, decision, by, seen }: Case, to: Target): Outcome {
  const record: DecisionRecord = {
    decision,
    ...(by !== undefined && { by }),
    at: run.conversation.now(),
    ...(seen !== undefined && { seen }),
  };
  const stays = to.state === 'awaiting-approval';
  const cause: Cause = stays ? 'edit' : decision.type;
  const change = move(call, cause, { ...to, decisions: [...(call.decisions ?? []), record] });
  return { type: 'move', change, answer: 'applied' };
}

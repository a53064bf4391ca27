import type { Message } from '../conversation/message.ts';
import { move } from '../conversation/move.ts';
import type { Requirement } from '../conversation/requirement.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { copyOf, readArguments, settle, textOfInvalid } from './arguments.ts';
import type { Validated } from './arguments.ts';
import { fingerprintOf } from './fingerprint.ts';
import { inTime } from './in-time.ts';
import { judgedBy, offered } from './at-provider.ts';
import { merge } from './policy.ts';
import type { Policy, PolicyContext, Ruling, Verdict } from './policy.ts';
import { reportable } from './reportable.ts';
import type { Run } from './run.ts';
import type { AnyTool } from './tool.ts';

/** Moves a call that nobody has judged: validated, then put to the policies. A name that the model made up fails it (rule C1). */
export function judge(run: Run, call: ToolCall): ToolCallChange | Promise<ToolCallChange> {
  const tool = judgedBy(run, call);
  if (!tool) return invalid(call, `there is no tool named ${call.name}`);
  return settle(readArguments(run, call, tool), (validated: Validated) => {
    if ('issues' in validated) return invalid(call, textOfInvalid(call.name, validated.issues));
    const facts: Facts = {
      input: validated.input,
      effect: tool.effect ?? 'undeclared',
      ...(!call.providerExecuted && { fingerprint: fingerprintOf(run, call.name, tool) }),
      ...(tool.final && { final: tool.final }),
      ...(tool.sensitive && { sensitive: tool.sensitive }),
    };
    return settle(ruling(run, { ...call, ...facts }, false), (ruled) => rule(run, call, { ruled, facts }));
  });
}

/** Puts a deferred call whose time has come to the policies again (rule D5). */
export function judgeAgain(run: Run, call: ToolCall): ToolCallChange | Promise<ToolCallChange> {
  return settle(ruling(run, call, true), (ruled) => rule(run, call, { ruled, facts: {} }));
}

/** What the policies say of a call's input, merged: its tool's, those of its scopes, the chat's (rule D4). */
export function ruling(run: Run, call: ToolCall, due: boolean): Ruling | Promise<Ruling> {
  const tool = judgedBy(run, call);
  if (!tool) return { requirements: [{ reason: `there is no tool named ${call.name} here` }] };
  const asked = policiesOf(run, tool).map((policy) => verdictOf(run, policy, { call, due }));
  if (failedBefore(run, tool, call)) asked.push({ ask: failedOnce });
  const merged = (verdicts: readonly Verdict[]): Ruling => merge(verdicts, { now: run.conversation.now(), due });
  // The list holds no promise then.
  return asked.some((one) => one instanceof Promise) ? Promise.all(asked).then(merged) : merged(asked as Verdict[]);
}

type Facts = Partial<Pick<ToolCall, 'input' | 'effect' | 'fingerprint' | 'final' | 'sensitive'>>;

function invalid(call: ToolCall, reason: string): ToolCallChange {
  return move(call, 'invalid', { state: 'failed', reason, outcome: 'none' });
}

function rule(
  { conversation }: Run,
  call: ToolCall,
  { ruled, facts }: { readonly ruled: Ruling; readonly facts: Facts },
): ToolCallChange {
  const { denied, requirements, until } = ruled;
  const known = { ...facts, ...(until !== undefined && { notBefore: until }) };
  if (denied) return move(call, 'deny', { state: 'denied', by: 'policy', ...denied, ...facts });
  if (requirements.length > 0) {
    const asked = { requirements: offered(call, requirements), askedAt: conversation.now() };
    return move(call, 'ask', { state: 'awaiting-approval', ...asked, ...known });
  }
  if (until !== undefined) return move(call, 'defer', { state: 'deferred', until, ...known });
  return move(call, 'allow', { state: 'approved', by: 'policy', ...facts });
}

/** After a throw whose outcome is unknown, a tool declared `once` needs a person, whatever its policy says (rule E1). */
export function failedBefore(run: Run, tool: AnyTool, call: ToolCall): boolean {
  if (tool.effect !== 'once') return false;
  const failed = failuresIn(run.conversation.messages).get(call.name);
  return failed?.some((id) => id !== call.id) === true;
}

const known = new WeakMap<readonly Message[], ReadonlyMap<string, readonly string[]>>();

/** Two calls of each tool whose failure may have taken effect, if there are: looked for once, however many calls are judged. */
function failuresIn(messages: readonly Message[]): ReadonlyMap<string, readonly string[]> {
  const before = known.get(messages);
  if (before) return before;
  const failures = new Map<string, string[]>();
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type !== 'tool' || part.call.state !== 'failed' || part.call.outcome !== 'unknown') continue;
      const { name, id } = part.call;
      failures.set(name, [...(failures.get(name) ?? []).slice(0, 1), id]);
    }
  }
  known.set(messages, failures);
  return failures;
}

/** What is demanded then. */
export const failedOnce: Requirement = {
  reason: 'an earlier call of this tool failed, and nobody knows whether it took effect',
};

type AnyPolicy = Policy<never, never>;

/** The default speaks where neither the tool nor a scope of it does. */
function policiesOf(run: Run, tool: AnyTool): readonly AnyPolicy[] {
  const { policy, scopes = [], usual = tool.effect === 'read' ? 'allow' : 'ask' } = tool;
  const own: readonly AnyPolicy[] = policy === undefined ? scopes : [policy, ...scopes];
  const asked = own.length > 0 ? own : [usual];
  const { policy: chatPolicy } = run.setup;
  if (!chatPolicy) return asked;
  return [...asked, (_: never, { call, context, ...about }: PolicyContext<never>) => chatPolicy(call, context, about)];
}

function verdictOf(
  run: Run,
  policy: AnyPolicy,
  { call, due }: { call: ToolCall; due: boolean },
): Verdict | Promise<Verdict> {
  if (typeof policy !== 'function') return policy;
  const input = copyOf(call.input);
  const about = { call: { ...call, input }, context: run.setup.context, due, signal: run.signal };
  try {
    // The types of `tool` and `createChat` see to it that input and context are what the policy wants.
    const verdict = policy(input as never, about as never);
    if (!(verdict instanceof Promise)) return verdict;
    return inTime(verdict, 'The policy', run.signal).catch((error: unknown) => failing(run, call, error));
  } catch (error) {
    return failing(run, call, error);
  }
}

/** A policy that throws or is late asks (rule X3: its text stays here). */
function failing(run: Run, call: ToolCall, error: unknown): Verdict {
  // Stopped: nobody waits for the verdict.
  if (run.isOver) return 'ask';
  return { ask: { reason: `its policy failed (${run.report(reportable(error, call))})` } };
}

import { move } from '../conversation/tool-call.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { readArguments, settle, textOfInvalid } from './arguments.ts';
import type { Validated } from './arguments.ts';
import { merge } from './policy.ts';
import type { PolicyContext, Ruling, Verdict } from './policy.ts';
import type { Run } from './run.ts';
import type { AnyTool } from './tool.ts';

/** Milliseconds that a policy may take before it counts as "ask" (rule L7). */
const policyTime = 10_000;

/** Moves a call that was just proposed: validated, then put to the policies. An unknown tool fails it. */
export function judge(run: Run, call: ToolCall): ToolCallChange | Promise<ToolCallChange> {
  const tool = toolOf(run, call.name);
  if (!tool) return invalid(call, `there is no tool named ${call.name}`);
  const facts = { effect: tool.effect ?? ('undeclared' as const) };
  return settle(readArguments(call, tool), (validated: Validated) => {
    if ('issues' in validated) return invalid(call, textOfInvalid(call.name, validated.issues));
    const accepted = { ...call, ...facts, input: validated.input };
    return settle(ruling(run, accepted, false), (ruled) => rule(call, ruled, { ...facts, input: validated.input }));
  });
}

/** Puts a deferred call whose time has come to the policies again (rule D5). */
export function judgeAgain(run: Run, call: ToolCall): ToolCallChange | Promise<ToolCallChange> {
  return settle(ruling(run, call, true), (ruled) => rule(call, ruled, {}));
}

/** What the policies say of a call's input, merged. */
export function ruling(run: Run, call: ToolCall, due: boolean): Ruling | Promise<Ruling> {
  const tool = toolOf(run, call.name);
  if (!tool) return { requirements: [{ reason: `there is no tool named ${call.name} here` }] };
  return settle(verdictOf(run, { call, tool, due }), (verdict) => {
    const verdicts = failedBefore(run, tool, call) ? [verdict, failedOnce] : [verdict];
    return merge(verdicts, { now: run.conversation.now(), due });
  });
}

/** A tool by its name; names of `Object.prototype` are no tools. */
export function toolOf(run: Run, name: string): AnyTool | undefined {
  return Object.hasOwn(run.setup.tools, name) ? run.setup.tools[name] : undefined;
}

function invalid(call: ToolCall, reason: string): ToolCallChange {
  return move(call, 'invalid', { state: 'failed', reason, outcome: 'none' });
}

function rule(call: ToolCall, ruled: Ruling, facts: Partial<Pick<ToolCall, 'input' | 'effect'>>): ToolCallChange {
  const { denied, requirements, until } = ruled;
  const known = { ...facts, ...(until !== undefined && { notBefore: until }) };
  if (denied) return move(call, 'deny', { state: 'denied', by: 'policy', ...denied, ...facts });
  if (requirements.length > 0) return move(call, 'ask', { state: 'awaiting-approval', requirements, ...known });
  if (until !== undefined) return move(call, 'defer', { state: 'deferred', until, ...facts });
  return move(call, 'allow', { state: 'approved', by: 'policy', ...facts });
}

/** After a throw whose outcome is unknown, a tool declared `once` needs a person, whatever its policy says (rule E1). */
function failedBefore(run: Run, tool: AnyTool, call: ToolCall): boolean {
  if (tool.effect !== 'once') return false;
  return run.conversation.messages.some(({ parts }) =>
    parts.some((part) => {
      if (part.type !== 'tool' || part.call.name !== call.name || part.call.id === call.id) return false;
      return part.call.state === 'failed' && part.call.outcome === 'unknown';
    }),
  );
}

const failedOnce: Verdict = {
  ask: { reason: 'an earlier call of this tool failed in a way that leaves open whether it took effect' },
};

function verdictOf(
  run: Run,
  { call, tool, due }: { call: ToolCall; tool: AnyTool; due: boolean },
): Verdict | Promise<Verdict> {
  const { policy = tool.effect === 'read' ? 'allow' : 'ask' } = tool;
  if (typeof policy !== 'function') return policy;
  const about: PolicyContext = { call, context: run.setup.context, due, signal: run.signal };
  try {
    const verdict = policy(call.input, about);
    if (!(verdict instanceof Promise)) return verdict;
    return inTime(verdict).catch((error: unknown) => failing(run, error));
  } catch (error) {
    return failing(run, error);
  }
}

/** A policy that throws or is late asks (rule X3: its text stays here). */
function failing(run: Run, error: unknown): Verdict {
  return { ask: { reason: `its policy failed (${run.report(error)})` } };
}

async function inTime(verdict: Promise<Verdict>): Promise<Verdict> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The policy took more than ${policyTime} ms.`)), policyTime);
  });
  try {
    return await Promise.race([verdict, late]);
  } finally {
    clearTimeout(timer);
  }
}

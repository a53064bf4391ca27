import type { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent, StepEndEvent } from '../conversation/event.ts';
import { move } from '../conversation/move.ts';
import type { Offered, Requirement } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { attemptAt } from './execution.ts';
import { declaredName } from './provider-calls.ts';
import type { ProviderTool } from './provider-tool.ts';
import { toolOf } from './run.ts';
import type { Run } from './run.ts';
import type { SchemaIssue } from './schema.ts';
import type { AnyTool } from './tool.ts';

/** Whether only its provider can move a call: it is at work there, or was until nobody heard of it any more (rule W3). */
export function isAtProvider({ providerExecuted, state }: ToolCall): boolean {
  return providerExecuted === true && (state === 'approved' || state === 'running' || state === 'in-doubt');
}

/** What speaks for a call: its tool, or what the chat knows of its provider's, which nobody can check or run here. */
export function judgedBy(run: Run, { name, providerExecuted }: ToolCall): AnyTool | undefined {
  if (!providerExecuted) return toolOf(run, name);
  const { providerTools } = run.setup;
  const declared = declaredName(name);
  const known: Partial<ProviderTool> = (Object.hasOwn(providerTools, declared) && providerTools[declared]) || {};
  // What speaks for it is the same for both kinds.
  return { ...known, type: 'tool', description: '' } as AnyTool;
}

/** A call that its provider runs is approved or not: nobody can answer in its place. */
export function offered({ providerExecuted }: ToolCall, requirements: readonly Requirement[]): readonly Requirement[] {
  if (!providerExecuted) return requirements;
  return requirements.map(({ decisions = all, ...rest }) => ({
    ...rest,
    decisions: decisions.filter((one) => one !== 'answer'),
  }));
}

const all: readonly Offered[] = ['approve', 'reject', 'snooze'];

/** What a decision wants that a provider does not do. */
export function unfit({ providerExecuted }: ToolCall, decision: Decision): readonly SchemaIssue[] | undefined {
  if (!providerExecuted) return undefined;
  if (decision.type === 'answer') return [{ message: 'its provider answers, nobody else', path: ['type'] }];
  const isEdit = decision.type === 'approve' && decision.input !== undefined;
  return isEdit ? [{ message: 'its provider runs it with the arguments that it has', path: ['input'] }] : undefined;
}

/** Approved calls, started with the request that tells their provider so: committed before it is sent. */
export function handOver({ conversation, isOver }: Run): readonly ChatEvent[] {
  if (isOver) return [];
  const now = conversation.now();
  return approvedCalls(conversation).map((call) => {
    const attempt = attemptAt(call, { type: 'tool', description: '' }, now);
    return { type: 'tool', call: move(call, 'start', { state: 'running', attempt }) };
  });
}

/**
 * What becomes of calls whose approval was sent, when the answer did not come to its end. Where the request was refused
 * unread they are as before; else nobody knows what came of them, and only what changes nothing is sent again by itself.
 */
export function takeBack({ conversation }: Run, { unread }: { readonly unread: boolean }): readonly ChatEvent[] {
  return conversation.unsettled.filter(isHandedOver).map((call) => {
    if (unread || call.effect === 'read') {
      const by = call.decisions ? 'person' : 'policy';
      return { type: 'tool', call: move(call, 'refuse', { state: 'approved', by }) };
    }
    const reason = 'its provider was told to run it, and the answer was cut';
    return { type: 'tool', call: move(call, 'doubt', { state: 'in-doubt', reason, askedAt: conversation.now() }) };
  });
}

/** A stop cancels what its provider was not told of (rule E7). */
export function stopHandOver({ conversation }: Run): readonly ChatEvent[] {
  return approvedCalls(conversation).map((call) => ({
    type: 'tool',
    call: move(call, 'cancel', { state: 'cancelled', by: 'stop', outcome: 'none' }),
  }));
}

/**
 * The end of calls of which their provider has told nothing when its answer was over. While its turn goes on, or waits for
 * results of ours, it may still tell.
 */
export function untold({ conversation }: Run, { message, finish }: StepEndEvent): readonly ChatEvent[] {
  const isOurs = (call: ToolCall): boolean => !call.providerExecuted && conversation.messageOf(call.id)?.id === message;
  const running = conversation.unsettled.filter(isRunning);
  if (running.length === 0 || finish === 'pause-turn' || conversation.unsettled.some(isOurs)) return [];
  const reason = 'its provider did not tell what came of it';
  return running.map((call) => {
    const outcome = call.effect === 'read' ? 'none' : 'unknown';
    return { type: 'tool', call: move(call, 'fail', { state: 'failed', reason, outcome }) };
  });
}

function approvedCalls({ unsettled }: Conversation): readonly ToolCall[] {
  return unsettled.filter(({ providerExecuted, state }) => providerExecuted === true && state === 'approved');
}

function isRunning({ providerExecuted, state }: ToolCall): boolean {
  return providerExecuted === true && state === 'running';
}

/** Its provider was told that it was approved, and has not told what came of it. */
function isHandedOver(call: ToolCall): boolean {
  return isRunning(call) && call.attempt !== undefined;
}

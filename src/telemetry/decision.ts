import { context, SpanKind } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import type { DecisionAnswer } from '../chat/types.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { CallState, ToolCall } from '../conversation/tool-call.ts';
import { approvalAttributes, isUndecided, waitOf } from './approval.ts';
import { errorType } from './error-type.ts';
import { contextOf, linksTo } from './link.ts';
import { quietly, within } from './quietly.ts';
import type { Telemetry } from './telemetry.ts';

/** What is decided about. */
export interface Deciding {
  readonly conversation: Conversation;
  readonly call: ToolCall | string;
}

/** Takes a decision under a span of its own, which links to the run that had asked: no run need be under way. */
export async function tracedDecision(
  telemetry: Telemetry,
  about: Deciding,
  decide: () => Promise<DecisionAnswer>,
): Promise<DecisionAnswer> {
  const before = quietly(() => callOf(about));
  const span = quietly(() => begin(telemetry, about, before));
  const here = span && quietly(() => contextOf(span, context.active()));
  try {
    const answer = await within(here, decide);
    quietly(() => tell(telemetry, { span, answer, before: before?.state }));
    return answer;
  } catch (error) {
    quietly(() => span?.setAttribute('error.type', errorType(error)));
    throw error;
  } finally {
    quietly(() => span?.end());
  }
}

function callOf({ conversation, call }: Deciding): ToolCall | undefined {
  return conversation.findCall(typeof call === 'string' ? call : call.id);
}

function begin(telemetry: Telemetry, { conversation }: Deciding, call: ToolCall | undefined): Span {
  return telemetry.tracer.startSpan(call ? `decide ${call.name}` : 'decide', {
    kind: SpanKind.INTERNAL,
    links: linksTo(conversation.run.traces ?? []),
    attributes: {
      ...telemetry.attributesIn(conversation),
      ...(call && { 'gen_ai.tool.name': call.name, 'gen_ai.tool.call.id': call.id }),
    },
  });
}

interface Decided {
  readonly span: Span | undefined;
  readonly answer: DecisionAnswer;
  readonly before: CallState | undefined;
}

function tell(telemetry: Telemetry, { span, answer, before }: Decided): void {
  const { type, call } = answer;
  span?.setAttribute('yourcall.approval.answer', type);
  if (type !== 'applied') return;
  const about = approvalAttributes(call, telemetry.contentOf(span));
  span?.setAttributes({ ...about, 'yourcall.call.state': call.state });
  const wait = waitOf(call, call.decisions?.at(-1)?.at);
  // What is done elsewhere has asked nobody.
  if (wait === undefined || isUndecided(call) || before === 'awaiting-result') return;
  telemetry.measures.record('yourcall.approval.wait', wait / 1000, {
    'gen_ai.tool.name': call.name,
    'yourcall.approval.decision': about['yourcall.approval.decision'],
  });
}

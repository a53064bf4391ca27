import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Link, Span } from '@opentelemetry/api';
import type { Around } from '../chat/around.ts';
import type { StreamBase } from '../chat/types.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { isSettled } from '../conversation/move.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { sum, usageAttributes } from './answer.ts';
import { approvalAttributes, waitOf } from './approval.ts';
import { errorType } from './error-type.ts';
import { linksTo, traceparentOf } from './link.ts';
import { ModelCallSpan, TracedAnswer } from './model-call.ts';
import { providerName } from './provider-name.ts';
import { quietly } from './quietly.ts';
import type { Telemetry } from './telemetry.ts';
import { ToolAttempt } from './tool-attempt.ts';

/** One run, and its span: `invoke_agent refunds`. It ends when the run does, a pause included. */
export class RunSpan implements Around {
  readonly trace: string | undefined;
  readonly #telemetry: Telemetry;
  readonly #conversation: Conversation;
  readonly #inner: Around | undefined;
  readonly #span: Span;
  readonly #context: Context;
  readonly #models: ModelCallSpan[] = [];
  readonly #attempts = new Map<string, ToolAttempt>();
  #isOver = false;

  constructor(telemetry: Telemetry, conversation: Conversation, { around, commit }: StreamBase) {
    this.#telemetry = telemetry;
    this.#conversation = conversation;
    this.#inner = around;
    const links = linksTo(conversation.run.traces ?? []);
    const here = placeOf(links, commit !== undefined);
    const { agent } = telemetry;
    const name = agent === undefined ? 'invoke_agent' : `invoke_agent ${agent}`;
    const attributes = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.conversation.id': conversation.id,
      ...telemetry.attributes,
    };
    const options = { kind: SpanKind.INTERNAL, attributes, links: here.links, root: here.isRoot };
    this.#span = telemetry.tracer.startSpan(name, options, here.context);
    this.#context = trace.setSpan(here.context, this.#span);
    this.trace = traceparentOf(this.#span.spanContext());
  }

  model(about: Parameters<Around['model']>[0], ask: Parameters<Around['model']>[1]): ReturnType<Around['model']> {
    const inner = this.#inner;
    const asked = inner ? () => inner.model(about, ask) : ask;
    const span = quietly(() => this.#asked(about));
    return span ? new TracedAnswer(span, asked) : asked();
  }

  tool(about: Parameters<Around['tool']>[0], act: () => unknown): unknown {
    const inner = this.#inner;
    const acts = inner ? () => inner.tool(about, act) : act;
    const attempt = quietly(() => new ToolAttempt(this.#telemetry, this.#context, about));
    if (!attempt) return acts();
    this.#attempts.set(about.call.id, attempt);
    return attempt.act(acts);
  }

  /** Told of every event that the reader of the run is told. */
  see(event: ChatEvent): void {
    if (event.type === 'tool') quietly(() => this.#moved(event.call));
    else if (isEnd(event)) this.#ended(event);
  }

  /** The run is over, whatever it has told. */
  end(error?: unknown): void {
    if (this.#isOver) return;
    const type = errorType(error ?? left);
    this.#finish({ 'yourcall.run.outcome': 'error', 'error.type': type }, true);
  }

  #asked(about: Parameters<Around['model']>[0]): ModelCallSpan {
    const span = new ModelCallSpan(this.#telemetry, this.#context, about);
    const { provider, id } = about.model;
    if (this.#models.length === 0) {
      this.#span.setAttributes({ 'gen_ai.provider.name': providerName(provider), 'gen_ai.request.model': id });
    }
    this.#models.push(span);
    return span;
  }

  #moved({ id, state, decisions }: Pick<ToolCall, 'id' | 'state' | 'decisions'>): void {
    if (state === 'running') return;
    this.#attempts.get(id)?.end(state === 'failed' ? 'timeout' : state);
    this.#attempts.delete(id);
    const call = this.#conversation.findCall(id);
    if (!call) return;
    if (state === 'denied') this.#expired(call);
    if (decisions || state === 'denied' || state === 'awaiting-approval') this.#tell('yourcall.approval', call);
    if (state === 'in-doubt') this.#tell('yourcall.in_doubt', call);
  }

  #tell(event: string, call: ToolCall): void {
    const about = { 'gen_ai.tool.name': call.name, 'yourcall.call.state': call.state };
    this.#span.addEvent(event, { ...about, ...approvalAttributes(call, this.#telemetry.content) });
  }

  /** Nobody decided: that is a wait too. */
  #expired(call: ToolCall): void {
    const wait = call.state === 'denied' && call.by === 'expired' ? waitOf(call, this.#conversation.now()) : undefined;
    if (wait === undefined) return;
    const about = { 'gen_ai.tool.name': call.name, 'yourcall.approval.decision': 'expired' };
    this.#telemetry.measures.record('yourcall.approval.wait', wait / 1000, about);
  }

  #ended(event: EndEvent): void {
    const outcome = { 'yourcall.run.outcome': event.type };
    if (event.type === 'error') this.#finish({ ...outcome, 'error.type': event.code }, true);
    else if (event.type === 'done') this.#finish({ ...outcome, 'yourcall.run.finish': event.finish });
    else this.#finish({ ...outcome, 'yourcall.run.waiting': this.#conversation.unsettled.filter(isOpen).length });
  }

  #finish(attributes: Attributes, failed = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const attempt of this.#attempts.values()) attempt.end('aborted');
    for (const model of this.#models) model.end('aborted');
    quietly(() => {
      const usage = this.#models.map(({ answer }) => answer.usage).reduce(sum, undefined);
      this.#span.setAttributes({ ...usageAttributes(usage), ...attributes });
      if (failed) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    });
    quietly(() => this.#span.end());
  }
}

function isOpen({ state }: ToolCall): boolean {
  return !isSettled(state);
}

const left = new DOMException('The reader of the stream left.', 'AbortError');

/**
 * Where a run stands. One that goes on with an earlier one begins a trace of its own: what lies between may be days. So does
 * one that is kept in a store, since whoever advances it does so in nobody's context.
 */
function placeOf(earlier: Link[], isKept: boolean): { context: Context; links: Link[]; isRoot: boolean } {
  if (isKept) return { context: ROOT_CONTEXT, links: earlier, isRoot: true };
  const active = context.active();
  const asking = trace.getSpanContext(active);
  if (earlier.length === 0) return { context: active, links: earlier, isRoot: false };
  return { context: active, links: asking ? [...earlier, { context: asking }] : earlier, isRoot: true };
}

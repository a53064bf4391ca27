import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Link, Span } from '@opentelemetry/api';
import type { Around } from '../chat/around.ts';
import type { StreamBase } from '../chat/types.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { changed, isSettled } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { sum, usageAttributes } from './answer.ts';
import { approvalAttributes, isUndecided, waitOf } from './approval.ts';
import { errorType } from './error-type.ts';
import { contextOf, linksTo, traceparentOf } from './link.ts';
import { ModelCallSpan, TracedAnswer } from './model-call.ts';
import { providerName } from './provider-name.ts';
import { quietly } from './quietly.ts';
import type { Place, Telemetry } from './telemetry.ts';
import { ToolAttempt } from './tool-attempt.ts';

/** One run, and its span: `invoke_agent refunds`. It ends when the run does, a pause included. */
export class RunSpan implements Around {
  readonly trace: string | undefined;
  /** Where what it does stands, if anybody traces. */
  readonly context: Context | undefined;
  readonly #telemetry: Telemetry;
  readonly #conversation: Conversation;
  readonly #inner: Around | undefined;
  readonly #span: Span;
  readonly #place: Place;
  readonly #models: ModelCallSpan[] = [];
  readonly #attempts = new Map<string, ToolAttempt>();
  #isOver = false;

  constructor(telemetry: Telemetry, conversation: Conversation, { around, commit }: StreamBase) {
    this.#telemetry = telemetry;
    this.#conversation = conversation;
    this.#inner = around;
    const earlier = linksTo(conversation.run.traces ?? []);
    const { parent, links } = placeOf(earlier, commit !== undefined);
    const { agent } = telemetry;
    const name = agent === undefined ? 'invoke_agent' : `invoke_agent ${agent}`;
    const attributes = { 'gen_ai.operation.name': 'invoke_agent', ...telemetry.attributesIn(conversation) };
    this.#span = telemetry.tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes, links }, parent);
    this.context = contextOf(this.#span, parent);
    this.#place = { parent: this.context ?? parent, conversation };
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
    const attempt = quietly(() => new ToolAttempt(this.#telemetry, this.#place, about));
    if (!attempt) return acts();
    this.#attempts.set(about.call.id, attempt);
    return attempt.act(acts);
  }

  /** Told of every event that the reader of the run is told. */
  see(event: ChatEvent): void {
    if (event.type === 'tool') quietly(() => this.#moved(event.call));
    else if (isEnd(event)) quietly(() => this.#ended(event));
  }

  /** The run is over, whatever it has told. */
  end(error?: unknown): void {
    if (this.#isOver) return;
    const type = errorType(error ?? left);
    this.#finish({ 'yourcall.run.outcome': 'error', 'error.type': type }, true);
  }

  #asked(about: Parameters<Around['model']>[0]): ModelCallSpan {
    const span = new ModelCallSpan(this.#telemetry, this.#place, about);
    const { provider, id } = about.model;
    if (this.#models.length === 0) {
      this.#span.setAttributes({ 'gen_ai.provider.name': providerName(provider), 'gen_ai.request.model': id });
    }
    this.#models.push(span);
    return span;
  }

  #moved(change: ToolCall | ToolCallChange): void {
    const { id, state, revision, decisions } = change;
    if (state === 'running') return;
    const attempt = this.#attempts.get(id);
    // What led to the attempt may be told when it has begun already.
    if (attempt && attempt.revision < revision) {
      attempt.end(state === 'failed' ? 'timeout' : state);
      this.#attempts.delete(id);
    }
    const now = this.#conversation.findCall(id);
    if (!now) return;
    // As it was when that happened: it may have moved on.
    const call = changed(now, change);
    if (state === 'denied') this.#expired(call);
    if (decisions || state === 'denied' || state === 'awaiting-approval') this.#tell('yourcall.approval', call);
    if (state === 'in-doubt') this.#tell('yourcall.in_doubt', call);
  }

  #tell(event: string, call: ToolCall): void {
    const about = { 'gen_ai.tool.name': call.name, 'yourcall.call.state': call.state };
    this.#span.addEvent(event, { ...about, ...approvalAttributes(call, this.#telemetry.contentOf(this.#span)) });
  }

  /** Nobody decided: that is a wait too. */
  #expired(call: ToolCall): void {
    const isWait = call.state === 'denied' && call.by === 'expired' && isUndecided(call);
    const wait = isWait ? waitOf(call, this.#conversation.now()) : undefined;
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
    for (const model of this.#models) model.leave();
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
 * one that is kept in a store: its worker was perhaps started by a request that is long over. The span that is active is its
 * parent, or else linked, as long as it has not ended.
 */
function placeOf(earlier: Link[], isKept: boolean): { readonly parent: Context; readonly links: Link[] } {
  const active = context.active();
  if (earlier.length === 0 && !isKept) return { parent: active, links: earlier };
  const asking = trace.getSpan(active);
  const links = asking?.isRecording() ? [...earlier, { context: asking.spanContext() }] : earlier;
  // Nor is what else is said of that request said of this run.
  return { parent: isKept ? ROOT_CONTEXT : trace.deleteSpan(active), links };
}

import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import type { AnyTool } from '../chat/tool.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { approvalAttributes } from './approval.ts';
import { textOf } from './content.ts';
import { errorType } from './error-type.ts';
import { contextOf } from './link.ts';
import type { ContentKind } from './options.ts';
import { quietly, within } from './quietly.ts';
import type { Place, Telemetry } from './telemetry.ts';

/** One attempt at a tool, and its span: `execute_tool refund`. */
export class ToolAttempt {
  readonly #telemetry: Telemetry;
  readonly #call: ToolCall;
  readonly #span: Span;
  readonly #context: Context | undefined;
  readonly #startedAt: number = performance.now();
  readonly #tool: AnyTool;
  #isOver = false;

  constructor(
    telemetry: Telemetry,
    { parent, conversation }: Place,
    { call, tool }: { readonly call: ToolCall; readonly tool: AnyTool },
  ) {
    this.#telemetry = telemetry;
    this.#call = call;
    this.#tool = tool;
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': call.name,
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.description': tool.description,
      'gen_ai.tool.call.id': call.id,
      ...telemetry.attributesIn(conversation),
      'yourcall.tool.attempt': call.attempt?.number ?? 1,
    };
    const name = `execute_tool ${call.name}`;
    this.#span = telemetry.tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes }, parent);
    this.#context = contextOf(this.#span, parent);
    this.#span.setAttributes(approvalAttributes(call, telemetry.contentOf(this.#span)));
    this.#show('gen_ai.tool.call.arguments', { kind: 'arguments', value: call.input });
  }

  /** Of the call when it began. */
  get revision(): number {
    return this.#call.revision;
  }

  /** Runs it under its span: gives and throws what it does. */
  act(act: () => unknown): unknown {
    try {
      const output = within(this.#context, act);
      if (!isThenable(output)) return this.#returned(output);
      // Once, and in its stead: a thenable may do its work when it is asked.
      return output.then(
        (value) => this.#returned(value),
        (error: unknown) => this.#threw(error),
      );
    } catch (error) {
      return this.#threw(error);
    }
  }

  /** Ends the span, if the tool has not: it was given up. */
  end(error?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    quietly(() => this.#span.setAttributes(this.#tool.spanAttributes?.() ?? {}));
    quietly(() => {
      if (error === undefined) return;
      this.#span.setAttribute('error.type', error);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    });
    quietly(() => this.#span.end());
    const { measures, agent } = this.#telemetry;
    measures.record('gen_ai.execute_tool.duration', (performance.now() - this.#startedAt) / 1000, {
      'gen_ai.tool.name': this.#call.name,
      'gen_ai.tool.type': 'function',
      ...(agent !== undefined && { 'gen_ai.agent.name': agent }),
      ...(error !== undefined && { 'error.type': error }),
    });
  }

  #returned(output: unknown): unknown {
    quietly(() => this.#show('gen_ai.tool.call.result', { kind: 'result', value: output }));
    this.end();
    return output;
  }

  /** Where content may be told, and somebody will read it. */
  #show(attribute: string, { kind, value }: { readonly kind: ContentKind; readonly value: unknown }): void {
    if (this.#isOver) return;
    const told = textOf(this.#telemetry.contentOf(this.#span).ofCall(value, kind, this.#call));
    if (told !== undefined) this.#span.setAttribute(attribute, told);
  }

  #threw(error: unknown): never {
    this.end(errorType(error));
    throw error;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  } catch {
    // A proxy may throw at every question; the engine has the same care (rule E6).
    return false;
  }
}

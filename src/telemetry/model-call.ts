import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { Model, ModelEvent, ModelRequest } from '../chat/model.ts';
import type { ModelEvents } from '../chat/wrap.ts';
import { Answer } from './answer.ts';
import { errorType } from './error-type.ts';
import { contextOf } from './link.ts';
import { askedAttributes } from './messages.ts';
import { quietly, within } from './quietly.ts';
import { requestAttributes } from './request.ts';
import type { Place, Telemetry } from './telemetry.ts';

type Told = ModelEvent | readonly ModelEvent[];

interface Asked {
  readonly model: Model;
  readonly request: ModelRequest;
}

/** One model call, and its span: `chat gpt-5`. */
export class ModelCallSpan {
  readonly answer: Answer;
  readonly context: Context | undefined;
  readonly #telemetry: Telemetry;
  readonly #span: Span;
  readonly #asked: Attributes;
  readonly #startedAt: number = performance.now();
  #firstAt: number | undefined;
  #isOver = false;

  constructor(telemetry: Telemetry, { parent, conversation }: Place, { model, request }: Asked) {
    this.#telemetry = telemetry;
    this.#asked = requestAttributes(model, request);
    const attributes = { ...this.#asked, ...telemetry.attributesIn(conversation) };
    this.#span = telemetry.tracer.startSpan(`chat ${model.id}`, { kind: SpanKind.CLIENT, attributes }, parent);
    this.context = contextOf(this.#span, parent);
    const content = telemetry.contentOf(this.#span);
    this.answer = new Answer(content.isOn ? content : undefined, conversation);
    if (content.isOn) quietly(() => this.#span.setAttributes(askedAttributes(content, request)));
  }

  see(told: Told): void {
    this.#firstAt ??= performance.now();
    if ('type' in told) this.answer.see(told);
    else for (const event of told) this.answer.see(event);
  }

  /** Ends the span; `error` says what kind of end it was, where it was none of the answer's own. */
  end(error?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    quietly(() => this.#tell(error));
    quietly(() => this.#span.end());
    quietly(() => this.#measure(error));
  }

  /** Nobody reads on: it was stopped, unless it had come to its end. */
  leave(): void {
    this.end(this.answer.finish ? undefined : 'aborted');
  }

  #tell(error: string | undefined): void {
    this.#span.setAttributes(this.answer.attributes());
    const first = this.#first;
    if (first !== undefined) this.#span.setAttribute('gen_ai.response.time_to_first_chunk', first);
    if (error === undefined) return;
    this.#span.setAttribute('error.type', error);
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  #measure(error: string | undefined): void {
    const { measures } = this.#telemetry;
    const { usage } = this.answer;
    const about = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': this.#asked['gen_ai.provider.name'],
      'gen_ai.request.model': this.#asked['gen_ai.request.model'],
      ...this.answer.named(),
    };
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const first = this.#first;
    const ended = error === undefined ? about : { ...about, 'error.type': error };
    measures.record('gen_ai.client.operation.duration', seconds, ended);
    if (first !== undefined) measures.record('gen_ai.client.operation.time_to_first_chunk', first, about);
    if (!usage) return;
    measures.record('gen_ai.client.token.usage', usage.input, { ...about, 'gen_ai.token.type': 'input' });
    measures.record('gen_ai.client.token.usage', usage.output, { ...about, 'gen_ai.token.type': 'output' });
  }

  get #first(): number | undefined {
    return this.#firstAt === undefined ? undefined : (this.#firstAt - this.#startedAt) / 1000;
  }
}

/** What a model tells, told on as it is; its own work stands under its span. Written by hand, for a stop must not wait for a read. */
export class TracedAnswer implements AsyncIterableIterator<Told, unknown, undefined> {
  readonly #span: ModelCallSpan;
  readonly #events: AsyncIterator<Told>;

  // Made once, since a read comes for nearly every delta.
  readonly #pull = (): Promise<IteratorResult<Told, unknown>> => this.#events.next();
  readonly #told = (step: IteratorResult<Told, unknown>): IteratorResult<Told, unknown> => {
    quietly(() => (step.done ? this.#done() : this.#span.see(step.value)));
    return step;
  };
  readonly #failed = (error: unknown): never => {
    this.#span.end(errorType(error));
    throw error;
  };

  /** Throws what the model throws when it is asked. */
  constructor(span: ModelCallSpan, ask: () => ModelEvents) {
    this.#span = span;
    this.#events = this.#here(() => ask()[Symbol.asyncIterator]());
  }

  next(): Promise<IteratorResult<Told, unknown>> {
    return this.#here(this.#pull).then(this.#told, this.#failed);
  }

  return(): Promise<IteratorResult<Told, unknown>> {
    this.#span.leave();
    const left = this.#here(() => this.#events.return?.());
    return left ?? Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #done(): void {
    this.#span.end(this.#span.answer.finish ? undefined : 'incomplete-response');
  }

  #here<T>(act: () => T): T {
    try {
      return within(this.#span.context, act);
    } catch (error) {
      this.#span.end(errorType(error));
      throw error;
    }
  }
}

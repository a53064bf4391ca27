// What OpenTelemetry's SDK is told of: spans from their start on, so that one which is held open is seen.
import { context, metrics, trace } from '@opentelemetry/api';
import type { Attributes, HrTime, Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** A span, as far as tests ask. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly status: SpanStatus;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes; readonly time: HrTime }[];
  readonly parentSpanContext?: SpanContext;
  readonly ended: boolean;
  spanContext(): SpanContext;
}

/** What a histogram has counted under one set of attributes. */
export interface Measured {
  readonly attributes: Attributes;
  readonly count: number;
  readonly sum: number | undefined;
}

/** Everything that was recorded since the last `clear()`. */
export class Recorded implements SpanProcessor {
  spans: RecordedSpan[] = [];
  readonly #reader = new Reader();

  /** Becomes the SDK of this process. */
  install(): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [this] }));
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [this.#reader] }));
  }

  uninstall(): void {
    for (const api of [context, trace, metrics]) api.disable();
  }

  clear(): void {
    this.spans = [];
  }

  onStart(span: ReadableSpan): void {
    this.spans.push(span as RecordedSpan);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** The spans of a name, in the order of their starts. */
  named(name: string): readonly RecordedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The spans as a tree: a line each, with what went wrong, and whether it is open still. */
  tree(under?: string): readonly string[] {
    const children = this.spans.filter(({ parentSpanContext: parent }) => parent?.spanId === under);
    return children.flatMap((span) => {
      const error = span.attributes['error.type'];
      const line = `${span.name}${error === undefined ? '' : ` !${String(error)}`}${span.ended ? '' : ' (open)'}`;
      return [line, ...this.tree(span.spanContext().spanId).map((child) => `  ${child}`)];
    });
  }

  /** The names of spans to which a span links. */
  linked(span: RecordedSpan | undefined): readonly (number | undefined)[] {
    const ids = this.spans.map((one) => one.spanContext().spanId);
    return (span?.links ?? []).map(({ context: { spanId } }) => ids.indexOf(spanId));
  }

  async measured(name: string): Promise<readonly Measured[]> {
    const { resourceMetrics } = await this.#reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    return points.map(({ attributes, value }) => {
      const { count, sum } = value as Histogram;
      return { attributes, count, sum };
    });
  }

  /** The unit and the bounds of a histogram. */
  async histogram(name: string): Promise<{ readonly unit: string; readonly bounds: readonly number[] } | undefined> {
    const { resourceMetrics } = await this.#reader.collect();
    const found = resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .find(({ descriptor }) => descriptor.name === name);
    const value = found?.dataPoints[0]?.value as Histogram | undefined;
    return found && value && { unit: found.descriptor.unit, bounds: value.buckets.boundaries };
  }
}

/** Counts what was measured since it was asked last. */
class Reader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => 0 });
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Context, Link, Span, SpanContext } from '@opentelemetry/api';

/** A span as text that outlives its process: the W3C's `traceparent`. Nothing where nobody traces. */
export function traceparentOf(span: SpanContext): string | undefined {
  if (!isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** Links to the spans behind such texts; what is none of them is left out. */
export function linksTo(traceparents: readonly string[]): Link[] {
  return traceparents.flatMap((text) => {
    const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text) ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return [];
    return [{ context: { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true } }];
  });
}

/** The context in which a span is the active one; nothing where nobody traces, and a context would be for nothing. */
export function contextOf(span: Span, parent: Context): Context | undefined {
  return isSpanContextValid(span.spanContext()) ? trace.setSpan(parent, span) : undefined;
}

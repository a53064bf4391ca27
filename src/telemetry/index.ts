// A chat that tells OpenTelemetry what it does. It stands on `@opentelemetry/api` alone.
export { traced } from './traced.ts';
export type { Traceable } from './traced.ts';
export type { ContentAbout, ContentKind, Redact, TelemetryOptions } from './options.ts';

import type { ToolCall } from '../../conversation/tool-call.ts';

/** How long the last attempt of a settled call took, such as `340 ms` or `1.2 s`; nothing where that is not known. */
export function ranFor(call: ToolCall): string | undefined {
  if (!('endedAt' in call) || call.endedAt === undefined || !call.attempt) return undefined;
  const milliseconds = Math.max(0, call.endedAt - call.attempt.startedAt);
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

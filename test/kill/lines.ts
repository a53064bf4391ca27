import { existsSync, readFileSync } from 'node:fs';
import type { ToolCall } from 'yourcall';

/** What took effect: one line each. */
export function linesOf(log: string): readonly string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
}

/** The line that a call writes. */
export function lineOf(call: ToolCall): string {
  return (call.input as { line: string }).line;
}

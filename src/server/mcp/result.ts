import type { CallToolResult } from '@modelcontextprotocol/server';
import { visibleLines } from '../../wire/plain-text.ts';

/** A result as data, and as text that shows all it holds (rule X5). */
export function given(value: object, lines: readonly string[]): CallToolResult {
  return { structuredContent: { ...value }, content: [{ type: 'text', text: visibleLines(lines.join('\n')) }] };
}

/** What was not done, and why: a code for programs, a sentence for people. */
export function refused(code: string, reason: string): CallToolResult {
  const text = visibleLines(`${code}: ${reason}`);
  return { isError: true, structuredContent: { code, reason }, content: [{ type: 'text', text }] };
}

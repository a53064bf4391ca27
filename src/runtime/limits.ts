import { demandContent } from '../conversation/content.ts';
import type { Limits } from '../chat/limits.ts';
import type { ContentPart, FilePart } from '../conversation/content.ts';
import type { Decision } from '../conversation/decision.ts';
import { ChatError } from '../conversation/error.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { ThreadKey } from '../store/thread.ts';
import { base64Size, sizeOf } from './blobs/size.ts';

const kib = 1024;

/** What holds where nothing else is said (rule S9). */
export const usualLimits: Limits = { input: 256 * kib, result: 4096 * kib, file: 20_480 * kib, event: 64 * kib };

/** What was said in place of that; what is `undefined` was not said, lest there be no limit. */
export function limitsOf(limits: Partial<Limits> = {}): Limits {
  return { ...usualLimits, ...Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) };
}

/** Throws `ChatError` `invalid-request` when something said is larger than it may be. */
export function limitWord(
  { thread }: ThreadKey,
  limits: Limits,
  { content, ...beside }: { readonly content: string | readonly ContentPart[] },
): void {
  demandContent(content);
  const attempt = `Saying something in thread ${thread}`;
  const parts: readonly ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const files = parts.filter((part) => part.type === 'file');
  const words = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  for (const file of files) {
    const size = file.source.type === 'base64' ? base64Size(file.source.data) : 0;
    limit(`${attempt}: ${nameOf(file)} has`, size, { limits, which: 'file' });
    // Who names a blob has not shown that it is theirs; what is said brings its bytes (rule X2).
    if (file.source.type === 'blob') throw refused(`${attempt}: ${nameOf(file)} is a reference; say the file itself.`);
  }
  limit(`${attempt}: its words have`, sizeOf(words), { limits, which: 'input' });
  const named = files.map(({ source, ...file }) => (source.type === 'base64' ? file : { ...file, source }));
  limit(`${attempt}: what stands beside its words has`, sizeOf([beside, named]), { limits, which: 'event' });
}

/** Throws `ChatError` `invalid-request` when a decision holds more than it may. */
export function limitDecision(
  limits: Limits,
  { call, decision }: { readonly call: ToolCall | undefined; readonly decision: Decision },
): void {
  const attempt = `Deciding about ${call ? `${call.name} (${call.id})` : 'a tool call'}`;
  // Anything may come from outside; what a decision is, is looked at later.
  const { input, output, ...beside } = decision as { readonly input?: unknown; readonly output?: unknown };
  const which = call?.state === 'awaiting-input' ? 'input' : 'result';
  limit(`${attempt}: its input has`, sizeOf(input), { limits, which: 'input' });
  limit(`${attempt}: its output has`, sizeOf(output), { limits, which });
  limit(`${attempt}: what stands beside has`, sizeOf(beside), { limits, which: 'event' });
}

function limit(
  what: string,
  size: number,
  { limits, which }: { readonly limits: Limits; readonly which: keyof Limits },
): void {
  const most = limits[which];
  if (size <= most) return;
  throw refused(`${what} ${size} bytes, and the limit \`${which}\` is ${most}.`);
}

function nameOf({ name, mediaType }: FilePart): string {
  return name === undefined ? `a file of type ${mediaType}` : `the file ${JSON.stringify(name)}`;
}

function refused(message: string): ChatError {
  return new ChatError('invalid-request', message);
}

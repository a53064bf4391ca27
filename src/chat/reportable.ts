import type { ToolCall } from '../conversation/tool-call.ts';

/**
 * An error as a log may have it: where a tool keeps things to itself, without its words and what hangs on it, which may have
 * been made of those. What kind it is, and where it was thrown, stays.
 */
export function reportable(error: unknown, { name, sensitive }: Pick<ToolCall, 'name' | 'sensitive'>): unknown {
  if (!sensitive) return error;
  const told = new Error(`what it says is withheld, since ${name} has sensitive members`);
  const { kind, frames } = originOf(error);
  told.name = kind;
  told.stack = [`${kind}: ${told.message}`, ...frames].join('\n');
  return told;
}

interface ErrorOrigin {
  readonly kind: string;
  readonly frames: readonly string[];
}

const nowhere: ErrorOrigin = { kind: 'Error', frames: [] };

/** Of the class, not of the error: its own name may say anything. What a tool throws may throw at every question. */
function originOf(error: unknown): ErrorOrigin {
  try {
    if (!(error instanceof Error)) return nowhere;
    const { message, stack = '' } = error;
    // A message may look like a stack, so none of it is read; where it was changed since, nobody knows where it ends.
    const end = message === '' ? -1 : stack.indexOf(message);
    const frames = end === -1 ? [] : stack.slice(end + message.length).split('\n');
    return { kind: error.constructor.name, frames: frames.filter((line) => /^ {4}at \S.*[:)]/.test(line)) };
  } catch {
    return nowhere;
  }
}

import type { ReadThread } from '../../runtime/runtime.ts';

/** What a client of TanStack AI is told that asks for a thread when its page is loaded. */
export interface Hydration {
  readonly messages: readonly [];
  readonly activeRun: { readonly runId: string } | null;
  readonly interrupts: null;
}

/**
 * Where it finds everything: in a stream under this name, also while nothing is under way, since a stream tells messages and
 * interrupts alike. The name holds the place in the log, so that each loading has one of its own.
 */
export function hydrationOf(read: ReadThread | undefined): Hydration {
  const runId = read && read.messages.length > 0 ? `${read.thread.thread}.${read.cursor}` : undefined;
  return { messages: [], activeRun: runId === undefined ? null : { runId }, interrupts: null };
}

/** The thread that such a name is of. */
export function threadIn(run: string): string {
  return run.slice(0, Math.max(run.lastIndexOf('.'), 0));
}

import type { Json } from './json.ts';

/** One start of a tool. Until `deadline` (milliseconds since the epoch) the old attempt may still act (rule E2). */
export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly deadline: number;
  /** When the first attempt with this key began; absent when this is the first (rule E5). */
  readonly firstStartedAt?: number;
}

/** What a started tool said after the question what became of it had been settled (rule E3). Times in milliseconds since the epoch. */
export interface LateEvidence {
  readonly attempt: number;
  readonly at: number;
  readonly outcome: { readonly completed: unknown } | { readonly failed: string };
}

/** A question that a tool asked while it ran, and what was answered: handed to its next attempt. */
export interface Resumption {
  /** What the tool wanted to find again. */
  readonly state?: Json;
  readonly answer: unknown;
}

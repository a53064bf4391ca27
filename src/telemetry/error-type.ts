import { ChatError } from '../conversation/error.ts';

/** What kind of error it is, never what it says: the code of ours, else the name of its class. */
export function errorType(error: unknown): string {
  try {
    if (error instanceof ChatError) return error.code;
    if (!(error instanceof Error)) return '_OTHER';
    if (error.name === 'AbortError') return 'aborted';
    return error.constructor.name || '_OTHER';
  } catch {
    // What was thrown may be a proxy, which is free to throw at every question.
    return '_OTHER';
  }
}

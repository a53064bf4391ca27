import { ChatError } from '../conversation/error.ts';

/** Known in every copy of this package. */
const mark = Symbol.for('yourcall.closedStore');

/** What a store throws that was closed: unlike one that fails, it is asked again by nobody. */
export function closedStore(what: string): ChatError {
  const error = new ChatError('invalid-request', `${what}: it was closed.`);
  return Object.defineProperty(error, mark, { value: true });
}

/** Whether that is what was thrown. */
export function isOfClosedStore(error: unknown): boolean {
  return error instanceof ChatError && mark in error;
}

import { ChatError } from '../conversation/error.ts';

/** Whether a store may do later what it has refused; what it will never do is a failure like any other. */
export function mayPass(failure: unknown): boolean {
  return failure instanceof ChatError && failure.retryable;
}

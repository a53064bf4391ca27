import { ofAnyCopy } from './any-copy.ts';
import type { Usage } from './usage.ts';

/** Every way in which a run, a request or a stored conversation can go wrong; `docs/errors.md` has a section for each. */
export type ErrorCode =
  | 'invalid-request'
  | 'auth'
  | 'rate-limit'
  | 'overloaded'
  | 'network'
  | 'timeout'
  | 'context-length'
  | 'content-filter'
  | 'incomplete-response'
  | 'invalid-response'
  | 'unsupported'
  | 'provider'
  | 'busy'
  | 'aborted'
  | 'fenced'
  | 'hook-failed'
  | 'poisoned'
  | 'format';

/** What is known of an error beside its code and message. */
export interface ErrorDetails {
  /** Whether the same request may succeed later. Default: false. */
  readonly retryable?: boolean;
  /** Milliseconds the provider asked us to wait. */
  readonly retryAfter?: number;
  /** The HTTP status, when there was one. */
  readonly status?: number;
  /** The provider's own code or type. */
  readonly providerCode?: string;
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** What is not expected and cannot be data: the message says what was attempted and names the thing. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly status: number | undefined;
  readonly providerCode: string | undefined;
  readonly requestId: string | undefined;
  /** What the run had spent when it broke; set by the loop. */
  usage: Usage | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.name = 'ChatError';
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.retryAfter = details.retryAfter;
    this.status = details.status;
    this.providerCode = details.providerCode;
    this.requestId = details.requestId;
  }
}

ofAnyCopy(ChatError, 'ChatError');

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

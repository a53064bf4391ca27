import { ChatError } from '../conversation/error.ts';
import type { Sensitive } from '../conversation/sensitive.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Dialect } from './dialect.ts';
import type { DoorOptions } from './door.ts';
import type { GrantOptions } from './granting.ts';
import type { DecisionLinks } from './links/decision-links.ts';
import type { Limits } from './limits.ts';
import type { LogEntry } from './log.ts';
import type { Authorize } from './who.ts';

/** What a handler is made of. */
export interface HandlerOptions extends DoorOptions {
  readonly runtime: Runtime;
  /** Says who asks. There is no default: nobody is let in because of where they come from (rule X4). */
  readonly authorize: Authorize;
  /** What stands before every path, such as `/api/chat`. Default: nothing. */
  readonly basePath?: string;
  /** Ways to speak beside the native API. */
  readonly dialects?: readonly Dialect[];
  /** Shows the pages of these links at `/decide/:token`. Default: none are known. */
  readonly links?: DecisionLinks;
  /** What whoever decides may grant, so that calls like one they saw ask no more. Default: nothing. */
  readonly grants?: GrantOptions;
  readonly limits?: Limits;
  /**
   * What is kept from those who may not decide, by the names of tools: for tools that do not say so themselves (`sensitive`),
   * such as those of others. Default: nothing.
   */
  readonly sensitive?: Readonly<Record<string, Sensitive>>;
  /** The `auditSecret` of the store, under which `GET /audit/check` verifies. Default: none, and trails kept under one are not verified. */
  readonly auditSecret?: string;
  /** Told of every request and of what broke. Default: what broke goes to `console.error`. */
  readonly log?: (entry: LogEntry) => void;
  /** Milliseconds that never go back, by which rates are measured. Default: `performance.now`. */
  readonly clock?: () => number;
}

/** Throws where a handler would let in anybody (rule X4), or could not be reached. */
export function checkOptions({ authorize, runtime, grants, basePath = '' }: HandlerOptions): void {
  // Written in JavaScript it may be missing.
  if (typeof (authorize as unknown) !== 'function') throw wrong('`authorize` is missing: it says who asks');
  if (typeof (runtime as unknown) !== 'object') throw wrong('`runtime` is missing');
  if (grants && !grants.rules.grants) throw wrong('the rules of `grants` were made without `grants`: they keep none');
  if (basePath !== '' && !/^\/.*[^/]$/.test(basePath))
    throw wrong('`basePath` begins with a slash and ends without one');
}

function wrong(what: string): ChatError {
  return new ChatError('invalid-request', `Making a handler: ${what}.`);
}

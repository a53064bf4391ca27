import type { Runtime } from '../runtime/runtime.ts';
import { Allowance } from './allowance.ts';
import type { GrantOptions } from './granting.ts';
import { limitsOf } from './limits.ts';
import type { Limits } from './limits.ts';
import { harmless, logErrors } from './log.ts';
import type { LogEntry } from './log.ts';
import type { HandlerOptions } from './options.ts';
import { Views } from './reader-view.ts';
import type { Authorize } from './who.ts';

/** The options with every default filled in, and what is open. */
export interface Setup {
  readonly runtime: Runtime;
  readonly authorize: Authorize;
  /** What stands before every path. */
  readonly basePath: string;
  readonly grants: GrantOptions | undefined;
  readonly limits: Required<Limits>;
  readonly allowance: Allowance;
  readonly log: (entry: LogEntry) => void;
  readonly clock: () => number;
  readonly views: Views;
  /** What ends each open stream. */
  readonly streams: Set<AbortController>;
}

/** Fills in what was left out. */
export function setupOf(options: HandlerOptions): Setup {
  const { runtime, authorize, basePath = '', log = logErrors, clock = () => performance.now() } = options;
  const limits = limitsOf(options.limits ?? {});
  return {
    runtime,
    authorize,
    basePath,
    grants: options.grants,
    limits,
    allowance: new Allowance(limits, clock),
    log: harmless(log),
    clock,
    views: new Views(options.sensitive),
    streams: new Set(),
  };
}

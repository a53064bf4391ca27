import type { ToolAnnotations } from '@modelcontextprotocol/client';
import type { Verdict } from '../chat/policy.ts';

/** What is concluded from a server's hints about a tool. */
export interface Conclusion {
  /** Nothing but `read` is ever concluded (decision 0041). */
  readonly effect?: 'read';
  /** Where nobody said otherwise. */
  readonly usual: Verdict;
  /** Nothing is ever granted for it. */
  readonly destructive: boolean;
}

/** Concludes from hints: only a trusted server's may let a tool run unasked. */
export function concluded(hints: ToolAnnotations | undefined, trusted: boolean): Conclusion {
  if (!hints || Object.values(hints).every((hint) => typeof hint !== 'boolean')) {
    return { usual: { ask: { reason: 'its server does not say what it does' } }, destructive: false };
  }
  const { readOnlyHint = false, destructiveHint = true, idempotentHint = false } = hints;
  if (readOnlyHint && trusted) return { effect: 'read', usual: 'allow', destructive: false };
  if (readOnlyHint) {
    return { usual: { ask: { reason: 'its server says that it only reads, and is not trusted' } }, destructive: false };
  }
  const again = idempotentHint ? ', and that the same arguments once more change nothing' : '';
  // What is not said is destructive, by the protocol's own default.
  if (destructiveHint) {
    const reason = `its server says that it may destroy or overwrite${again}`;
    return { usual: { ask: { reason, risk: 'destructive' } }, destructive: true };
  }
  return { usual: { ask: { reason: `its server says that it only adds${again}` } }, destructive: false };
}

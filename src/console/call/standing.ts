import { childOf } from '../../conversation/handed-out.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';

/** How a standing looks: asked of somebody, under way, over well or badly, or neither. */
export type Tone = 'ask' | 'busy' | 'good' | 'bad' | 'doubt' | 'quiet';

/** Where a call stands, in words and colour. */
export interface Standing {
  readonly tone: Tone;
  readonly words: string;
}

/** Where a call stands, for a person. */
export function standingWords(call: ToolCall): Standing {
  switch (call.state) {
    case 'proposed':
      return { tone: 'busy', words: 'proposed' };
    case 'awaiting-approval':
      return { tone: 'ask', words: 'waits for approval' };
    case 'deferred':
      return { tone: 'quiet', words: 'deferred by a policy' };
    case 'snoozed':
      return { tone: 'quiet', words: 'snoozed' };
    case 'approved':
      return { tone: 'busy', words: call.notBefore === undefined ? 'approved, starts next' : 'approved, starts later' };
    case 'running':
      return { tone: 'busy', words: 'running' };
    case 'awaiting-result':
      return { tone: 'busy', words: childOf(call) ? 'waits for another thread' : 'waits for its result' };
    case 'awaiting-input':
      return { tone: 'ask', words: 'asks a question' };
    case 'in-doubt':
      return { tone: 'doubt', words: 'in doubt' };
    default:
      return settledWords(call);
  }
}

type Settled = ToolCall & { readonly state: 'completed' | 'failed' | 'denied' | 'rejected' | 'cancelled' };

function settledWords(call: Settled): Standing {
  switch (call.state) {
    case 'completed':
      if (call.by === 'person') return { tone: 'good', words: call.attempt ? 'happened' : 'answered by a person' };
      return { tone: 'good', words: 'completed' };
    case 'failed':
      return { tone: 'bad', words: call.outcome === 'unknown' ? 'failed, may have taken effect' : 'failed' };
    case 'denied':
      return { tone: 'bad', words: call.by === 'expired' ? 'denied: nobody decided in time' : 'denied by a policy' };
    case 'rejected':
      return { tone: 'bad', words: 'rejected' };
    case 'cancelled':
      return { tone: 'quiet', words: call.outcome === 'unknown' ? 'cancelled, may have taken effect' : 'cancelled' };
  }
}

/** What the effect of a tool is, in a sentence; nothing where nothing is known of it. */
export function effectSentence({ effect }: ToolCall): string | undefined {
  switch (effect) {
    case 'read':
      return 'It only reads, and changes nothing.';
    case 'idempotent':
      return 'It changes something; run again with the same key it has no further effect.';
    case 'once':
      return 'It changes something each time it runs: it is started once.';
    case 'undeclared':
      return 'Nobody has declared what it changes: it is treated as if it must not be repeated.';
    case undefined:
      return undefined;
  }
}

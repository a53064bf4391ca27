import type { CallStanding, ToolCall } from '../../../conversation/tool-call.ts';

/** A call that was made elsewhere, as it came out there. It is settled: what was left open runs nowhere any more. */
export function pastCall(
  { id, name, input }: { readonly id: string; readonly name: string; readonly input: unknown },
  standing: CallStanding,
): ToolCall {
  const known = input ?? {};
  return { id, name, arguments: JSON.stringify(known), input: known, revision: 1, ...standing };
}

/** It gave this. */
export function completed(output: unknown): CallStanding {
  return { state: 'completed', output: output ?? null };
}

/** It failed there. Whether it took effect all the same was not kept. */
export function failed(reason: unknown): CallStanding {
  const text = typeof reason === 'string' ? reason : (JSON.stringify(reason) ?? 'it failed');
  return { state: 'failed', reason: text, outcome: 'unknown' };
}

/** A person said no. */
export function rejected(reason: unknown): CallStanding {
  return { state: 'rejected', ...(typeof reason === 'string' && { reason }) };
}

/** Nothing came of it that was kept: it may have run (`unknown`), or somebody was still to be asked (`none`). */
export function leftOpen(outcome: 'none' | 'unknown'): CallStanding {
  return { state: 'cancelled', by: 'stop', outcome };
}

import { orderedJson, sha256 } from '../../conversation/digest.ts';
import type { Interrupt } from './protocol.ts';

/**
 * Marks an interrupt, that is no approval, as one that a client of TanStack AI may resolve: by the run that was interrupted
 * and a digest of the schema that the answer has.
 */
export function boundTo(run: string, interrupt: Interrupt): Interrupt {
  const binding = {
    v: 1,
    kind: 'generic',
    interruptId: interrupt.id,
    interruptedRunId: run,
    generation: 0,
    responseSchemaHash: `sha256:${sha256(orderedJson(interrupt.responseSchema))}`,
  };
  return { ...interrupt, metadata: { ...interrupt.metadata, 'tanstack:interruptBinding': binding } };
}

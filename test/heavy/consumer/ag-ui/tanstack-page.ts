import assert from 'node:assert/strict';
import { ChatClient, fetchServerSentEvents } from '@tanstack/ai-client';
import type { AnyClientTool, BoundInterrupts } from '@tanstack/ai-client';
import { until } from './scene.ts';
import type { Scene } from './scene.ts';

/** A client with whatever tools. */
export type Client = ChatClient<readonly AnyClientTool[]>;
type Bound = BoundInterrupts<readonly AnyClientTool[]>[number];

/** A page with the one thread. */
export function pageOf({ address, key }: Scene, tools: readonly AnyClientTool[] = []): Client {
  const connection = fetchServerSentEvents(`${address}/ag-ui`);
  return new ChatClient({ connection, threadId: key.thread, tools, persistence: true });
}

/** An interrupt that the client lets its user resolve. */
export function resolvable(interrupt: Bound | undefined): Extract<Bound, { kind: 'generic' }> {
  assert.deepEqual([interrupt?.kind, interrupt?.canResolve], ['generic', true]);
  return interrupt as Extract<Bound, { kind: 'generic' }>;
}

/** Waits until nothing is asked and nothing is under way. */
export async function settled(page: Client): Promise<void> {
  await until(() => page.getInterrupts().length === 0 && !page.getIsLoading() && page.getStatus() === 'ready');
}

/** Messages in short. */
export function outlines(page: Client): readonly string[] {
  return page.getMessages().map(({ role, parts }) => {
    const pieces = parts.flatMap((part): readonly string[] => {
      if (part.type === 'text' || part.type === 'thinking') return [part.content];
      if (part.type === 'tool-call') return [`${part.name} ${part.arguments} ${part.state}`];
      return part.type === 'tool-result' ? [String(part.content)] : [part.type];
    });
    return `${role}: ${pieces.join(' | ')}`;
  });
}

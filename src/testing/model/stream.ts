import type { Model, ModelCall, ModelEvent, ModelRequest } from '../../chat/model.ts';

/** Everything that a model says to a request, batches taken apart. */
export async function answerOf(model: Model, request: ModelRequest): Promise<readonly ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const batch of model.stream(request)) events.push(...eventsIn(batch));
  return events;
}

/** A read of a model's stream: one event, or a batch. */
export function eventsIn(batch: ModelEvent | readonly ModelEvent[]): readonly ModelEvent[] {
  return 'type' in batch ? [batch] : batch;
}

/** What an answer says, whatever pieces it came in. */
export function contentOf(events: readonly ModelEvent[]): string {
  const text = events.map((event) => (event.type === 'text' ? event.delta : '')).join('');
  const calls = callsIn(events).map(({ name, arguments: written }) => `${name}(${written})`);
  return [text, ...calls].join('\n');
}

/** The whole calls of an answer. */
export function callsIn(events: readonly ModelEvent[]): readonly ModelCall[] {
  return events.filter((event) => event.type === 'call');
}

/** The promise, or an error when it takes longer than so many milliseconds. */
export async function within<Value>(promise: Promise<Value>, limit: number, what: string): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { format } from '../../conversation/parse.ts';
import { isCursor } from '../../runtime/watch.ts';
import type { Asked, Frame } from '../dialect.ts';
import { Problem } from '../problem.ts';
import type { Operation } from './operation.ts';
import { keyOf } from './threads.ts';

/** What is told of a thread while it goes on. */
export const watchOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/threads/:thread/events',
    action: 'read',
    summary:
      'The events of a thread from a place on, without an end. The first says the format; `id` is the place behind each.',
    query: ['after'],
    headers: ['last-event-id'],
    gives: { 200: 'events' },
    handle: watch,
  },
];

async function watch(asked: Asked): Promise<Response> {
  // A browser that comes back knows better than its address.
  const after = asked.request.headers.get('last-event-id') ?? asked.query.get('after') ?? undefined;
  if (after !== undefined && !isCursor(after)) throw new Problem('malformed', 'The place to go on from is no cursor.');
  const { thread, cursor } = await asked.thread();
  return asked.stream((signal) => framesOf(asked, { thread: thread.thread, after: after ?? cursor, signal }));
}

interface Watched {
  readonly thread: string;
  readonly after: string;
  readonly signal: AbortSignal;
}

async function* framesOf(asked: Asked, { thread, after, signal }: Watched): AsyncGenerator<Frame> {
  // A tab of yesterday sees that it has to load itself anew (rule S8).
  yield { event: 'format', data: JSON.stringify({ format }) };
  for await (const { event, cursor } of asked.runtime.watch(keyOf(asked, thread), { after, signal })) {
    yield { id: cursor, event: event.type, data: asked.view.text(event) };
  }
}

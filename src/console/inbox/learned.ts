import { signal } from '@preact/signals';
import type { Client } from '../../client/client.ts';
import type { InboxItem } from '../../client/views.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { Chosen } from '../shell/place.ts';
import { rowName } from './row.ts';

/** What a call that waits no more has become, or that nobody can tell. */
export type Learned = InboxItem | 'reading' | 'unknown';

const learned = signal<ReadonlyMap<string, Learned>>(new Map());
/** Threads may be long: one is read after the other. */
let last: Promise<unknown> = Promise.resolve();

/** What is known of a call that is not among what waits. */
export function learnedOf(chosen: Chosen): Learned | undefined {
  return learned.value.get(rowName(chosen));
}

/** Reads what has become of a call; what it has become since it waited again is not known, so that it is read anew. */
export function learn(client: Client, chosen: Chosen): void {
  if (learned.peek().has(rowName(chosen))) return;
  note(chosen, 'reading');
  last = last.then(async () => note(chosen, await read(client, chosen)));
}

/** Forgets what was known of a call, which waits again. */
export function unlearn(chosen: Chosen): void {
  if (!learned.peek().has(rowName(chosen))) return;
  const rest = new Map(learned.peek());
  rest.delete(rowName(chosen));
  learned.value = rest;
}

async function read(client: Client, chosen: Chosen): Promise<Learned> {
  try {
    const { thread, messages } = await client.readThread(chosen.thread);
    const found = messages.flatMap(({ id, parts }) =>
      parts.flatMap((part) => (part.type === 'tool' ? [{ id, part }] : [])),
    );
    const place = found.find(({ part }) => part.call.id === chosen.call);
    if (!place) return 'unknown';
    const { call } = place.part;
    return { thread, call, message: place.id, seen: seenOf(call), since: call.askedAt ?? thread.updatedAt };
  } catch {
    // The thread itself says why, where one looks at it.
    return 'unknown';
  }
}

function note(chosen: Chosen, one: Learned): void {
  learned.value = new Map(learned.peek()).set(rowName(chosen), one);
}

import { ChatError } from '../../conversation/error.ts';
import type { Store } from '../../store/store.ts';
import type { NewThread, Thread } from '../../store/thread.ts';
import type { Options } from '../options.ts';
import { visible } from '../../wire/plain-text.ts';
import { userName } from '../user-name.ts';
import { allOf } from '../../store/page.ts';
import { placeText } from './place.ts';
import type { Place } from './place.ts';

/** Where a thread is looked for. */
export interface Among {
  readonly store: Store;
  readonly place: Place;
  /** The chat about this folder. */
  readonly chat: string;
}

/**
 * The thread that a talk goes on with: the one that was named, else the one of this person and folder that changed last.
 * Nothing when a new one is to begin. Throws `ChatError` when the named one is not there, or about another folder.
 */
export async function threadFor(options: Options, { store, place, chat }: Among): Promise<Thread | undefined> {
  const { tenant } = place;
  if (options.thread !== undefined) {
    const thread = (await store.load({ tenant, thread: options.thread }))?.thread;
    const name = visible(options.thread);
    if (!thread) throw refused(`There is no thread ${name} in ${placeText(place)}; yourcall threads lists them.`);
    if (thread.chat === chat) return thread;
    throw refused(`Thread ${name} belongs to ${visible(thread.chat)}, and this is ${visible(chat)}.`);
  }
  if (options.isNew) return undefined;
  const owner = userName();
  const query = { tenant, ...(owner !== undefined && { owner }) };
  for await (const thread of allOf((after) => store.list({ ...query, ...after }))) {
    if (thread.chat === chat) return thread;
  }
  return undefined;
}

/** A thread to be made, by a name that a person can type. */
export function newThread({
  owner,
  ...more
}: Omit<NewThread, 'thread' | 'owner'> & { owner: string | undefined }): NewThread {
  const thread = crypto.randomUUID().replaceAll('-', '').slice(0, 10);
  return { ...more, thread, ...(owner !== undefined && { owner }) };
}

function refused(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}

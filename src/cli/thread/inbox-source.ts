import { waitingCalls } from '../inbox/waiting-calls.ts';
import { allOf } from '../../store/page.ts';
import type { WaitingRow } from '../../store/store.ts';
import { visible } from '../../wire/plain-text.ts';
import type { Database } from './database.ts';
import { threadIn } from './thread-of-call.ts';
import type { Sought } from './thread-of-call.ts';
import { Decider } from './decider.ts';
import type { Deciding } from './decider.ts';
import type { InboxPlace } from './inbox-on-screen.ts';
import type { Persona } from './persona.ts';
import { placeText } from './place.ts';

/** Where an inbox is: in a database, or on a server. */
export interface InboxSource {
  /** What waits, row by row. */
  rows(): AsyncGenerator<WaitingRow>;
  /** The thread of a call. Throws `ChatError` where there is none. */
  threadOf(sought: Sought): Promise<WaitingRow['thread']>;
  /** The time there, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** What is needed to decide there. */
  place(known: Deciding): Promise<InboxPlace>;
  close(): Promise<void>;
}

/** What waits in a database; only what is put to this person, when it is said who that is (rule X1). */
export function databaseInbox(database: Database, { isNamed, ...person }: Persona): InboxSource {
  const { store, place } = database;
  const query = { tenant: place.tenant, ...(isNamed && { person }) };
  const whose = isNamed && person.by !== undefined ? ` for ${visible(person.by)}` : '';
  return {
    rows: () => allOf((more) => store.waiting({ ...query, ...more })),
    threadOf: (sought) => threadIn(store, place.tenant, sought),
    now: () => store.now(),
    place: async (known) => ({
      calls: waitingCalls(store, query),
      decider: new Decider(database, person, known),
      place: `${whose} in ${visible(placeText(place))}`,
      ahead: (await store.now()) - Date.now(),
      follows: 'What follows is done by a terminal that has the thread open, or by yourcall work in its folder.',
    }),
    close: () => store.close(),
  };
}

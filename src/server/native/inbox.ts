import type { Runtime } from '../../runtime/runtime.ts';
import type { Asked, Frame } from '../dialect.ts';
import { publicRow } from '../view.ts';
import type { InboxView } from '../view.ts';
import { pageIn, threadIn } from './fields.ts';
import { offerBeside } from './grants.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { answer } from './operation.ts';
import type { Operation } from './operation.ts';

/** How long nothing may be heard before the inbox is looked at all the same, in milliseconds. */
const lookEvery = 5_000;

/** What waits, in all threads. */
export const inboxOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/inbox',
    action: 'decide',
    summary: 'Lists what waits for whoever asks; with the right to manage all that waits.',
    query: ['limit', 'after', 'thread'],
    gives: { 200: 'Inbox' },
    handle: async (asked) => answer(await pageOf(asked)),
  },
  {
    method: 'GET',
    path: '/inbox/events',
    action: 'decide',
    summary: 'The first page of the inbox, told whole whenever it changes.',
    query: ['limit', 'thread'],
    gives: { 200: 'events' },
    handle: (asked) => asked.stream((signal) => framesOf(asked, signal)),
  },
];

interface InboxPage {
  readonly items: readonly InboxView[];
  readonly next?: string;
}

async function pageOf(asked: Asked): Promise<InboxPage> {
  const { who, runtime, query, view } = asked;
  const { tenant, principal, groups = [], scopes } = who;
  const whose = { tenant, principal, groups, manage: scopes.includes('manage') };
  const { items, next } = await runtime.inbox({ ...whose, ...threadIn(query), ...pageIn(query) });
  const shown = items.map((row) => ({ ...publicRow(row, view), ...offerBeside(asked, row.call) }));
  return { items: shown, ...(next !== undefined && { next }) };
}

async function* framesOf(asked: Asked, signal: AbortSignal): AsyncGenerator<Frame> {
  const { who, runtime } = asked;
  const news = new News(signal);
  const leave = runtime.subscribe(({ tenant }) => tenant === who.tenant && news.hear());
  let told: string | undefined;
  try {
    while (!signal.aborted) {
      const data = await looksAt(runtime).do(async () => {
        news.heed();
        return signal.aborted ? told : JSON.stringify(await pageOf(asked));
      });
      if (data !== undefined && data !== told) yield { event: 'inbox', data };
      told = data;
      await news.next();
    }
  } finally {
    leave();
  }
}

const looks = new WeakMap<Runtime, OneAtATime>();

/** Every change in a tenant has each of its open inboxes looked at: hundreds at once would hold up everything else. */
function looksAt(runtime: Runtime): OneAtATime {
  const known = looks.get(runtime) ?? new OneAtATime();
  looks.set(runtime, known);
  return known;
}

/** Whether something was heard since it was looked last; however much there was, it is looked once. */
class News {
  readonly #signal: AbortSignal;
  #isHeard = false;
  #wake: () => void = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.hear(), { once: true });
  }

  hear(): void {
    this.#isHeard = true;
    this.#wake();
  }

  heed(): void {
    this.#isHeard = false;
  }

  async next(): Promise<void> {
    if (this.#isHeard || this.#signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, lookEvery);
    await promise;
    clearTimeout(timer);
  }
}

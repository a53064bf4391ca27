import type { Asked, Frame } from '../dialect.ts';
import { publicRow } from '../view.ts';
import type { InboxView } from '../view.ts';
import { pageIn } from './fields.ts';
import { answer } from './operation.ts';
import type { Operation } from './operation.ts';

/** How long nothing may be heard before the inbox is looked at all the same, in milliseconds. */
const lookEvery = 5_000;

/** What waits, in all threads, and who decided what. */
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
  {
    method: 'GET',
    path: '/audit',
    action: 'manage',
    summary: 'Lists who decided what, when and why, the oldest first.',
    query: ['limit', 'after', 'thread'],
    gives: { 200: 'Audit' },
    handle: audit,
  },
];

interface InboxPage {
  readonly items: readonly InboxView[];
  readonly next?: string;
}

async function pageOf({ who, runtime, query, view }: Asked): Promise<InboxPage> {
  const { tenant, principal, groups = [], scopes } = who;
  const whose = { tenant, principal, groups, manage: scopes.includes('manage') };
  const { items, next } = await runtime.inbox({ ...whose, ...threadIn(query), ...pageIn(query) });
  return { items: items.map((row) => publicRow(row, view)), ...(next !== undefined && { next }) };
}

async function* framesOf(asked: Asked, signal: AbortSignal): AsyncGenerator<Frame> {
  const { who, runtime } = asked;
  const news = new News(signal);
  const leave = runtime.subscribe(({ tenant }) => tenant === who.tenant && news.hear());
  let told: string | undefined;
  try {
    while (!signal.aborted) {
      news.heed();
      const data = JSON.stringify(await pageOf(asked));
      if (data !== told) yield { event: 'inbox', data };
      told = data;
      await news.next();
    }
  } finally {
    leave();
  }
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

async function audit({ who, runtime, query }: Asked): Promise<Response> {
  return answer(await runtime.audit({ tenant: who.tenant, ...threadIn(query), ...pageIn(query) }));
}

function threadIn(query: URLSearchParams): { readonly thread?: string } {
  const thread = query.get('thread');
  return thread === null ? {} : { thread };
}

import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Client } from '../../client/client.ts';
import type { ThreadView } from '../../client/views.ts';

/** The threads that the page lists. */
export interface ThreadsNow {
  /** Absent until they were read. */
  readonly threads?: readonly ThreadView[];
  readonly next?: string;
  readonly error?: unknown;
}

const page = 100;

/** The list of threads: read anew when something was done here, and every few seconds while somebody looks. */
export class Threads {
  readonly #client: Client;
  readonly #now = signal<ThreadsNow>({});
  #isArchived = false;

  constructor(client: Client) {
    this.#client = client;
  }

  get now(): ReadonlySignal<ThreadsNow> {
    return this.#now;
  }

  /** Lists those that were archived, or the others. */
  async list(archived: boolean): Promise<void> {
    if (archived !== this.#isArchived) this.#now.value = {};
    this.#isArchived = archived;
    await this.refresh();
  }

  /** Reads as much as is shown once more. */
  async refresh(): Promise<void> {
    const shown = this.#now.value.threads?.length ?? 0;
    const archived = this.#isArchived;
    try {
      const { items, next } = await this.#client.listThreads({ archived, limit: Math.min(500, Math.max(page, shown)) });
      if (archived === this.#isArchived) this.#now.value = { threads: items, ...(next !== undefined && { next }) };
    } catch (error) {
      this.#now.value = { ...this.#now.value, error };
    }
  }

  /** Reads those that follow. */
  async more(): Promise<void> {
    const { threads = [], next: after } = this.#now.value;
    if (after === undefined) return;
    const { items, next } = await this.#client.listThreads({ archived: this.#isArchived, limit: page, after });
    const known = new Set(threads.map(({ id }) => id));
    const all = [...threads, ...items.filter(({ id }) => !known.has(id))];
    this.#now.value = { threads: all, ...(next !== undefined && { next }) };
  }
}

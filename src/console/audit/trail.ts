import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { Client } from '../../client/client.ts';
import type { AuditEntry } from '../../client/views.ts';
import { useSession } from '../session.ts';

/** What was decided, as far as it has been read. */
export interface TrailState {
  /** The newest first. */
  readonly entries: readonly AuditEntry[];
  readonly isReading: boolean;
  /** Whether there are older ones. */
  readonly isMore: boolean;
  /** Why nothing more could be read. */
  readonly error?: unknown;
}

/** How many of the newest are asked for at once, and of older ones: as many as a server gives. */
const newest = 100;
const older = 500;
/** While all is read, the page is told of it this often, in milliseconds. */
const pulse = 500;

/** The newest decisions, or those of one thread; read on when something is decided that the page hears of. */
export function useTrail(thread: string | undefined): TrailState & { readonly reader: TrailReader } {
  const { client } = useSession();
  const [, render] = useReducer((count: number) => count + 1, 0);
  const reader = useMemo(
    () => new TrailReader({ client, thread, onChange: () => render(undefined as never) }),
    [client, thread],
  );
  useEffect(() => {
    void reader.readNews();
    return () => reader.end();
  }, [reader]);
  return { ...reader.state, reader };
}

interface Reading {
  readonly client: Pick<Client, 'readAudit'>;
  readonly thread: string | undefined;
  readonly onChange: () => void;
}

/** Reads from the newest decision back, as far as somebody looks, and later what was decided since. */
export class TrailReader {
  state: TrailState = { entries: [], isReading: true, isMore: false };
  readonly #reading: Reading;
  /** The newest first. */
  #entries: AuditEntry[] = [];
  /** Asks for what is older; absent at the end, and before anything was read. */
  #next: string | undefined;
  #isNewsWanted = false;
  /** How many older pages are wanted. */
  #pagesWanted = 0;
  #isBusy = false;
  #isOver = false;
  #toldAt = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Reads what was decided since; at first the newest page. */
  readNews(): Promise<void> {
    this.#isNewsWanted = true;
    return this.#work();
  }

  /** Reads older ones: a page, or with `Infinity` all of them; with 0 no more. */
  readOlder(pages = 1): Promise<void> {
    this.#pagesWanted = pages;
    return this.#work();
  }

  end(): void {
    this.#isOver = true;
  }

  async #work(): Promise<void> {
    if (this.#isBusy || this.#isOver || !this.#isWanted) return;
    this.#isBusy = true;
    this.#tell();
    let failure: { readonly error?: unknown } = {};
    try {
      while (!this.#isOver && this.#isWanted) {
        await (this.#isNewsWanted ? this.#readNews() : this.#readOlder());
        if (this.#isWanted && Date.now() - this.#toldAt > pulse) this.#tell();
      }
    } catch (error) {
      failure = { error };
      this.#pagesWanted = 0;
    }
    this.#isBusy = false;
    this.#tell(failure);
  }

  get #isWanted(): boolean {
    return this.#isNewsWanted || (this.#pagesWanted > 0 && this.#next !== undefined);
  }

  /** From the newest on, until what is known comes. */
  async #readNews(): Promise<void> {
    this.#isNewsWanted = false;
    const known = new Set(this.#entries.map(nameOf));
    const news: AuditEntry[] = [];
    let after: string | undefined;
    let isJoined = false;
    do {
      const { items, next } = await this.#ask(newest, after);
      news.push(...items);
      after = next;
      isJoined = items.some((entry) => known.has(nameOf(entry)));
    } while (after !== undefined && known.size > 0 && !isJoined);
    if (known.size === 0) this.#next = after;
    // What was erased meanwhile is told anew, in its place.
    const told = new Set(news.map(nameOf));
    this.#entries = [...news, ...this.#entries.filter((entry) => !told.has(nameOf(entry)))];
  }

  async #readOlder(): Promise<void> {
    const { items, next } = await this.#ask(older, this.#next);
    this.#entries.push(...items);
    this.#next = next;
    this.#pagesWanted -= 1;
  }

  #ask(limit: number, after: string | undefined): ReturnType<Client['readAudit']> {
    const { client, thread } = this.#reading;
    return client.readAudit({ limit, order: 'newest-first', ...(thread && { thread }), ...(after && { after }) });
  }

  #tell(failure: { readonly error?: unknown } = {}): void {
    this.#toldAt = Date.now();
    const isMore = this.#next !== undefined;
    this.state = { entries: [...this.#entries], isReading: this.#isBusy, isMore, ...failure };
    if (!this.#isOver) this.#reading.onChange();
  }
}

/** What tells an entry from all others. */
export function nameOf({ thread, place }: AuditEntry): string {
  return `${thread} ${place}`;
}

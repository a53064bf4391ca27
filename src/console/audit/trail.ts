import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { Client } from '../../client/client.ts';
import type { AuditEntry } from '../../client/views.ts';
import { useSession } from '../session.ts';

/** What was decided, as far as it has been read. */
export interface TrailState {
  /** The oldest first, as the server tells them. */
  readonly entries: readonly AuditEntry[];
  readonly isReading: boolean;
  /** Why nothing more could be read. */
  readonly error?: unknown;
}

/** How many are asked for at once: as many as a server gives. */
const pageSize = 500;

/** Every decision, or those of one thread; read on when something is decided that the page hears of. */
export function useTrail(thread: string | undefined): TrailState & { readonly readOn: () => void } {
  const { client } = useSession();
  const [, render] = useReducer((count: number) => count + 1, 0);
  const reading = useMemo(
    () => new TrailReader({ client, thread, onChange: () => render(undefined as never) }),
    [client, thread],
  );
  useEffect(() => {
    void reading.readOn();
    return () => reading.end();
  }, [reading]);
  return { ...reading.state, readOn: () => void reading.readOn() };
}

interface Reading {
  readonly client: Pick<Client, 'readAudit'>;
  readonly thread: string | undefined;
  readonly onChange: () => void;
}

/** Reads page after page, and later what was decided since. */
export class TrailReader {
  state: TrailState = { entries: [], isReading: true };
  readonly #reading: Reading;
  readonly #known = new Map<string, AuditEntry>();
  /** Where the last page begins, which may have more in it by now. */
  #after: string | undefined;
  #isBusy = false;
  #isOver = false;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Reads what it does not have; nothing while it does already. */
  async readOn(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#tell({ entries: this.state.entries, isReading: true });
    try {
      while (await this.#readPage());
      this.#tell({ entries: [...this.#known.values()], isReading: false });
    } catch (error) {
      this.#tell({ entries: [...this.#known.values()], isReading: false, error });
    } finally {
      this.#isBusy = false;
    }
  }

  end(): void {
    this.#isOver = true;
  }

  /** Whether there is another page. */
  async #readPage(): Promise<boolean> {
    const { client, thread } = this.#reading;
    const after = this.#after;
    const { items, next } = await client.readAudit({
      limit: pageSize,
      ...(thread && { thread }),
      ...(after && { after }),
    });
    // What was erased meanwhile is told anew, in its place.
    for (const entry of items) this.#known.set(nameOf(entry), entry);
    if (next === undefined || this.#isOver) return false;
    this.#after = next;
    this.#tell({ entries: [...this.#known.values()], isReading: true });
    return true;
  }

  #tell(state: TrailState): void {
    this.state = state;
    if (!this.#isOver) this.#reading.onChange();
  }
}

/** What tells an entry from all others. */
export function nameOf({ thread, place }: AuditEntry): string {
  return `${thread} ${place}`;
}

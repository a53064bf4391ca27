import type { Compilable, CompiledQuery } from 'kysely';
import { ChatError } from '../../conversation/error.ts';
import type { News } from '../log.ts';
import type { ThreadKey } from '../thread.ts';
import type { Wake } from '../waker.ts';
import { filled } from './slot.ts';

/**
 * A transaction: it yields queries and is given their rows. So its logic stands once, whether a database answers at once
 * or later. It also yields wakes, which come to pass when it is committed.
 */
export type Transaction<Answer> = Generator<CompiledQuery | Wake, Answer, readonly unknown[]>;

/** Whether a step of a transaction is a wake, which is answered by no rows. */
export function isWake(step: CompiledQuery | Wake): step is Wake {
  return 'notBefore' in step;
}

/** Plays transactions. */
export interface Runner {
  /**
   * Plays a transaction that writes: all of it, or nothing. It is made anew when it has to be played again; `again` when it
   * may have been committed the time before without anybody hearing of it (rule E8). What is `light` may be lost with the
   * power of the machine, where that saves more than it costs (rule S6).
   */
  write<Answer>(transaction: (again: boolean) => Transaction<Answer>, weight?: 'light'): Promise<Answer>;
  /** Plays a transaction that only reads, all of it at one moment (rule S5). */
  read<Answer>(transaction: () => Transaction<Answer>): Promise<Answer>;
  /** Plays one that reads by a single query, which needs nothing around it. */
  look<Answer>(transaction: () => Transaction<Answer>): Promise<Answer>;
  /** Tells of changes by other processes, until it is called off. */
  watch(tell: (key: ThreadKey, news: News) => void): () => void;
  /** Tells of threads whose time has come: of what was committed here, and while it watches of what others have. */
  onWake(tell: (key: ThreadKey) => void): () => void;
  close(): Promise<void>;
}

/** The rows of a query. */
export function* all<Row>(query: Compilable<Row>): Transaction<readonly Row[]> {
  // A database answers a query with the rows that it selects.
  return (yield filled(query.compile())) as readonly Row[];
}

/** The first row of a query. */
export function* first<Row>(query: Compilable<Row>): Transaction<Row | undefined> {
  return (yield* all(query))[0];
}

/** Runs queries one after the other. */
export function* run(...queries: readonly Compilable[]): Transaction<void> {
  for (const query of queries) yield filled(query.compile());
}

/** What goes into a query. Throws for an id that not every database can hold; free text stands in JSON, where it is escaped. */
export function checked(parameters: readonly unknown[]): readonly (string | number | Uint8Array | null)[] {
  for (const one of parameters) {
    if (typeof one !== 'string' || isStorable(one)) continue;
    throw new ChatError(
      'invalid-request',
      `Using ${JSON.stringify(one.slice(0, 50))} as an id: it holds NUL or half a character.`,
    );
  }
  // The tables have columns of text, numbers and bytes alone.
  return parameters as readonly (string | number | Uint8Array | null)[];
}

/** Whether every database can hold a text as it is. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

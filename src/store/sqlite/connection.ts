import { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery } from 'kysely';
import type { StatementSync } from 'node:sqlite';
import { checked, isWake } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import type { Wake } from '../waker.ts';
import { identityAt } from './identity.ts';

/** How many prepared statements are kept. */
const statementsKept = 200;

/** How long SQLite may wait for a lock by itself, in milliseconds: the event loop stands meanwhile (rule S6). */
const busyTimeout = 20;

/** Opens a file to keep threads in: what was committed survives a loss of power, and readers do not wait for a writer. */
export function openFile(path: string): DatabaseSync {
  const file = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: false });
  file.exec('pragma journal_mode = wal; pragma synchronous = full');
  return file;
}

/** An open file. All it does is synchronous: nothing of this process comes between the queries of a transaction (rule S6). */
export class Connection {
  readonly #file: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #onWake: (wake: Wake) => void;
  readonly #path: string;
  readonly #identity: string | undefined;

  /** `onWake` is told of wakes when they are committed. */
  constructor(file: DatabaseSync, onWake: (wake: Wake) => void = () => {}) {
    this.#file = file;
    this.#onWake = onWake;
    // Nothing for a database that is in no file.
    this.#path = String(this.#statement('pragma database_list').get()?.['file'] ?? '');
    this.#identity = this.#path === '' ? undefined : identityAt(this.#path);
  }

  /**
   * Whether its file still stands where it was opened. What is written to one that was moved, deleted or replaced is seen by
   * nobody who opens it later, and its log belongs to another file.
   */
  get isInPlace(): boolean {
    return this.#path === '' || identityAt(this.#path) === this.#identity;
  }

  /** Counts changes that others have committed. */
  get version(): number {
    return Number(this.#statement('pragma data_version').get()?.['data_version']);
  }

  /** Plays a transaction to its end, or undoes it. */
  play<Answer>(begin: 'begin' | 'begin immediate', transaction: Transaction<Answer>): Answer {
    const wakes: Wake[] = [];
    this.#run(begin);
    const answer = this.#committed(transaction, wakes);
    for (const wake of wakes) this.#onWake(wake);
    return answer;
  }

  /** Whatever is written by this is not waited for until it is on the disk; the next that is, takes it along (rule S6). */
  lightly<Answer>(work: () => Answer): Answer {
    this.#run('pragma synchronous = normal');
    try {
      return work();
    } finally {
      this.#run('pragma synchronous = full');
    }
  }

  /** Plays one that is a single query. */
  look<Answer>(transaction: Transaction<Answer>): Answer {
    return this.#answerOf(transaction, []);
  }

  close(): void {
    this.#statements.clear();
    this.#file.close();
  }

  #committed<Answer>(transaction: Transaction<Answer>, wakes: Wake[]): Answer {
    try {
      const answer = this.#answerOf(transaction, wakes);
      this.#run('commit');
      return answer;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  /** Runs the queries of a transaction, and gathers its wakes. */
  #answerOf<Answer>(transaction: Transaction<Answer>, wakes: Wake[]): Answer {
    let step = transaction.next([]);
    while (!step.done) {
      if (isWake(step.value)) wakes.push(step.value);
      step = transaction.next(isWake(step.value) ? [] : this.#rowsOf(step.value));
    }
    return step.value;
  }

  #rowsOf({ sql, parameters }: CompiledQuery): readonly unknown[] {
    return this.#statement(sql).all(...checked(parameters));
  }

  #run(sql: string): void {
    this.#statement(sql).run();
  }

  #undo(): void {
    try {
      this.#run('rollback');
    } catch {
      // It is undone already: a full disk, for one, does that.
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#file.prepare(sql);
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined && this.#statements.size >= statementsKept) this.#statements.delete(oldest);
    this.#statements.set(sql, made);
    return made;
  }
}

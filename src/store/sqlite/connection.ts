import { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery } from 'kysely';
import { checked, isWake } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import type { Wake } from '../waker.ts';
import { identityAt } from './identity.ts';
import { Statement } from './statement.ts';

/** How many prepared statements are kept. */
const statementsKept = 200;

/** How long it is believed that the file is in its place, in milliseconds, before what waits for no disk. */
const believedFor = 100;

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
  readonly #statements = new Map<string, Statement>();
  readonly #onWake: (wake: Wake) => void;
  readonly #path: string;
  readonly #identity: string | undefined;
  /** When the file was seen in its place, by `performance.now()`. */
  #seenAt = -Infinity;
  /** Whether what is written now is waited for until it is on the disk. */
  #isFull = true;

  /** `onWake` is told of wakes when they are committed. */
  constructor(file: DatabaseSync, onWake: (wake: Wake) => void = () => {}) {
    this.#file = file;
    this.#onWake = onWake;
    // Nothing for a database that is in no file.
    this.#path = String(this.#statement('pragma database_list').all()[0]?.['file'] ?? '');
    this.#identity = this.#path === '' ? undefined : identityAt(this.#path);
  }

  /**
   * Whether its file still stands where it was opened. What is written to one that was moved, deleted or replaced is seen by
   * nobody who opens it later, and its log belongs to another file. To ask the disk costs more than many a query: `lately`
   * takes what it said within a tenth of a second.
   */
  isInPlace(lately?: 'lately'): boolean {
    if (this.#path === '') return true;
    const now = performance.now();
    if (lately && now - this.#seenAt < believedFor) return true;
    const isThere = identityAt(this.#path) === this.#identity;
    this.#seenAt = isThere ? now : -Infinity;
    return isThere;
  }

  /** Counts changes that others have committed. */
  get version(): number {
    return Number(this.#statement('pragma data_version').all()[0]?.['data_version']);
  }

  /**
   * Plays a transaction to its end, or undoes it. Whatever is written `light` is not waited for until it is on the disk; the next
   * that is takes it along (rule S6).
   */
  play<Answer>(begin: 'begin' | 'begin immediate', transaction: Transaction<Answer>, weight?: 'light'): Answer {
    const wakes: Wake[] = [];
    if (begin === 'begin immediate') this.#weigh(weight);
    this.#run(begin);
    const answer = this.#committed(transaction, wakes);
    for (const wake of wakes) this.#onWake(wake);
    return answer;
  }

  /** Plays one that is a single query. */
  look<Answer>(transaction: Transaction<Answer>): Answer {
    return this.#answerOf(transaction, []);
  }

  close(): void {
    this.#statements.clear();
    this.#file.close();
  }

  /** Not within a transaction. */
  #weigh(weight: 'light' | undefined): void {
    const isFull = weight !== 'light';
    if (isFull === this.#isFull) return;
    this.#run(`pragma synchronous = ${isFull ? 'full' : 'normal'}`);
    this.#isFull = isFull;
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
    return this.#statement(sql).all(checked(parameters));
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

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = new Statement(this.#file, sql);
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined && this.#statements.size >= statementsKept) this.#statements.delete(oldest);
    this.#statements.set(sql, made);
    return made;
  }
}

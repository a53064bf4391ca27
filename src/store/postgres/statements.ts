import { sha256 } from '../../conversation/digest.ts';

/** Statements with more values than this are rare, each with a number of its own, and are not kept by Postgres. */
const mostValues = 40;

/**
 * What the statements of a store are called, so that each connection has them read and planned once: else planning takes longer
 * than running them. A pooler between may hand out another connection with each transaction, where they are not
 * known; then they go without names.
 */
export class Statements {
  readonly #names = new Map<string, string>();
  #areNamed = true;

  /** Nothing where it is to go without. The same in every process, as poolers that know of names want it. */
  nameOf(text: string, values: number): string | undefined {
    if (!this.#areNamed || values === 0 || values > mostValues) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `yourcall_${sha256(text).slice(0, 16)}`;
    this.#names.set(text, name);
    return name;
  }

  /** Learns from an error: true where it may go better the next time, without names or on another connection. */
  learnFrom(error: unknown): boolean {
    if (!(error instanceof Error) || !('code' in error)) return false;
    // A column was added meanwhile by a newer release (rule S8): what this connection has planned is of no use any more.
    if ('routine' in error && error.routine === outdated) return true;
    const areUnknown = notKept.has(error.code);
    if (areUnknown) this.#areNamed = false;
    return areUnknown;
  }
}

/** Where Postgres finds that a plan gives other columns than it did; the code of that error is one of many. */
const outdated = 'RevalidateCachedQuery';

/** `invalid_sql_statement_name` and `duplicate_prepared_statement`. */
const notKept: ReadonlySet<unknown> = new Set(['26000', '42P05']);

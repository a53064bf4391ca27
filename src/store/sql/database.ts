import type { AliasableExpression, CompiledQuery, Kysely, RawBuilder } from 'kysely';
import type { Notary } from '../audit/notary.ts';
import type { ThreadKey } from '../thread.ts';
import type { Tables } from './schema.ts';

/** What differs between databases, for queries that are the same in all of them. Nothing is run here. */
export interface Database {
  /** Puts decisions on record. */
  readonly notary: Notary;
  /** Makes queries; it has no connection. */
  readonly tables: Kysely<Tables>;
  /** The type of an id: compared byte by byte. */
  readonly text: RawBuilder<unknown>;
  /** The type of bytes. */
  readonly bytes: RawBuilder<unknown>;
  /** Whether rows have locks; where all writers take turns they need none. */
  readonly locks: boolean;
  /** What makes a table of migrations possible, and keeps others from migrating until the transaction ends. */
  readonly lock: readonly CompiledQuery[];
  /** Whether there is a table of migrations: a row if so. */
  readonly hasMigrations: CompiledQuery;
  /** What stands at the end of a table that is kept in the order of its key. */
  readonly inOrder: RawBuilder<unknown>;
  /** Milliseconds since the epoch. */
  readonly now: AliasableExpression<number>;
  /** 1 where the database is nobody's copy, 0 in one that only repeats what another one does, and may be behind (rule E9). */
  readonly isPrimary: AliasableExpression<number>;
  /** A number above those of all changes so far. */
  readonly change: AliasableExpression<number>;
  /** A table of one column, `value`, with the items of a JSON array. */
  each(json: RawBuilder<string>): RawBuilder<{ readonly value: unknown }>;
  /** Tells other processes of a change, when it is committed: where it wakes, also when its row says that the thread is due. */
  tell<Values>(keyOf: (values: Values) => ThreadKey, wakes?: boolean): AliasableExpression<unknown>;
  /** Tells them of deltas; nothing where they look by themselves. */
  tellDeltas(keys: readonly ThreadKey[]): readonly CompiledQuery[];
}

import { sql } from 'kysely';
import type { CompiledQuery, RawBuilder } from 'kysely';

/** A value that is found among others when its query is run. */
export function slot<Type>(pick: (values: never) => Type): RawBuilder<Type> {
  return sql<Type>`${new Slot(pick)}`;
}

/** A query with its values. */
export function filled<Row>(query: CompiledQuery<Row>, values?: unknown): CompiledQuery<Row> {
  // What a slot is given is said by the type of whoever made it.
  const fill = (one: unknown): unknown => (one instanceof Slot ? one.pick(values as never) : one);
  return { ...query, parameters: query.parameters.map(fill) };
}

class Slot {
  readonly pick: (values: never) => unknown;

  constructor(pick: (values: never) => unknown) {
    this.pick = pick;
  }
}

import { sql } from 'kysely';
import type { CompiledQuery, RawBuilder } from 'kysely';

/** A value that is found among others when its query is run. */
export function slot<Type>(pick: (values: never) => Type): RawBuilder<Type> {
  return sql<Type>`${new Slot(pick)}`;
}

/** A query with its values. */
export function filled<Row>(query: CompiledQuery<Row>, values?: unknown): CompiledQuery<Row> {
  const { parameters } = query;
  // One with a shape was filled where its values were known.
  if (!parameters.some(isSlot)) return query;
  // What a slot is given is said by the type of whoever made it.
  return { ...query, parameters: parameters.map((one) => (isSlot(one) ? one.pick(values as never) : one)) };
}

function isSlot(value: unknown): value is Slot {
  return value instanceof Slot;
}

class Slot {
  readonly pick: (values: never) => unknown;

  constructor(pick: (values: never) => unknown) {
    this.pick = pick;
  }
}

import type { Compilable, CompiledQuery, RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { filled, slot } from './slot.ts';

/** Stands for a value that a query is given each time: by its name, or by what finds it. */
export interface Value<Values> {
  <Name extends keyof Values>(name: Name): RawBuilder<Values[Name]>;
  <Type>(pick: (values: Values) => Type): RawBuilder<Type>;
}

/** A query that was compiled, to be run with values; the size is that of the lists in it. */
export type Shape<Values, Row> = (database: Database, values: Values, size?: number) => Compilable<Row>;

/** A query that is compiled once for a database and a size: to make its text costs more than to run it. */
export function shape<Values, Row>(
  make: (database: Database, value: Value<Values>, size: number) => Compilable<Row>,
): Shape<Values, Row> {
  const known = new WeakMap<Database, Map<number, CompiledQuery<Row>>>();
  const value = (which: keyof Values | ((values: Values) => unknown)): RawBuilder<never> =>
    slot((values: Values) => (typeof which === 'function' ? which(values) : values[which])) as RawBuilder<never>;
  return (database, values, size = 1) => {
    const sizes = known.get(database) ?? new Map<number, CompiledQuery<Row>>();
    known.set(database, sizes);
    const compiled = sizes.get(size) ?? make(database, value, size).compile();
    sizes.set(size, compiled);
    return { compile: () => filled(compiled, values) };
  };
}

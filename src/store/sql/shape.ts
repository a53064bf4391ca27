import type { Compilable, CompiledQuery, RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { filled, slot } from './slot.ts';

/** Stands for a value that a query is given each time: by its name, or by what finds it. */
export interface Value<Values> {
  <Name extends keyof Values>(name: Name): RawBuilder<Values[Name]>;
  <Type>(pick: (values: Values) => Type): RawBuilder<Type>;
}

/** What else its text depends on: the size of a list in it, or its conditions. */
export type Form = number | Readonly<Record<string, number | boolean>>;

/** A query that was compiled, to be run with values. */
export type Shape<Values, Row, Of extends Form = number> = (
  database: Database,
  values: Values,
  ...form: Of extends number ? [form?: Of] : [form: Of]
) => Compilable<Row>;

/** A query that is compiled once for a database and a form: to make its text costs more than to run it. */
export function shape<Values, Row, Of extends Form = number>(
  make: (database: Database, value: Value<Values>, form: Of) => Compilable<Row>,
): Shape<Values, Row, Of> {
  const known = new WeakMap<Database, Map<string, CompiledQuery<Row>>>();
  const value = (which: keyof Values | ((values: Values) => unknown)): RawBuilder<never> =>
    slot((values: Values) => (typeof which === 'function' ? which(values) : values[which])) as RawBuilder<never>;
  // Without a form there is a list of one, if any.
  return (database, values, form = 1 as never) => {
    const forms = known.get(database) ?? new Map<string, CompiledQuery<Row>>();
    known.set(database, forms);
    const name = JSON.stringify(form);
    const compiled = forms.get(name) ?? make(database, value, form as Of).compile();
    forms.set(name, compiled);
    return { compile: () => filled(compiled, values) };
  };
}

import type { Schema, SchemaIssue, SchemaResult } from './schema.ts';

/** A schema of our own: its JSON Schema, and what reads a value. */
export function plainSchema<T>(described: object, validate: (value: unknown) => SchemaResult<T>): Schema<T> {
  return { '~standard': { version: 1, vendor: 'yourcall', validate, jsonSchema: { input: () => described } } };
}

/** What is wrong with a value, and where. */
export function wrong(
  message: string,
  path: SchemaIssue['path'] & object,
): { readonly issues: readonly SchemaIssue[] } {
  return { issues: [{ message, path }] };
}

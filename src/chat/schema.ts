/**
 * A schema of any library that follows Standard Schema and can describe itself as JSON Schema:
 * zod from 4.2 on, arktype, valibot through `toStandardJsonSchema` (https://standardschema.dev).
 */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly jsonSchema?: { readonly input: (options: { readonly target: 'draft-2020-12' | 'draft-07' }) => object };
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A JSON Schema for what the schema takes in. Throws when it cannot be described. */
export function describeInput(schema: Schema): Record<string, unknown> {
  const { vendor = 'none', jsonSchema }: Partial<Schema['~standard']> = schema['~standard'] ?? {};
  if (!jsonSchema) {
    throw new Error(
      `its library (${vendor}) gives no JSON Schema; zod 4.2, toStandardJsonSchema of valibot and jsonSchema() do`,
    );
  }
  const { $schema: _, ...described } = jsonSchema.input({ target: 'draft-2020-12' }) as Record<string, unknown>;
  return described;
}

/** Issues in one line: `amount: expected a number; orderId: is missing`. */
export function textOfIssues(issues: readonly SchemaIssue[]): string {
  return issues.map(({ message, path }) => [pathOf(path), message].filter(Boolean).join(': ')).join('; ');
}

function pathOf(path: SchemaIssue['path']): string {
  return (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
}

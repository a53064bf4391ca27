import type { Schema, SchemaIssue } from '../../chat/schema.ts';

/** One argument of a tool: how it is described, and what is wrong with a value (undefined when nothing is). */
export interface Field<Value> {
  readonly json: Readonly<Record<string, unknown>>;
  readonly complaint: (value: unknown) => string | undefined;
  readonly optional?: boolean;
  /** Carries the type only; never set. */
  readonly value?: Value;
}

/** A field that may be left out. */
export interface OptionalField<Value> extends Field<Value> {
  readonly optional: true;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type ValueOf<One> = One extends Field<infer Value> ? Value : never;
type OptionalNames<All> = { [Name in keyof All]: All[Name] extends OptionalField<unknown> ? Name : never }[keyof All];

/** What an object of these fields holds. */
export type ObjectOf<All extends Fields> = {
  readonly [Name in Exclude<keyof All, OptionalNames<All>>]: ValueOf<All[Name]>;
} & { readonly [Name in OptionalNames<All>]?: ValueOf<All[Name]> };

/** Any text, the empty one included. */
export function text(description: string): Field<string> {
  return { json: { type: 'string', description }, complaint: (value) => unless(typeof value === 'string', 'a text') };
}

/** A whole number from `minimum` on, up to `maximum` when there is one. */
export function integer(description: string, range: { minimum: number; maximum?: number }): Field<number> {
  const { minimum, maximum = Number.MAX_SAFE_INTEGER } = range;
  const wanted = `a whole number from ${minimum}${range.maximum === undefined ? '' : ` to ${maximum}`}`;
  return {
    json: { type: 'integer', description, ...range },
    complaint: (value) =>
      unless(Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum, wanted),
  };
}

/** True or false. */
export function flag(description: string): Field<boolean> {
  return {
    json: { type: 'boolean', description },
    complaint: (value) => unless(typeof value === 'boolean', 'a boolean'),
  };
}

/** The same field, which may be left out; `null` counts as left out, since some models write it so. */
export function optional<Value>(field: Field<Value>): OptionalField<Value> {
  return { ...field, optional: true };
}

/** A schema for an object of exactly these fields: one more is an issue. */
export function object<const All extends Fields>(fields: All): Schema<ObjectOf<All>> {
  const required = Object.keys(fields).filter((name) => !fields[name]?.optional);
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { json }]) => [name, json]));
  const described = { type: 'object', properties, required, additionalProperties: false };
  return {
    '~standard': {
      version: 1,
      vendor: 'yourcall',
      jsonSchema: { input: () => described },
      validate: (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value))
          return { issues: [{ message: 'expected an object' }] };
        const issues = [...issuesOf(fields, value), ...unknownNames(fields, value)];
        if (issues.length > 0) return { issues };
        const known = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
        // Every field was checked just now, and there are no others.
        return { value: Object.fromEntries(known) as ObjectOf<All> };
      },
    },
  };
}

function unless(right: boolean, wanted: string): string | undefined {
  return right ? undefined : `expected ${wanted}`;
}

function issuesOf(fields: Fields, value: object): SchemaIssue[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const one: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    const absent = one === undefined || one === null;
    const message = absent ? (field.optional ? undefined : 'is missing') : field.complaint(one);
    return message === undefined ? [] : [{ message, path: [name] }];
  });
}

function unknownNames(fields: Fields, value: object): SchemaIssue[] {
  const known = Object.keys(fields).join(', ');
  const others = Object.keys(value).filter((name) => !Object.hasOwn(fields, name));
  return others.map((name) => ({ message: `is not known here; there are ${known}`, path: [name] }));
}

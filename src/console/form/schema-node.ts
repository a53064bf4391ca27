import { isObject } from '../../conversation/json.ts';

/** What a form looks at of a JSON Schema. */
export interface SchemaNode {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly default?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly items?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly patternProperties?: unknown;
  readonly minLength?: unknown;
  readonly maxLength?: unknown;
  readonly pattern?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly exclusiveMinimum?: unknown;
  readonly exclusiveMaximum?: unknown;
  readonly multipleOf?: unknown;
  readonly minItems?: unknown;
  readonly maxItems?: unknown;
  readonly required?: readonly string[];
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly allOf?: readonly unknown[];
}

/** References are followed no further than that. */
const mostSteps = 10;

/** A schema behind its references within the same document; nothing for what says nothing, or cannot be followed. */
export function resolved(schema: unknown, root: unknown): SchemaNode | undefined {
  let node = schema;
  for (let step = 0; step < mostSteps && isObject(node); step += 1) {
    const { $ref: reference, ...rest } = node;
    if (typeof reference !== 'string') return node;
    const behind = at(root, reference);
    node = isObject(behind) ? { ...behind, ...rest } : undefined;
  }
  return undefined;
}

/** What a pointer such as `#/$defs/line` leads to. */
function at(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  const steps = reference.split('/').slice(1);
  return steps.reduce<unknown>((node, step) => {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined;
  }, root);
}

/** A schema without its word that null would do too. */
export function withoutNull(
  node: SchemaNode,
  root: unknown,
): { readonly node: SchemaNode; readonly isNullable: boolean } {
  const { type } = node;
  if (Array.isArray(type)) {
    const types = type.filter((one) => one !== 'null');
    const isNullable = types.length < type.length;
    return { node: { ...node, type: types.length === 1 ? types[0] : undefined }, isNullable };
  }
  const branches = node.anyOf ?? node.oneOf;
  if (!branches) return { node, isNullable: false };
  const rest = branches.filter((one) => !isNull(one));
  if (rest.length === branches.length) return { node, isNullable: false };
  const only = rest.length === 1 ? resolved(rest[0], root) : undefined;
  return { node: only ?? { ...node, anyOf: rest }, isNullable: true };
}

function isNull(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'null';
}

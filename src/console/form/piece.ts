import { isObject } from '../../conversation/json.ts';
import { inferred, valueType } from './inferred.ts';
import { resolved, withoutNull } from './schema-node.ts';
import type { SchemaNode } from './schema-node.ts';
import type { InSchema, Piece, Shape } from './shape.ts';

/** How a value is edited: by its schema, by what it is where that says nothing, as JSON where neither will do. */
export function pieceOf({ schema, root }: InSchema, value: unknown): Piece {
  const node = resolved(schema, root);
  if (!node) return { shape: inferred(value), isNullable: value === null };
  const { node: told, isNullable } = withoutNull(node, root);
  const { title, description } = { ...node, ...told };
  return {
    shape: fitting(shapeOf(told, value), value),
    isNullable: isNullable || value === null,
    ...(typeof title === 'string' && { title }),
    ...(typeof description === 'string' && { description }),
  };
}

function shapeOf(node: SchemaNode, value: unknown): Shape {
  const { type, enum: choices, const: only } = node;
  if (only !== undefined) return { type: 'choice', choices: [only] };
  if (Array.isArray(choices) && choices.every(isScalar)) return { type: 'choice', choices };
  const ones = constantsOf(node);
  if (ones) return { type: 'choice', choices: ones };
  if (node.anyOf || node.oneOf || node.allOf) return { type: 'json' };
  switch (type) {
    case 'string':
      return { type: 'text' };
    case 'number':
    case 'integer':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return { type: 'list', item: Array.isArray(node.items) ? undefined : node.items };
    default:
      return type === 'object' || isObject(node.properties) ? objectOf(node, value) : inferred(value);
  }
}

function objectOf(node: SchemaNode, value: unknown): Shape {
  const { properties = {}, required = [], additionalProperties } = node;
  const known = new Set(Object.keys(properties));
  const more = isObject(value) ? Object.keys(value).filter((name) => !known.has(name)) : [];
  const others = isObject(additionalProperties) ? additionalProperties : undefined;
  const isOpen = additionalProperties !== false && (known.size === 0 || others !== undefined);
  return {
    type: 'object',
    isOpen,
    fields: [
      ...Object.entries(properties).map(([name, schema]) => ({ name, schema, isRequired: required.includes(name) })),
      ...more.map((name) => ({ name, schema: others, isRequired: false })),
    ],
  };
}

/** The values of a choice that is written as one constant each. */
function constantsOf({ anyOf, oneOf }: SchemaNode): readonly unknown[] | undefined {
  const branches = anyOf ?? oneOf ?? [];
  const isChoice = branches.length > 0 && branches.every((one) => isObject(one) && isScalar(one['const']));
  return isChoice ? branches.map((one) => (one as { const: unknown }).const) : undefined;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** What is of another kind than it should be can only be mended as JSON. */
function fitting(shape: Shape, value: unknown): Shape {
  if (value === undefined || value === null) return shape;
  switch (shape.type) {
    case 'text':
      return typeof value === 'string' ? shape : { type: 'json' };
    case 'boolean':
    case 'object':
    case 'list':
      return valueType(value) === shape.type ? shape : { type: 'json' };
    case 'choice':
      return isScalar(value) ? shape : { type: 'json' };
    case 'number':
      return typeof value === 'object' ? { type: 'json' } : shape;
    case 'json':
      return shape;
  }
}

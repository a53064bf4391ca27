import { isObject } from '../../conversation/json.ts';
import type { Shape } from './shape.ts';

/** How a value is edited of which nothing is known but itself. */
export function inferred(value: unknown): Shape {
  const type = valueType(value);
  switch (type) {
    case 'object': {
      const names = Object.keys(isObject(value) ? value : {});
      return { type, isOpen: true, fields: names.map((name) => ({ name, schema: undefined, isRequired: false })) };
    }
    case 'list':
      return { type, item: undefined };
    default:
      return { type };
  }
}

/** The kind of shape that a value has by itself. */
export function valueType(value: unknown): Exclude<Shape['type'], 'choice'> {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number' || typeof value === 'boolean') return typeof value as 'number' | 'boolean';
  if (Array.isArray(value)) return 'list';
  return isObject(value) ? 'object' : 'json';
}

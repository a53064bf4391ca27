import { pieceOf } from './piece.ts';
import { resolved } from './schema-node.ts';
import type { InSchema } from './shape.ts';

/** So deep what is required is filled in; a schema may require itself. */
const deepest = 4;

/** What a piece begins as when it is added: its default, or what is empty of its kind with whatever is required in it. */
export function initialOf({ schema, root }: InSchema, depth = 0): unknown {
  const node = resolved(schema, root);
  if (node?.default !== undefined) return node.default;
  const { shape } = pieceOf({ schema, root }, undefined);
  switch (shape.type) {
    case 'text':
      return '';
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'choice':
      // Nobody has chosen yet.
      return shape.choices.length === 1 ? shape.choices[0] : undefined;
    case 'list':
      return [];
    case 'object': {
      const required = depth < deepest ? shape.fields.filter(({ isRequired }) => isRequired) : [];
      return Object.fromEntries(
        required.map((field) => [field.name, initialOf({ schema: field.schema, root }, depth + 1)]),
      );
    }
    case 'json':
      return (node?.anyOf ?? node?.oneOf ?? node?.allOf) ? null : '';
  }
}

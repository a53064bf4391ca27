/** What a piece of a value is edited with. */
export type Shape =
  | { readonly type: 'text' | 'number' | 'boolean' | 'json' }
  | { readonly type: 'choice'; readonly choices: readonly unknown[] }
  | { readonly type: 'object'; readonly fields: readonly Field[]; readonly isOpen: boolean }
  | { readonly type: 'list'; readonly item: unknown };

/** A member of an object, there or not. */
export interface Field {
  readonly name: string;
  readonly schema: unknown;
  readonly isRequired: boolean;
}

/** What is known of a piece of a value: how it is edited, what it is called, and whether it may be null. */
export interface Piece {
  readonly shape: Shape;
  readonly title?: string;
  readonly description?: string;
  readonly isNullable: boolean;
}

/** A schema, and the one that its references are about. */
export interface InSchema {
  readonly schema: unknown;
  readonly root: unknown;
}

import type { ComponentType } from 'preact';
import type { Path } from './value-path.ts';

/** A piece of the value that a form is about. */
export interface PieceProps {
  readonly path: Path;
  readonly name: string;
  readonly schema: unknown;
  readonly value: unknown;
}

/** A piece as a field of its own. */
export interface FieldProps extends PieceProps {
  readonly isRequired: boolean;
  /** It is the whole, and has no name. */
  readonly isRoot?: boolean;
}

/** What shows the pieces within a piece: handed down, since fields hold fields. */
export interface Nesting {
  readonly Field: ComponentType<FieldProps>;
}

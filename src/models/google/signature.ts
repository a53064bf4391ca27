import type { Origin } from '../../conversation/content.ts';
import { isObject } from '../../conversation/json.ts';
import type { ModelId } from '../connection.ts';

/**
 * A piece of a text that Google signed, from one character to another. Text comes in pieces and is one part for people;
 * the signature belongs to its very piece, often an empty one at the end.
 */
export type SignedPiece = {
  readonly from: number;
  readonly to: number;
  readonly signature: string;
};

/** The origin of a text of which some pieces are signed. */
export function signedOrigin({ provider, model }: ModelId, signed: readonly SignedPiece[]): Origin {
  return { provider, model, data: { signed: [...signed] } };
}

/** The signed pieces of a text, where this model signed them: no other model takes its signatures. */
export function signedPieces(origin: Origin | undefined, model: ModelId): readonly SignedPiece[] {
  const { signed } = ownData(origin, model);
  return Array.isArray(signed) ? signed.filter(isSigned) : [];
}

/** What a part of this very model holds beside its content; nothing of any other. */
export function ownData(origin: Origin | undefined, { provider, model }: ModelId): Readonly<Record<string, unknown>> {
  return origin?.provider === provider && origin.model === model && isObject(origin.data) ? origin.data : {};
}

function isSigned(piece: unknown): piece is SignedPiece {
  if (!isObject(piece)) return false;
  const { from, to, signature } = piece;
  return typeof from === 'number' && typeof to === 'number' && typeof signature === 'string';
}

import type { JSX } from 'preact';
import type { Chosen } from '../shell/place.ts';

/** What is in doubt. */
export function DoubtView({ chosen }: { readonly chosen: Chosen | undefined }): JSX.Element {
  return <p>{chosen?.call ?? 'In doubt'}</p>;
}

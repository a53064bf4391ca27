import type { JSX } from 'preact';
import type { Chosen } from '../shell/place.ts';

/** What waits. */
export function InboxView({ chosen }: { readonly chosen: Chosen | undefined }): JSX.Element {
  return <p>{chosen?.call ?? 'Inbox'}</p>;
}

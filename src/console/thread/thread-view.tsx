import type { JSX } from 'preact';

/** Threads, and the one that is looked at. */
export function ThreadView({ thread }: { readonly thread: string | undefined }): JSX.Element {
  return <p>{thread ?? 'Chat'}</p>;
}

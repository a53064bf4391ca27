import type { JSX } from 'preact';

/** Who decided what. */
export function AuditView({ thread }: { readonly thread: string | undefined }): JSX.Element {
  return <p>{thread ?? 'Audit'}</p>;
}

import type { AuditEntry } from '../../client/views.ts';

/**
 * Entries as lines of JSON, those of a thread together, the oldest first, as `yourcall audit export` writes them. The ends
 * of trails are not among them: they stay with the server.
 */
export function linesOf(entries: readonly AuditEntry[]): string {
  const ordered = entries.toSorted((one, other) => one.at - other.at || one.place - other.place);
  const trails = Map.groupBy(ordered, ({ thread }) => thread);
  return [...trails.values()]
    .flat()
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
}

/** Gives a text to the person as a file. */
export function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

import type { Client } from '../../client/client.ts';
import type { AuditEntry, Page, Trail } from '../../client/views.ts';
import { exportEnd } from '../../conversation/export-end.ts';
import type { ExportedTrail } from '../../conversation/export-end.ts';

/** Entries as lines of JSON, those of a thread together, the oldest first. That some were left out is not seen in them. */
export function linesOf(entries: readonly AuditEntry[]): string {
  const ordered = entries.toSorted((one, other) => one.at - other.at || one.place - other.place);
  return [...Map.groupBy(ordered, ({ thread }) => thread).values()].flat().map(lineOf).join('');
}

/** Whole trails, each with its end behind it and behind all of them which they are, as `yourcall audit export` writes them: they can be verified anywhere. */
export async function trailLines(client: Pick<Client, 'readTrails'>, thread: string | undefined): Promise<BlobPart[]> {
  const pieces: string[] = [];
  const all: ExportedTrail[] = [];
  let after: string | undefined;
  do {
    const page: Page<Trail> = await client.readTrails({
      limit: 100,
      ...(thread && { thread }),
      ...(after && { after }),
    });
    for (const { entries, ...end } of page.items) {
      pieces.push([...entries, end].map(lineOf).join(''));
      all.push(end);
    }
    after = page.next;
  } while (after !== undefined);
  return [...pieces, lineOf({ export: exportEnd(all) })];
}

/** Gives pieces of a text to the person as a file. */
export function save(pieces: BlobPart[], name: string): void {
  const url = URL.createObjectURL(new Blob(pieces, { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditEntry } from '../../client/views.ts';
import { sentenceOf } from '../sentence.ts';
import { useSession } from '../session.ts';
import { linesOf, save, trailLines } from './export.ts';

interface ExportButtonProps {
  readonly thread: string | undefined;
  /** What is shown. */
  readonly items: readonly AuditEntry[];
  /** Whether something is left out of it, or is still to be read. */
  readonly isFiltered: boolean;
  readonly isReading: boolean;
}

/** Gives what is looked at as a file: whole trails that can be verified, or the decisions that were filtered. */
export function ExportButton({ thread, items, isFiltered, isReading }: ExportButtonProps): JSX.Element {
  const { client } = useSession();
  const [isBusy, setIsBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  const run = async (): Promise<void> => {
    setIsBusy(true);
    setWrong('');
    const name = `audit-${isFiltered ? 'filtered-' : ''}${new Date().toISOString().slice(0, 10)}.jsonl`;
    try {
      save(isFiltered ? [linesOf(items)] : await trailLines(client, thread), name);
    } catch (error) {
      setWrong(sentenceOf(error));
    }
    setIsBusy(false);
  };
  return (
    <>
      <button
        type="button"
        disabled={items.length === 0 || isBusy || (isFiltered && isReading)}
        title={
          isFiltered
            ? 'The decisions that are shown. Without a filter: whole trails, which can be verified.'
            : 'Whole trails with their ends: yourcall audit verify walks the file.'
        }
        onClick={() => void run()}
      >
        Export
      </button>
      {wrong !== '' && (
        <p role="alert" class="wrong">
          {wrong}
        </p>
      )}
    </>
  );
}

import { useEffect } from 'preact/hooks';
import { useSession } from '../session.ts';
import { learn } from './learned.ts';
import { chosenIn } from './row.ts';
import type { Row } from './row.ts';

/** Of so many that are gone it is asked what became of them: their threads have to be read. */
const mostAsked = 8;

/** Learns what became of rows that are gone. */
export function useLearnedRows(rows: readonly Row[]): void {
  const { client } = useSession();
  const gone = rows.filter(({ isGone }) => isGone).slice(0, mostAsked);
  useEffect(() => {
    for (const row of gone) learn(client, chosenIn(row));
  }, [client, gone.map(({ name }) => name).join()]);
}

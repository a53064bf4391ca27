import type { Subject, Told } from './subject.ts';

/** One way in which an approval can go wrong. */
export interface Case {
  /** A row of the table. */
  readonly name: string;
  /** What must come out. */
  readonly must: string;
  play(subject: Subject): Promise<Finding>;
}

/** What came out, in a few words. */
export interface Finding {
  readonly verdict: Verdict;
  readonly found: string;
}

/** `holds`: as it must be. `partly`: no harm done, but somebody is not told, or it is not offered. `fails`: the rest. */
export type Verdict = 'holds' | 'partly' | 'fails';

/** The verdict of a case that was as it must be, or at least did no harm. */
export function verdictOf(holds: boolean, harmless: boolean = false): Verdict {
  if (holds) return 'holds';
  return harmless ? 'partly' : 'fails';
}

/** What requests were answered, in a few words. */
export function wordsOf(...told: readonly Told[]): string {
  return told.map(({ answers, error }) => (error === undefined ? answers.join(' ') : short(error))).join(', ');
}

/** How a request was refused. */
export function refusalOf({ answers, error }: Told): string {
  if (error !== undefined) return `refused: ${short(error)}`;
  return answers.includes('ok') ? 'nothing runs' : `refused: ${answers.join(' ')}`;
}

/** The first line of an error, cut. */
export function short(error: string): string {
  const [line = ''] = error.split('\n');
  return `error (${line.length > 60 ? `${line.slice(0, 60)}…` : line})`;
}

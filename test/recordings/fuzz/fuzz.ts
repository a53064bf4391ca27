import { readCorpus, trialAt } from './corpus.ts';
import { joined, verdictOn } from './trial.ts';
import type { Trial } from './trial.ts';
import { shrunk } from './shrink.ts';
import { talkFlaws } from './talk.ts';

/** What is fuzzed. */
export interface FuzzOptions {
  readonly frames: number;
  readonly seed: number;
  /** The first stream of the seed; a failure names it. Default: 0. */
  readonly from?: number;
  /** Milliseconds that one stream may take. Default: 10,000. */
  readonly limit?: number;
  /** Called before each stream with its number. */
  readonly onStream?: (number: number) => void;
}

/** What came of it. */
export interface FuzzReport {
  frames: number;
  streams: number;
  events: number;
  talks: number;
  /** How often streams ended how. */
  readonly ends: Record<string, number>;
  readonly failures: Failure[];
  /** The slowest stream, in milliseconds. */
  slowest: { readonly number: number; readonly milliseconds: number };
}

/** A stream that went wrong, as small as it could be made. */
export interface Failure {
  readonly number: number;
  readonly wire: string;
  readonly problems: readonly string[];
  readonly trial: Trial;
}

/** So many failures are enough. */
const enough = 20;

/** Reads mutated answers until so many frames were read. Throws when there are no recordings to mutate. */
export async function fuzz({ frames, seed, from = 0, limit = 10_000, onStream }: FuzzOptions): Promise<FuzzReport> {
  const corpus = readCorpus();
  if (corpus.size === 0) throw new Error('NO RECORDINGS: there is nothing to mutate.');
  const slowest = { number: 0, milliseconds: 0 };
  const report: FuzzReport = { frames: 0, streams: 0, events: 0, talks: 0, ends: {}, failures: [], slowest };
  for (let number = from; report.frames < frames && report.failures.length < enough; number += 1) {
    onStream?.(number);
    const trial = trialAt(corpus, seed, number);
    const began = performance.now();
    const { end, problems, events } = await inTime(verdictOn(trial), limit);
    const talk = number % 4 === 0 ? await inTime(talkFlaws(trial, events), limit) : undefined;
    const milliseconds = performance.now() - began;
    if (milliseconds > report.slowest.milliseconds) report.slowest = { number, milliseconds };
    report.frames += trial.pieces.length;
    report.streams += 1;
    report.events += events.length;
    report.ends[end] = (report.ends[end] ?? 0) + 1;
    if (talk) report.talks += 1;
    const told = [...problems, ...(talk ?? [])];
    if (told.length > 0) report.failures.push(await failure(trial, number, told));
  }
  return report;
}

/** A failure in the words of a report. */
export function textOfFailure({ number, wire, problems, trial }: Failure, seed: number): string {
  const body = new TextDecoder().decode(joined(trial.pieces));
  return [
    `FAILED: --seed ${seed} --stream ${number} (${wire}, HTTP ${trial.status}, ${trial.contentType})`,
    ...problems.slice(0, 5).map((problem) => `  ${problem}`),
    `  smallest body: ${JSON.stringify(body.length > 3000 ? `${body.slice(0, 3000)}…` : body)}`,
  ].join('\n');
}

async function failure(trial: Trial, number: number, problems: readonly string[]): Promise<Failure> {
  const fails = async (smaller: Trial): Promise<boolean> => {
    const { problems, events } = await verdictOn(smaller);
    return problems.length > 0 || (await talkFlaws(smaller, events)).length > 0;
  };
  return { number, wire: trial.wire, problems, trial: await shrunk(trial, fails) };
}

/** Fails when it takes too long; what never returns at all is noticed by whoever watches. */
function inTime<Value>(work: Promise<Value>, limit: number): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It did not end within ${limit} ms.`)), limit);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

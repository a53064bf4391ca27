import { namesOf, recorded } from '../folder.ts';
import type { Recorded } from '../folder.ts';
import { oneOf, randomFrom } from '../random.ts';
import type { Random } from '../random.ts';
import { wires } from '../wires.ts';
import { framesOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { mutated } from './mutation.ts';
import type { Trial } from './trial.ts';

/** Recorded answers in frames, by wire. */
export type Corpus = ReadonlyMap<string, readonly Framed[]>;

interface Framed {
  readonly one: Recorded;
  readonly frames: readonly Frame[];
}

/** A stream has at most so many frames, so that most are short. */
const longest = 60;

/** All recordings of the wires that are proven. */
export function readCorpus(): Corpus {
  const all = Object.keys(wires).map((wire) => {
    const framed = namesOf(wire).map((name) => recorded(wire, name));
    return [wire, framed.map((one) => ({ one, frames: framesOf(one) }))] as const;
  });
  return new Map(all.filter(([, answers]) => answers.length > 0));
}

/** One trial of a seed, always the same. */
export function trialAt(corpus: Corpus, seed: number, number: number): Trial {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const wire = oneOf([...corpus.keys()], random);
  const { one, frames } = oneOf(corpus.get(wire)!, random);
  const { status, contentType } = one.recording;
  const pieces = mutated(shortened(frames, random), (random) => foreignFrame(corpus, random), random);
  return {
    wire,
    status: random(30) === 0 ? oneOf(statuses, random) : status,
    contentType: random(30) === 0 ? oneOf(contentTypes, random) : contentType,
    pieces,
    cuts: random(2) === 0 ? undefined : random(2 ** 30),
  };
}

const statuses = [200, 201, 302, 400, 401, 403, 413, 429, 500, 503, 529];
const contentTypes = ['text/html', 'application/json', 'text/event-stream', 'application/x-ndjson', undefined];

/** The beginning of a long answer, and its end. */
function shortened(frames: readonly Frame[], random: Random): readonly Frame[] {
  if (frames.length <= longest) return frames;
  const head = 1 + random(longest - 2);
  return [...frames.slice(0, head), ...frames.slice(frames.length - (longest - head))];
}

function foreignFrame(corpus: Corpus, random: Random): Frame {
  return oneOf(oneOf(corpus.get(oneOf([...corpus.keys()], random))!, random).frames, random);
}

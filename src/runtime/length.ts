import { ChatError } from '../conversation/error.ts';
import { longestTimer as longest } from '../conversation/longest-timer.ts';

/** What a length may be. */
interface Bounds {
  readonly least: number;
  /** Whether it may be without an end: then a timer takes the longest that it can. */
  readonly endless?: boolean;
}

/**
 * A length of time that an option gives, in milliseconds, such that a timer can take it. Throws `ChatError` `invalid-request`
 * for what is none: such a timer would go off a thousand times a second, or a lease be over before it began.
 */
export function lengthOf(name: string, value: number, { least, endless = true }: Bounds): number {
  const isLength = typeof value === 'number' && value >= least && (endless || value <= longest);
  if (!isLength) throw notALength(name, value, endless ? `at least ${least}` : `from ${least} to ${longest}`);
  return Math.min(value, longest);
}

/** A time after which something is forgotten; none where that is never. Databases count whole milliseconds. */
export function ageOf(name: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= 0)) throw notALength(name, value, 'at least 0');
  return value <= Number.MAX_SAFE_INTEGER ? Math.ceil(value) : undefined;
}

/** How many there may be at once. Throws as `lengthOf` does. */
export function countOf(name: string, value: number): number {
  if (typeof value === 'number' && value >= 1) return value;
  throw new ChatError(
    'invalid-request',
    `Working on threads: \`${name}\` is ${String(value)}, and has to be at least 1.`,
  );
}

function notALength(name: string, value: unknown, bounds: string): ChatError {
  const message = `\`${name}\` is ${String(value)}, and has to be a number of milliseconds, ${bounds}.`;
  return new ChatError('invalid-request', `Working on threads: ${message}`);
}

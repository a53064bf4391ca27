import { ChatError } from '../conversation/error.ts';
import { longestTimer } from '../conversation/longest-timer.ts';

/** What one who asks may take of a server. */
export interface Limits {
  /** Bytes of a body. Default: 1 MiB. */
  readonly body?: number;
  /** How deeply its JSON may be nested. Default: 64. */
  readonly depth?: number;
  /** How long a body may take to arrive, in milliseconds. Default: 30,000. */
  readonly bodyTime?: number;
  /** Requests of one principal at once; then so many more a second. Default: 100 and 20. */
  readonly rate?: { readonly burst: number; readonly perSecond: number };
  /** Requests of one principal that are being answered at the same time; an answer that is not read yet is one. Default: 64. */
  readonly concurrent?: number;
  /** How long an answer counts as one that nobody reads, in milliseconds. Default: 60,000. */
  readonly sendTime?: number;
  /** Open streams of one principal. Default: 64. */
  readonly streams?: number;
  /** How often a quiet stream tells that it lives, in milliseconds. Default: 8,000, as Bun cuts it after ten seconds. */
  readonly heartbeat?: number;
  /** How often an open stream is authorised again, in milliseconds. Default: 60,000 (rule X1). */
  readonly reauthorize?: number;
}

const usual: Required<Limits> = {
  body: 2 ** 20,
  depth: 64,
  bodyTime: 30_000,
  rate: { burst: 100, perSecond: 20 },
  concurrent: 64,
  sendTime: 60_000,
  streams: 64,
  heartbeat: 8_000,
  reauthorize: 60_000,
};

/** Fills in every default. Throws `ChatError` `invalid-request` for what limits nothing since it is no number. */
export function limitsOf(limits: Limits): Required<Limits> {
  // What is given as `undefined` was not given: a limit that is not there would let everything pass.
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  const { rate, ...all }: Required<Limits> = { ...usual, ...Object.fromEntries(given) };
  const { burst, perSecond } = rate;
  for (const [name, value] of Object.entries({ ...all, burst, perSecond })) {
    if (typeof value !== 'number' || !(value >= 0))
      throw new ChatError('invalid-request', `Making a handler: limits.${name} is no number from 0 on.`);
  }
  const { bodyTime, sendTime, heartbeat, reauthorize } = all;
  const times = Object.entries({ bodyTime, sendTime, heartbeat, reauthorize });
  return { ...all, rate, ...Object.fromEntries(times.map(([name, value]) => [name, Math.min(value, longestTimer)])) };
}

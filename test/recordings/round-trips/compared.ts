import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../../src/conversation/json.ts';
import type { Said, SaidCall } from './said.ts';

/** Why a part that goes back is another one than came, or than the recorded client sent. */
export const reasons = {
  thinking:
    'thinking in clear goes back only where the server asks for it (Chat Completions: DeepSeek and Moonshot, before calls); summaries of Gemini never, their signatures do',
  refusal: 'a refusal goes back as the text of the answer',
  half: 'half arguments of a cut answer go back as `{}`; the call failed, and its result says so',
  blank: 'a piece of text with nothing but white space cannot be sent to Anthropic',
  'taken out': 'most of the text was taken out of the recording',
  failed: 'the answer ended in an error: nothing of it is kept, where that client went on with what the error showed',
  ids: 'the answer gave no id, or one that this client leaves out: where there is none one is made, else it goes back',
  shape:
    'an id of a shape that servers refuse is written anew: of more than 40 characters (DeepSeek once gave one of 43), or at Mistral, whose recordings hold others in place of its nine letters and digits',
  wrapping: 'the object around an output: each client has its own',
  placeholder: "a call without a signature gets the one that Google's documentation names",
  shortened: 'the recorded request holds only the beginning, or writes the same bytes in another alphabet',
  'filled in': 'the client adds members that the answer did not hold there',
} as const;

/** The name of a reason. */
export type Reason = keyof typeof reasons;

/** A part that was compared: the same, different on purpose, or, which must not be, different. */
export interface Compared {
  readonly kind: string;
  readonly verdict: 'identical' | 'different' | Reason;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** What decides about a difference, beside the part itself. */
export interface Circumstances {
  readonly wire: string;
  readonly provider: string;
  /** Whether the answer was a refusal, or ended in an error. */
  readonly refused: boolean;
  readonly failed: boolean;
  /** Whether the recording was shortened so much that its texts say nothing. */
  readonly takenOut: boolean;
  /** The ids that the answer gave to its calls. */
  readonly given: readonly unknown[];
}

/** Compares part by part; parts that neither has do not count. */
export function compare(ours: Said, theirs: Said, around: Circumstances): readonly Compared[] {
  const kinds = ['text', 'thinking', 'signatures', 'calls', 'provider', 'results'] as const;
  return kinds.flatMap((kind) => {
    const [mine, other] = [partsOf(ours[kind]), partsOf(theirs[kind])];
    return Array.from({ length: Math.max(mine.length, other.length) }, (_, i) => {
      const verdict = verdictOf(kind, [mine[i], other[i]], around, i);
      return { kind, verdict, ours: mine[i], theirs: other[i] };
    });
  });
}

function partsOf(said: string | readonly unknown[]): readonly unknown[] {
  return typeof said === 'string' ? (said === '' ? [] : [said]) : said;
}

type Pair = readonly [ours: unknown, theirs: unknown];
type CallPair = readonly [ours: SaidCall | undefined, theirs: SaidCall | undefined];

function verdictOf(kind: keyof Said, pair: Pair, around: Circumstances, place: number): Compared['verdict'] {
  const [ours, theirs] = pair;
  if (isDeepStrictEqual(ours, theirs)) return 'identical';
  if (around.failed) return 'failed';
  switch (kind) {
    case 'text':
      return textVerdict(`${ours ?? ''}`, `${theirs ?? ''}`, around);
    case 'thinking':
      if (squeezed(ours) === squeezed(theirs)) return 'identical';
      return ours === undefined && keepsThinking(around) ? 'thinking' : 'different';
    case 'signatures':
      if (theirs === undefined && ours === 'skip_thought_signature_validator') return 'placeholder';
      return begins(ours, theirs) ? 'shortened' : 'different';
    case 'provider':
      return isFilledIn(ours, theirs) ? 'filled in' : 'different';
    case 'calls':
      return callVerdict([ours, theirs] as CallPair, around, place);
    case 'results':
      return resultVerdict(pair, around, place);
  }
}

function textVerdict(ours: string, theirs: string, { wire, refused, takenOut }: Circumstances): Compared['verdict'] {
  if (squeezed(ours) === squeezed(theirs)) return 'identical';
  if (begins(ours, theirs)) return 'shortened';
  if (refused && theirs === '') return 'refusal';
  if (wire === 'anthropic-messages' && ours.replace(/\s/g, '') === theirs.replace(/\s/g, '')) return 'blank';
  return takenOut ? 'taken out' : 'different';
}

/** Whether thinking stays where it is, and is not sent. */
function keepsThinking({ wire, provider, given }: Circumstances): boolean {
  const isAsked = (provider === 'deepseek' || provider === 'moonshot') && given.length > 0;
  return wire === 'gemini' || (wire === 'openai-chat' && !isAsked);
}

function callVerdict([ours, theirs]: CallPair, around: Circumstances, place: number): Compared['verdict'] {
  if (!ours || !theirs || ours.name !== theirs.name) return 'different';
  const [mine, other] = [parsed(ours.arguments), parsed(theirs.arguments)];
  if (!isDeepStrictEqual(mine, other)) {
    return isDeepStrictEqual(mine, {}) && typeof other === 'string' ? 'half' : 'different';
  }
  return idVerdict([ours.id, theirs.id], around, place);
}

function resultVerdict([ours, theirs]: Pair, around: Circumstances, place: number): Compared['verdict'] {
  if (!isObject(ours) || !isObject(theirs)) return 'different';
  const { output } = ours;
  if (!isDeepStrictEqual(output, theirs['output'])) {
    return isObject(output) && isDeepStrictEqual(output['output'], theirs['output']) ? 'wrapping' : 'different';
  }
  return idVerdict([ours['id'], theirs['id']], around, place);
}

/** An id of ours has to be the one that the answer gave, if it gave any. */
function idVerdict([ours, theirs]: Pair, { wire, provider, given }: Circumstances, place: number): Compared['verdict'] {
  if (ours === theirs) return 'identical';
  if (!given[place]) return 'ids';
  if (wire === 'openai-chat' && isRefused(given[place], provider) && !isRefused(ours, provider)) return 'shape';
  return ours === given[place] && theirs === undefined ? 'ids' : 'different';
}

function isRefused(id: unknown, provider: string): boolean {
  return !(provider === 'mistral' ? /^[a-zA-Z0-9]{9}$/ : /^[\w.:-]{1,40}$/).test(`${id}`);
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function squeezed(text: unknown): string {
  return `${text ?? ''}`.replace(/\s+/g, ' ').trim();
}

/** Whether theirs is ours, cut where the recording says so, or in the other alphabet of base64. */
function begins(ours: unknown, theirs: unknown): boolean {
  if (typeof ours !== 'string' || typeof theirs !== 'string') return false;
  const mine = ours.replaceAll('+', '-').replaceAll('/', '_');
  const [beginning = '', rest] = theirs
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .split(/\.\.\.<[^>]* elided/);
  return rest === undefined ? mine === beginning : beginning.length > 20 && mine.startsWith(beginning);
}

/** Whether theirs has all that ours has, and more of it, whatever way its members' names are written. */
function isFilledIn(ours: unknown, theirs: unknown): boolean {
  if (!isObject(ours) || !isObject(theirs)) return isDeepStrictEqual(ours, theirs);
  return Object.entries(ours).every(([name, value]) => {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return value === undefined || isFilledIn(value, theirs[name] ?? theirs[snake]);
  });
}

import fc from 'fast-check';
import type { Decision } from '../../src/conversation/decision.ts';
import type { CallState } from '../../src/conversation/tool-call.ts';
import type { CrashMoment } from '../../src/testing/test-disk.ts';

/** A decision about some call of the conversation, sensible or not. */
export interface Deciding {
  /** Which one: among those that are not settled, or among all of them. */
  readonly of: 'unsettled' | 'all';
  readonly call: number;
  /** The decision, or the number of one that fits where the call stands. */
  readonly decision: Decision | number;
  /** The call as it is, its id alone, or the call as it was when this program saw it first. */
  readonly given: 'shown' | 'id' | 'old';
  readonly by: string | undefined;
  readonly twice: boolean;
  /** By the process that has the conversation open, or by another one. */
  readonly from: 'here' | 'elsewhere';
}

/** What happens to a conversation, in any order. */
export type Action =
  | {
      readonly type: 'run';
      readonly end: 'read' | 'break' | 'abort';
      /** After so many events it breaks off, or is stopped. */
      readonly at: number;
      /** Decided while it runs, after so many events. */
      readonly meanwhile: readonly (Deciding & { readonly at: number })[];
    }
  | ({ readonly type: 'decide' } & Deciding)
  | { readonly type: 'say'; readonly from: Deciding['from'] }
  | { readonly type: 'wait'; readonly milliseconds: number }
  | { readonly type: 'reopen' }
  | { readonly type: 'crash'; readonly commits: number; readonly moment: CrashMoment };

const soon = '1970-01-01T00:00:02Z';
const late = '1970-01-01T00:05:00Z';
const approvals: readonly Decision[] = [
  { type: 'approve' },
  { type: 'approve', input: { n: 0 } },
  { type: 'approve', input: { n: 60 } },
  { type: 'approve', input: { n: 900 } },
  { type: 'approve', notBefore: soon },
  { type: 'approve', notBefore: late },
  { type: 'reject', reason: 'no' },
  { type: 'snooze', until: soon },
  { type: 'snooze', until: late },
];
const answers: readonly Decision[] = [{ type: 'answer', output: { n: 1 } }, { type: 'reject' }];
const doubts: readonly Decision[] = [
  { type: 'happened', output: { n: 1 } },
  { type: 'run-again' },
  { type: 'did-not-happen' },
  { type: 'abandon' },
];
const wrong: readonly Decision[] = [
  { type: 'approve', input: { n: 'many' } },
  { type: 'approve', notBefore: 'tomorrow' },
  { type: 'snooze', until: 'tomorrow' },
  { type: 'answer', output: 'nothing' },
  { type: 'happened', output: 'nothing' },
];

/** A decision that is asked for in this state. */
export function fitting(state: CallState, number: number): Decision {
  const asked = state === 'in-doubt' ? doubts : state === 'awaiting-result' ? answers : approvals;
  return asked[number % asked.length]!;
}

const decision = fc.oneof(
  { arbitrary: fc.nat(40), weight: 4 },
  { arbitrary: fc.constantFrom(...approvals, ...answers, ...doubts, ...wrong), weight: 1 },
);

const from = fc.constantFrom('here', 'here', 'elsewhere');

const deciding = {
  of: fc.constantFrom('unsettled', 'unsettled', 'all'),
  call: fc.nat(4),
  decision,
  given: fc.constantFrom('shown', 'shown', 'id', 'old'),
  by: fc.constantFrom('ann', 'bob', undefined),
  twice: fc.boolean(),
  from,
} as const;

const during = fc.record({ ...deciding, at: fc.nat(15) });

/** Any of them; runs and decisions are the usual ones. */
export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    arbitrary: fc.record({
      type: fc.constant('run'),
      end: fc.constantFrom('read', 'read', 'read', 'break', 'abort'),
      at: fc.nat(20),
      meanwhile: fc.array(during, { maxLength: 2 }),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ type: fc.constant('decide'), ...deciding }), weight: 4 },
  fc.record({ type: fc.constant('say'), from }),
  fc.record({ type: fc.constant('wait'), milliseconds: fc.constantFrom(500, 3_000, 130_000) }),
  fc.record({ type: fc.constant('reopen') }),
  {
    arbitrary: fc.record({
      type: fc.constant('crash'),
      commits: fc.integer({ min: 1, max: 4 }),
      moment: fc.constantFrom('before', 'after'),
    }),
    weight: 2,
  },
);

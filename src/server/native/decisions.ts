import type { Decision } from '../../conversation/decision.ts';
import type { GrantAnswer, GrantWish } from '../../conversation/grant-offer.ts';
import { isObject } from '../../conversation/json.ts';
import { decideAs } from '../deciding.ts';
import type { Choice, ChoiceAnswer } from '../deciding.ts';
import type { Asked } from '../dialect.ts';
import { grantAs } from '../granting.ts';
import { Problem } from '../problem.ts';
import type { View } from '../reader-view.ts';
import { bodyWith } from './fields.ts';
import { grantWish, wishIn } from './grants.ts';
import { answer, objectOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** How many calls may be decided about at once. */
const most = 100;

const choice = objectOf({
  call: { type: 'string' },
  decision: { $ref: '#/components/schemas/Decision' },
  'seen?': { type: 'string' },
  'grant?': grantWish,
});

/** What people decide. */
export const decisionOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: '/threads/:thread/decisions',
    // What each of them takes, `answer` or `decide`, is asked for one by one (rule D7).
    action: 'read',
    summary:
      'Decides about calls. What became of each is an answer in the same order; `seen` is the digest that came with it, `grant` what is granted with an approval.',
    takes: objectOf({ decisions: { type: 'array', items: choice, minItems: 1, maxItems: most } }),
    gives: { 200: 'DecisionAnswers' },
    handle: decide,
  },
];

async function decide(asked: Asked): Promise<Response> {
  const { decisions } = bodyWith(asked.body, ['decisions']);
  if (!Array.isArray(decisions) || decisions.length === 0 || decisions.length > most) {
    throw new Problem('malformed', `decisions is not a list of 1 to ${most}.`);
  }
  // All are read before the first counts.
  const choices = decisions.map(choiceIn);
  const read = await asked.thread();
  const answers: object[] = [];
  for (const one of choices) {
    const became = await decideAs(asked, read, one);
    const granted = one.grant && (await grantedWith(asked, read.thread.thread, { became, wish: one.grant }));
    answers.push({ ...publicAnswer(became, asked.view), ...(granted && { grant: granted }) });
  }
  return answer({ answers });
}

/** What is granted with an approval counts only when that does, and for the call as it was approved. */
async function grantedWith(
  { who, grants }: Asked,
  thread: string,
  { became, wish }: { readonly became: ChoiceAnswer; readonly wish: GrantWish },
): Promise<GrantAnswer> {
  if (became.type !== 'applied') return { type: 'refused', because: 'the approval does not count' };
  return grantAs(grants, { who, thread, call: became.call }, wish);
}

interface GrantingChoice extends Choice {
  readonly grant?: GrantWish;
}

function choiceIn(value: unknown): GrantingChoice {
  if (!isObject(value)) throw new Problem('malformed', 'A decision is not an object.');
  const { call, decision, seen, grant } = bodyWith(value, ['call', 'decision', 'seen', 'grant']);
  if (typeof call !== 'string') throw new Problem('malformed', 'call is not the id of a call.');
  if (seen !== undefined && typeof seen !== 'string') throw new Problem('malformed', 'seen is not a digest.');
  if (!isObject(decision)) throw new Problem('malformed', 'decision is not an object.');
  checkMembers(decision);
  if (grant !== undefined && decision['type'] !== 'approve') {
    throw new Problem('malformed', 'grant stands beside an approval.');
  }
  // Its members are checked where it is decided, and answered with what is wrong.
  return {
    call,
    decision: decision as Decision,
    ...(seen !== undefined && { seen }),
    ...(grant !== undefined && { grant: wishIn(grant) }),
  };
}

/** What belongs to each decision. */
const members: ReadonlyMap<unknown, readonly string[]> = new Map(
  Object.entries({
    approve: ['input', 'notBefore'],
    reject: ['reason'],
    answer: ['output'],
    snooze: ['until'],
    happened: ['output'],
    'did-not-happen': [],
    'run-again': [],
    abandon: [],
  } satisfies Record<Decision['type'], readonly string[]>),
);

/** An edit under another name would be passed over, and approve what the model wrote. What is no decision is told later. */
function checkMembers({ type, ...rest }: Readonly<Record<string, unknown>>): void {
  const known = members.get(type);
  const other = known && Object.keys(rest).find((name) => !known.includes(name));
  if (other !== undefined) throw new Problem('malformed', `decision may not hold ${JSON.stringify(other)}.`);
}

function publicAnswer(became: ChoiceAnswer, view: View): object {
  if (became.type === 'not-found') return became;
  const call = view.call(became.call);
  if (became.type !== 'already' || view.showsDecisions) return { ...became, call };
  const { type, earlier } = became;
  return { type, call, earlier: { at: earlier.at } };
}

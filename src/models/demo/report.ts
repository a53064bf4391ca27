import { linesOf, sentencesOf } from './result-text.ts';
import type { Outcome } from './result-text.ts';
import { isRecord, parse } from './request.ts';

/** How a call ended, as far as its result tells. */
export type Ending = {
  readonly type: 'done' | 'failed' | 'rejected' | 'denied' | 'cancelled' | 'unknown';
  readonly text: string;
};

/** True when the effect did not happen, or nobody knows. */
export function wentWrong(outcome: Outcome): boolean {
  return endingOf(outcome).type !== 'done';
}

/** Says in plain words what came of the calls; `question` is what the person had said. */
export function reportOf(outcomes: readonly Outcome[], question: string): string {
  return outcomes.map((outcome) => sentenceOf(outcome, question)).join('\n');
}

function sentenceOf(outcome: Outcome, question: string): string {
  const { before, result } = withoutEdit(outcome.result);
  const ending = endingOf({ ...outcome, result });
  const edited =
    before === undefined ? '' : `You changed what ${outcome.name} was asked to do, so it ran with ${before}. `;
  return edited + endingSentence({ ...outcome, result }, ending, question);
}

function endingSentence(outcome: Outcome, ending: Ending, question: string): string {
  const { name } = outcome;
  const why = ending.text.replace(/[\s.]+$/, '');
  switch (ending.type) {
    case 'done':
      return sentencesOf(outcome, question);
    case 'rejected':
      return why === ''
        ? `You said no to ${name}; nothing was changed.`
        : `You said no to ${name}: ${why}; nothing was changed.`;
    case 'denied':
      return why === ''
        ? `A policy does not allow ${name}; nothing was changed.`
        : `${name} was not done: ${why}. Nothing was changed.`;
    case 'cancelled':
      return `${name} was cancelled before it ran; nothing was changed.`;
    case 'failed':
      return `${name} failed${why === '' ? '' : `: ${linesOf(why, 6)}`}.`;
    case 'unknown':
      return `It is not known whether ${name} took effect${why === '' ? '' : `: ${why}`}. I will not repeat it; please look.`;
  }
}

/** A person may have changed the arguments: the result begins by saying so. */
function withoutEdit(result: string): { readonly before?: string; readonly result: string } {
  const said =
    /^A person changed the arguments before it ran,? from ([^]*?) to ([^]*?)[.;]\s*do not repeat the original\.?\s*/i.exec(
      result,
    );
  if (said?.[2] === undefined) return { result };
  return { before: said[2], result: result.slice(said[0].length) };
}

function endingOf(outcome: Outcome): Ending {
  const { result } = withoutEdit(outcome.result);
  const text = result.trim();
  const json = parse(text);
  if (isRecord(json)) return endingOfRecord(json);
  if (
    /may have taken effect|not known whether|outcome (?:is )?unknown/i.test(text.slice(0, 600)) &&
    text.length < 600
  ) {
    return {
      type: 'unknown',
      text: text
        .replace(/^(?:The tool failed|Cancelled while it ran)[.:]?\s*/, '')
        .replace(/\s*It may have taken effect[^]*$/, ''),
    };
  }
  for (const [pattern, type] of endings) {
    const match = pattern.exec(text);
    if (match !== null) return { type, text: text.slice(match[0].length).trim() };
  }
  return { type: 'done', text };
}

const endings: readonly (readonly [RegExp, Ending['type']])[] = [
  [
    /^(?:not executed|not run|not done)\b[.:;,]?\s*(?:it was |a |the |this call was )?(?:person|user|human|operator)?\s*(?:has )?(?:rejected|declined|refused|said no)\b(?: it| this| the call)?(?: because)?\s*[.:]?/i,
    'rejected',
  ],
  [
    /^(?:(?:the |a )?(?:person|user|human|operator)|somebody|someone) (?:has )?(?:rejected|declined|refused|denied|said no to|did not approve)\b(?: it| that)?(?: (?:the|this|tool) ?(?:tool )?(?:call)?)?(?: because)?\s*[.:]?/i,
    'rejected',
  ],
  [
    /^(?:tool call )?(?:was )?(?:rejected|declined)(?: by (?:the |a )?(?:user|person|human))?\s*(?:[.:]|because|$)/i,
    'rejected',
  ],
  [/^not executed: (?:a policy denied it|denied)\s*[.:]?/i, 'denied'],
  [
    /^(?:tool call )?(?:was )?(?:denied|forbidden|not allowed|blocked)(?: by (?:a |the )?policy)?\s*(?:[.:]|because|$)/i,
    'denied',
  ],
  [/^not executed: it was cancelled\.?/i, 'cancelled'],
  [/^(?:cancelled|canceled|aborted)\s*(?:[.:]|$)/i, 'cancelled'],
  [/^not executed\s*[.:]?/i, 'denied'],
  [/^(?:the tool failed|(?:uncaught )?(?:\w*error)|failed|failure)\s*(?::|\.?$)\s*(?:error:\s*)?/i, 'failed'],
];

function endingOfRecord(json: Readonly<Record<string, unknown>>): Ending {
  const reason = json['reason'] ?? json['error'] ?? json['message'] ?? '';
  const text = isRecord(reason)
    ? String(reason['message'] ?? JSON.stringify(reason))
    : String(reason === true ? '' : reason);
  const state = String(json['status'] ?? json['state'] ?? json['type'] ?? '').toLowerCase();
  if (json['rejected'] === true || (state === 'rejected' && Object.keys(json).length <= 3))
    return { type: 'rejected', text };
  if (json['denied'] === true || (state === 'denied' && Object.keys(json).length <= 3)) return { type: 'denied', text };
  const error = json['error'];
  const failed = json['ok'] === false || json['success'] === false || json['isError'] === true;
  if (failed || (error !== undefined && error !== null && error !== false && error !== ''))
    return { type: 'failed', text };
  return { type: 'done', text: '' };
}

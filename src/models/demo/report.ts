import { linesOf, sentencesOf } from './result-text.ts';
import type { Outcome } from './result-text.ts';
import { isRecord, parse } from './request.ts';
import { toolOf } from './tool.ts';

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
  return { before: wordsFor(said[2]), result: result.slice(said[0].length) };
}

/** `{"path":"a.txt"}` → `path "a.txt"`. */
function wordsFor(json: string): string {
  const value = parse(json);
  if (!isRecord(value)) return json;
  return Object.entries(value)
    .map(([key, item]) => `${key} ${JSON.stringify(item)}`)
    .join(', ');
}

function endingOf(outcome: Outcome): Ending {
  const { result } = withoutEdit(outcome.result);
  const text = result.trim();
  const { reading } = toolOf({ function: { name: outcome.name } });
  // What was read may itself speak of errors and rejected orders: only the plainest words count there.
  if (reading && !/^(?:not executed|the tool failed|cancelled while it ran|error: [^\n]{1,200}$)/i.test(text)) {
    const json = parse(text);
    return isRecord(json) && Object.keys(json).length <= 2 ? endingOfRecord(json) : { type: 'done', text };
  }
  const json = parse(text);
  if (isRecord(json)) return endingOfRecord(json);
  if (/may have taken effect|not known whether|outcome (?:is )?unknown/i.test(text) && text.length < 600) {
    const why = text.replace(/^(?:The tool failed|Cancelled while it ran)[.:]?\s*/, '');
    return { type: 'unknown', text: why.replace(/\s*It may have taken effect[^]*$/, '') };
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
  const text = reasonIn(json);
  if (json['rejected'] === true || isState(json, 'rejected')) return { type: 'rejected', text };
  if (json['denied'] === true || isState(json, 'denied')) return { type: 'denied', text };
  const failed = json['ok'] === false || json['success'] === false || json['isError'] === true;
  return failed || Boolean(json['error']) ? { type: 'failed', text } : { type: 'done', text: '' };
}

/** A short record whose state is that word, with a reason or an error beside it. */
function isState(json: Readonly<Record<string, unknown>>, word: string): boolean {
  const state = String(json['status'] ?? json['state'] ?? json['type'] ?? '').toLowerCase();
  return state === word && Object.keys(json).length <= 3 && (json['id'] ?? json['name']) === undefined;
}

function reasonIn(json: Readonly<Record<string, unknown>>): string {
  const reason = json['reason'] ?? json['error'] ?? json['message'] ?? '';
  if (isRecord(reason)) return String(reason['message'] ?? JSON.stringify(reason));
  return reason === true ? '' : String(reason);
}

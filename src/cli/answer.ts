import type { ToolCall } from '../conversation/tool-call.ts';

/** What a line says about the call that waits. */
export type Answer = 'later' | 'view' | 'grant' | DecidingAnswer;

/** An answer that becomes a decision. */
export type DecidingAnswer =
  | 'approve'
  | 'edit'
  | 'reject'
  | 'answer'
  | 'happened'
  | 'did-not-happen'
  | 'run-again'
  | 'abandon';

/** What may be said only when nothing of the call is folded (rule X5). */
export const needsAll: ReadonlySet<Answer> = new Set(['approve', 'grant', 'run-again']);

type Words = Readonly<Record<string, Answer>>;

const always: Words = { l: 'later', later: 'later' };

const approvals: Words = {
  ...always,
  y: 'approve',
  yes: 'approve',
  n: 'reject',
  no: 'reject',
  e: 'edit',
  edit: 'edit',
  g: 'grant',
  grant: 'grant',
};

const doubts: Words = {
  ...always,
  h: 'happened',
  happened: 'happened',
  'it happened': 'happened',
  n: 'did-not-happen',
  'did not happen': 'did-not-happen',
  'it did not happen': 'did-not-happen',
  r: 'run-again',
  'run again': 'run-again',
  g: 'abandon',
  'give up': 'abandon',
};

const results: Words = { ...always, a: 'answer', answer: 'answer', n: 'reject', no: 'reject' };

/** A question takes any line for its answer, so what is none begins with a slash. */
const questions: Words = { '/later': 'later', '/no': 'reject' };

/** In a pipe, only these decide about a call that waits for approval. */
const exact = new Set(['y', 'yes', 'n', 'no', 'e', 'l']);

/** The answer that a line is, when it stands alone on it; anything else is a word for the model. */
export function answerIn(line: string, call: ToolCall, interactive: boolean): Answer | undefined {
  const word = line.trim().toLowerCase();
  if (call.state === 'awaiting-input') return wordIn(questions, word) ?? (word === '' ? undefined : 'answer');
  if (interactive && (word === 'v' || word === 'view')) return 'view';
  if (call.state === 'in-doubt') return wordIn(doubts, word);
  if (call.state === 'awaiting-result') return wordIn(results, word);
  return interactive || exact.has(word) ? wordIn(approvals, word) : undefined;
}

function wordIn(words: Words, word: string): Answer | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

import type { ToolCall } from '../../conversation/tool-call.ts';
import { answerIn } from '../answer.ts';
import type { Answer } from '../answer.ts';

/** What may be said of several calls at once. */
export const forMany: ReadonlySet<Answer> = new Set<Answer>(['approve', 'reject', 'later', 'view']);

/** The keys of a question, which a line would answer. */
const questionKeys: Readonly<Record<string, Answer>> = { a: 'answer', n: 'reject', l: 'later', v: 'view' };

/** What a key says about a call: what the same letter says where a line is typed. */
export function answerOfKey(key: string, call: ToolCall): Answer | undefined {
  if (call.state === 'awaiting-input') return Object.hasOwn(questionKeys, key) ? questionKeys[key] : undefined;
  return key.length === 1 ? answerIn(key, call, true) : undefined;
}

/** The keys, as `?` lists them. */
export const keyHelp: readonly (readonly [keys: string, what: string])[] = [
  ['j, k, arrows', 'the next and the one before; PgUp, PgDn, Home, End'],
  ['Enter', 'shows all of a call'],
  ['y', 'yes. All of it must have been on the screen: the first y shows it'],
  ['n', 'no, with a reason if you like'],
  ['g', 'where it is offered: yes, and calls like this one ask no more'],
  ['e', 'other arguments, in the editor that VISUAL or EDITOR names'],
  ['l', 'later: until when?'],
  ['a', 'an answer: to a question, or in place of what is done elsewhere'],
  ['h n r g', 'in doubt: it happened, did not, run again, give up'],
  ['space', 'marks a call; y, n and l are then about all that are marked'],
  ['/', 'looks for words; Esc shows all again'],
  ['q', 'leaves, or goes back to the list; so does Esc'],
];

import type { Decision } from '../conversation/decision.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { messageOf } from './sentence.ts';
import { editJson } from './edit.ts';
import type { Input } from './input.ts';
import { visibleJson } from './plain-text.ts';
import type { Screen } from './screen.ts';

/** What a line says about the call that waits. */
export type Answer = 'later' | 'view' | 'edit' | 'approve' | 'reject' | DoubtAnswer;

type DoubtAnswer = 'happened' | 'did-not-happen' | 'run-again' | 'abandon';

const approvals: Readonly<Record<string, Answer>> = {
  y: 'approve',
  yes: 'approve',
  n: 'reject',
  no: 'reject',
  e: 'edit',
  edit: 'edit',
  l: 'later',
  later: 'later',
};

const doubts: Readonly<Record<string, Answer>> = {
  h: 'happened',
  happened: 'happened',
  d: 'did-not-happen',
  'did not happen': 'did-not-happen',
  r: 'run-again',
  'run again': 'run-again',
  a: 'abandon',
  abandon: 'abandon',
  l: 'later',
  later: 'later',
};

/** In a pipe, only these decide about a call that waits for approval. */
const exact = new Set(['y', 'yes', 'n', 'no', 'e', 'l']);

/** The answer that a line is, when it stands alone on it; anything else is a word for the model. */
export function answerIn(line: string, call: ToolCall, interactive: boolean): Answer | undefined {
  const word = line.trim().toLowerCase();
  if (interactive && (word === 'v' || word === 'view')) return 'view';
  if (call.state === 'in-doubt') return Object.hasOwn(doubts, word) ? doubts[word] : undefined;
  const decides = interactive ? Object.hasOwn(approvals, word) : exact.has(word);
  return decides ? approvals[word] : undefined;
}

/** Makes the decision complete: a reason, other arguments, what came of it. Nothing when the person gave up. */
export async function decisionFor(
  answer: Exclude<Answer, 'later' | 'view'>,
  call: ToolCall,
  { input, screen }: { readonly input: Input; readonly screen: Screen },
): Promise<Decision | undefined> {
  switch (answer) {
    case 'approve':
      return { type: 'approve' };
    case 'reject': {
      if (!screen.interactive) return { type: 'reject' };
      const reason = await input.line('Why not? (Enter: no reason) ');
      if (reason === undefined) return undefined;
      return reason.trim() === '' ? { type: 'reject' } : { type: 'reject', reason: reason.trim() };
    }
    case 'edit':
      return edited(call, input, screen);
    case 'happened': {
      const output = screen.interactive ? await input.line('What came of it? (Enter: not known) ') : '';
      if (output === undefined) return undefined;
      return {
        type: 'happened',
        output: output.trim() || 'A person says that it happened. What it gave is not known.',
      };
    }
    case 'did-not-happen':
    case 'run-again':
    case 'abandon':
      return { type: answer };
  }
}

async function edited(call: ToolCall, input: Input, screen: Screen): Promise<Decision | undefined> {
  const before = visibleJson(call.input ?? {});
  if (!screen.interactive) screen.line('The next line is read as the arguments, in JSON.');
  const text = await editJson(before, input);
  if (text === undefined || text.trim() === '' || text === before) {
    screen.note('Nothing was changed.');
    return undefined;
  }
  try {
    return { type: 'approve', input: JSON.parse(text) };
  } catch (error) {
    screen.error(`These arguments are not JSON: ${messageOf(error)}.`);
    return undefined;
  }
}

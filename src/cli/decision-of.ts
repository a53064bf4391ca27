import type { Decision } from '../conversation/decision.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { DecidingAnswer } from './answer.ts';
import { editArguments } from './editing/arguments.ts';
import type { Check } from './editing/arguments.ts';
import type { Input } from './input.ts';
import { visibleJson } from '../wire/plain-text.ts';
import type { Paper } from './screen.ts';
import { messageOf } from './sentence.ts';
import { spokenOutput } from './spoken-output.ts';

/** An answer, the line that gave it, and where more can be asked. */
export interface Answered {
  readonly answer: DecidingAnswer;
  readonly line: string;
  readonly call: ToolCall;
  readonly input: Input;
  readonly screen: Paper;
  /** What is wrong with other arguments. */
  readonly check?: Check | undefined;
}

/** Makes the decision complete: a reason, other arguments, what came of it. Nothing when the person gave up. */
export async function decisionOf(answered: Answered): Promise<Decision | undefined> {
  const { answer, call, line } = answered;
  switch (answer) {
    case 'approve':
      return { type: 'approve' };
    case 'reject':
      return rejected(answered);
    case 'edit':
      return edited(answered);
    case 'answer': {
      if (call.state === 'awaiting-input') return { type: 'answer', output: spokenOutput(line, call.schema) };
      const output = await resultFor(answered);
      return output === undefined ? undefined : { type: 'answer', output };
    }
    case 'happened': {
      const output = await happened(answered);
      return output === undefined ? undefined : { type: 'happened', output };
    }
    case 'did-not-happen':
    case 'run-again':
    case 'abandon':
      return { type: answer };
  }
}

async function rejected({ input, screen }: Answered): Promise<Decision | undefined> {
  if (!screen.interactive) return { type: 'reject' };
  const reason = await input.line('Why not? (Enter: no reason) ');
  if (reason === undefined) return undefined;
  return reason.trim() === '' ? { type: 'reject' } : { type: 'reject', reason: reason.trim() };
}

async function edited(answered: Answered): Promise<Decision | undefined> {
  const { call, input, screen } = answered;
  if (screen.interactive) {
    const edit = await editArguments(answered);
    return edit && { type: 'approve', input: edit.input };
  }
  screen.line('The next line is read as the arguments, in JSON.');
  const text = await input.line('Arguments: ');
  if (text === undefined || text.trim() === '' || text === visibleJson(call.input ?? {})) {
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

/** What a tool that runs elsewhere gave, as a person tells it. */
async function resultFor({ input, screen }: Answered): Promise<unknown> {
  if (!screen.interactive) screen.line('The next line is read as the result, text or JSON.');
  const text = await input.line('What is the result, text or JSON? (Enter: none yet) ');
  return text === undefined || text.trim() === '' ? undefined : spokenOutput(text, undefined);
}

async function happened({ input, screen }: Answered): Promise<unknown> {
  const text = screen.interactive ? await input.line('What came of it, text or JSON? (Enter: not known) ') : '';
  if (text === undefined) return undefined;
  return text.trim() === ''
    ? 'A person says that it happened. What it gave is not known.'
    : spokenOutput(text, undefined);
}

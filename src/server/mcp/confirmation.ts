import { inputRequired, inputResponse } from '@modelcontextprotocol/server';
import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import { orderedJson, sha256 } from '../../conversation/digest.ts';
import type { Decision } from '../../conversation/decision.ts';
import { lookAlikes, textsIn } from '../../wire/look-alikes.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';
import { callIn } from '../deciding.ts';
import type { Choice } from '../deciding.ts';
import type { Caller } from '../dialect.ts';
import { refused } from './result.ts';
import type { HostContext } from './tool.ts';
import { argumentLines, waitingCall, waitingLines } from './waiting-call.ts';

/** A decision that was handed in, and where. */
interface HandedIn {
  readonly read: ReadThread;
  readonly choice: Choice;
}

/** How long a text is shown for a confirmation, in characters: nobody reads more, and hosts cut it off. */
const longest = 20_000;

/**
 * Asks the person before a host whether they decide this: `confirmed` when they have said so about exactly this, else the
 * question, or why it does not count. The model chooses the arguments of a tool, and not what its person answers.
 */
export function confirmed(
  { who, view }: Caller,
  { read, choice }: HandedIn,
  { elicitation, answers }: HostContext,
): 'confirmed' | CallToolResult | InputRequiredResult {
  if (!asksByForm(elicitation)) return refused('unconfirmed', cannotAsk);
  const { thread } = read.thread;
  // The answer comes back under this name: one that was given to another question counts for nothing.
  const asked = sha256(orderedJson([who.tenant, who.principal, thread, { ...choice }])).slice(0, 32);
  const answer = inputResponse({ ...answers }, asked);
  if (answer.kind === 'elicit') {
    if (answer.action === 'accept' && answer.content?.['confirm'] === true) return 'confirmed';
    return refused('declined', 'The person did not confirm it, so nothing was decided. The call waits on.');
  }
  const message = questionOf({ who, view }, { read, choice });
  if (message.length > longest) return refused('too-long', tooLong);
  const confirm = { type: 'boolean', title: `Yes: ${choice.decision.type}`, default: false } as const;
  const requestedSchema = { type: 'object' as const, properties: { confirm }, required: ['confirm'] };
  const elicit = inputRequired.elicit({ message, requestedSchema });
  return inputRequired({ inputRequests: { [asked]: elicit } });
}

const elsewhere = 'The person decides where they see it: in the console, or with "yourcall inbox" in a terminal.';
const cannotAsk = `This host cannot ask its person to confirm (elicitation), so nothing was decided. ${elsewhere}`;
const tooLong = `It is too long to be confirmed here, so nothing was decided. ${elsewhere}`;

/** One that names no way of asking asks by form. */
function asksByForm(elicitation: object | undefined): boolean {
  return elicitation !== undefined && ('form' in elicitation || Object.keys(elicitation).length === 0);
}

function questionOf({ who, view }: Pick<Caller, 'who' | 'view'>, { read, choice }: HandedIn): string {
  const { thread, title } = read.thread;
  // It is there: it was looked for before anybody was asked. Unlike the model, they see what they decide about.
  const call = view.redactedCall(callIn(read.messages, choice.call)!);
  const lines = [
    `Do you decide this, as ${visible(who.principal)}: ${choice.decision.type}?`,
    '',
    ...waitingLines(waitingCall(thread, call)),
    '',
    ...changeLines(choice.decision),
    `  in thread ${visible(title ?? thread)}`,
  ];
  return lines.join('\n');
}

/** What the decision brings along. */
function changeLines(decision: Decision): readonly string[] {
  switch (decision.type) {
    case 'approve': {
      const { input, notBefore } = decision;
      const when = notBefore === undefined ? [] : [`  not before ${visible(notBefore)}`];
      if (input === undefined) return when;
      const flags = lookAlikes(textsIn(input)).map((flag) => `  ! ${flag}`);
      return ['With OTHER ARGUMENTS, in place of those above:', ...argumentLines(input), ...flags, ...when];
    }
    case 'reject':
      return decision.reason === undefined ? [] : [`  reason: ${visible(decision.reason)}`];
    case 'answer':
    case 'happened':
      return [`  the model is told: ${visibleJson(decision.output)}`];
    case 'snooze':
      return [`  until ${visible(decision.until)}`];
    case 'did-not-happen':
    case 'run-again':
    case 'abandon':
      return [];
  }
}

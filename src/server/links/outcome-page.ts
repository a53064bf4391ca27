import type { DecisionAnswer } from '../../chat/types.ts';
import type { DecisionRecord } from '../../conversation/decision.ts';
import { isOpen } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible } from '../../wire/plain-text.ts';
import { markup, page } from './page.ts';
import type { Standing } from './standing.ts';

/** What was done, or why nothing was, in a sentence. */
function told(status: number, title: string, sentence: string): Response {
  return page(status, { title, body: markup`<p>${sentence}</p>` });
}

/** The page of a link that we have not made. */
export function forgedPage(): Response {
  return told(404, 'This link is not valid', 'It was not made here, or was changed on its way.');
}

/** The page of a link whose time is over. */
export function expiredPage(): Response {
  return told(410, 'This link has expired', 'Nothing was decided with it now. Ask for another one.');
}

/** The page of a link about which nothing is asked any more. */
export function settledPage(status: number, standing: Exclude<Standing, { type: 'asked' }>): Response {
  switch (standing.type) {
    case 'decided':
      return earlierPage(status, standing.call, standing.earlier);
    case 'over':
      return told(410, 'Nothing is asked any more', `Nobody has to decide about ${nameOf(standing.call)} now.`);
    case 'changed':
      return stalePage(standing.call);
    case 'gone':
      return told(404, 'There is nothing to decide', 'What this link was about is not there any more.');
  }
}

/** The page after a decision. */
export function answerPage(answer: DecisionAnswer): Response {
  const name = nameOf(answer.call);
  switch (answer.type) {
    case 'applied':
      return appliedPage(answer.call);
    case 'already':
      return earlierPage(409, answer.call, answer.earlier);
    case 'stale':
      return stalePage(answer.call);
    case 'expired':
      return told(410, 'Too late', `The time to decide about ${name} is over.`);
    case 'forbidden':
      return told(403, 'Not yours to decide', `About ${name}: ${visible(answer.reason)}.`);
    case 'invalid':
      return told(422, 'Not possible like this', `${name} needs other arguments, which this page cannot take.`);
    case 'too-early':
      return told(409, 'Too early', `An earlier attempt of ${name} may still be under way.`);
  }
}

function appliedPage(call: ToolCall): Response {
  if (call.state === 'rejected') return told(200, 'Rejected', `${nameOf(call)} will not run.`);
  const isWaiting = (call.requirements ?? []).some(isOpen);
  const from = call.notBefore === undefined ? 'now' : `from ${new Date(call.notBefore).toISOString()} on`;
  const sentence = isWaiting ? 'waits for the approval of others too' : `may run ${from}`;
  return told(200, 'Approved', `${nameOf(call)} ${sentence}.`);
}

function stalePage(call: ToolCall): Response {
  const sentence = `What is asked about ${nameOf(call)} is not what it was when this link was sent. Ask for another one.`;
  return told(409, 'This has changed', sentence);
}

function earlierPage(status: number, call: ToolCall, { decision, by, at }: DecisionRecord): Response {
  const who = by === undefined ? 'Somebody' : visible(by);
  const sentence = `${who} has said "${decision.type}" about ${nameOf(call)} at ${new Date(at).toISOString()}.`;
  return told(status, 'This was decided already', sentence);
}

function nameOf({ name }: ToolCall): string {
  return visible(name);
}

import { demandsOn } from '../../conversation/addressee.ts';
import { isObject } from '../../conversation/json.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { lookAlikes, textsIn } from '../../wire/look-alikes.ts';
import { sizeOf, visible, visibleJson, visibleLines } from '../../wire/plain-text.ts';
import { inputOf, questionAbout } from '../descriptor.ts';
import { markup, page } from './page.ts';
import type { Html } from './page.ts';

/** The page on which somebody decides about a call: all of it as data, and below it what they may say (rule X5). */
export function questionPage(call: ToolCall, principal: string): Response {
  const { reason, descriptor } = questionAbout(call, demandsOn(call));
  const { risk, preview, decisions, expiresAt } = descriptor;
  const name = visible(call.name);
  const body = markup`<p>A model wants to call this tool. You decide as ${visible(principal)}.</p>
<dl>${[
    ...(reason === undefined ? [] : [row('Why you are asked', visibleLines(reason))]),
    ...(risk === undefined ? [] : [row('Risk', visible(risk))]),
    ...(expiresAt === undefined ? [] : [row('Until', new Date(expiresAt).toISOString())]),
    ...(preview === undefined ? [] : [row('What will happen', visibleLines(preview))]),
  ]}</dl>
<h2>Arguments</h2>
<dl>${argumentsOf(inputOf(call))}</dl>
${lookAlikes(textsIn([call.name, inputOf(call), preview ?? ''])).map(flag)}
${decisions.includes('approve') ? [approval] : []}${decisions.includes('reject') ? [rejection] : []}`;
  return page(200, { title: `May ${name} run?`, body });
}

// Two forms: with one, the enter key behind a reason for saying no would press the first button, which says yes.
const approval = markup`<form method="post"><input type="hidden" name="decision" value="approve"><button>Approve</button></form>`;
const rejection = markup`<form method="post"><input type="hidden" name="decision" value="reject">
<label>Reason, if you like <input name="reason" maxlength="1000" autocomplete="off"></label><button>Reject</button></form>`;

/** Each key, and all of its value: nothing is folded, and the buttons stand behind the end. */
function argumentsOf(input: unknown): readonly Html[] {
  if (!isObject(input)) return [row('', valueText(input))];
  return Object.entries(input).map(([key, value]) => row(keyText(key, value), valueText(value)));
}

function keyText(key: string, value: unknown): string {
  const name = /^[\w.-]+$/.test(key) ? key : visibleJson(key);
  return typeof value === 'string' && value.length > long ? `${name} (${sizeOf(value)})` : name;
}

/** From how many characters on it is told how long a text is. */
const long = 200;

function valueText(value: unknown): string {
  const hasLines = typeof value === 'string' && value.includes('\n');
  return hasLines ? visibleLines(value) : visibleJson(value, 2);
}

function row(name: string, value: string): Html {
  return markup`<dt>${name}</dt><dd>${value}</dd>`;
}

function flag(sentence: string): Html {
  return markup`<p class="flag">! ${sentence}</p>`;
}

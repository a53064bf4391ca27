import type { Conversation } from '../conversation/conversation.ts';
import { textOf } from '../conversation/message.ts';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { callLine } from './call-text.ts';
import { clip, count, visible } from '../wire/plain-text.ts';
import { thingsToTry } from './playground.ts';
import { clockText } from './time-text.ts';

/** What a person should know before the first word. */
export interface Circumstances {
  readonly folder: string;
  /** `provider/name`. */
  readonly model: string;
  /** Why this model. */
  readonly because: string;
  /** Where the words go. */
  readonly where: string;
  /** Where the conversation is kept. */
  readonly kept: string;
  readonly interactive: boolean;
}

/** The first lines. */
export function greeting({ folder, model, because, where, kept, interactive }: Circumstances): readonly string[] {
  return [
    `yourcall in ${visible(folder)}`,
    `Model: ${visible(model)} (${visible(because)})`,
    `Data: ${visible(where)}`,
    `Kept: ${kept}`,
    'Reading files of this folder runs at once; writing, deleting and running commands ask you first.',
    ...(interactive ? ['Ctrl-C stops an answer, a second one leaves; so does Ctrl-D.'] : []),
    ...(interactive ? thingLines(folder) : []),
  ];
}

function thingLines(folder: string): readonly string[] {
  const things = thingsToTry(folder).map(({ shown }, index) => `  ${index + 1}. ${visible(shown)}`);
  return things.length === 0
    ? []
    : ['', 'Things to try, by their words or their number; README.md says more:', ...things];
}

/** Where a conversation that was kept has stopped: the last words of both sides. */
export function lastWords({ messages }: Conversation, width: number): readonly string[] {
  const word = messages.findLastIndex(({ role }) => role === 'user');
  const said = (some: readonly Message[]): string | undefined =>
    some.map((message) => textOf(message).trim()).findLast((text) => text !== '');
  const lines = {
    'You said': said(messages.filter(({ role }) => role === 'user')),
    'The answer was': said(messages.slice(word + 1).filter(({ role }) => role === 'assistant')),
  };
  return Object.entries(lines).flatMap(([who, text]) =>
    text === undefined ? [] : [clip(`${who}: ${visible(text.replace(/\s+/g, ' '))}`, width)],
  );
}

/** What is left waiting when the program ends. */
export function farewell(calls: readonly ToolCall[], width: number): readonly string[] {
  return [`${count(calls.length, 'call')} still waiting:`, ...calls.map((call) => lineOf(call, width))];
}

function lineOf(call: ToolCall, width: number): string {
  return `  ${stateText(call)}: ${callLine(call, width - 30)}`;
}

function stateText(call: ToolCall): string {
  switch (call.state) {
    case 'awaiting-approval':
      return 'for your yes or no';
    case 'in-doubt':
      return 'in doubt';
    case 'awaiting-input':
      return 'for an answer';
    case 'awaiting-result':
      return 'for a result from elsewhere';
    case 'deferred':
    case 'snoozed':
      return `until ${clockText(call.until, Date.now())}`;
    default:
      return call.state;
  }
}

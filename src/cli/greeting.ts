import { resolve } from 'node:path';
import type { Conversation } from '../conversation/conversation.ts';
import { textOf } from '../conversation/message.ts';
import type { Message } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { callLine } from './call-text.ts';
import type { Options } from './options.ts';
import { clip, count, visible } from './plain-text.ts';
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
  /** The file that keeps the conversation. */
  readonly file: string | undefined;
  readonly interactive: boolean;
}

/** The first lines. */
export function greeting({ folder, model, because, where, file, interactive }: Circumstances): readonly string[] {
  return [
    `yourcall in ${visible(folder)}`,
    `Model: ${visible(model)} (${visible(because)})`,
    `Data: ${visible(where)}`,
    `Kept: ${file === undefined ? 'in memory only; --file talk.json keeps it' : `in ${visible(resolve(file))}; delete it to begin anew`}`,
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
  const said = (role: Message['role']): string | undefined =>
    messages
      .filter((message) => message.role === role)
      .map((message) => textOf(message).trim())
      .findLast((text) => text !== '');
  const lines = { 'You said': said('user'), 'The answer was': said('assistant') };
  return Object.entries(lines).flatMap(([who, text]) =>
    text === undefined ? [] : [clip(`${who}: ${visible(text.replace(/\s+/g, ' '))}`, width)],
  );
}

/** What is left waiting when the program ends, and how to come back to it. */
export function farewell(calls: readonly ToolCall[], options: Options, width: number): readonly string[] {
  const { file, model, baseURL } = options;
  const back =
    file === undefined
      ? 'This talk was kept in memory only, so it ends here and nothing of this is done. With --file talk.json it would wait.'
      : `It waits in ${visible(file)}. Come back with: ${command({ '--model': model, '--base-url': baseURL, '--file': file })}`;
  return [`${count(calls.length, 'call')} still waiting:`, ...calls.map((call) => lineOf(call, width)), back];
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

/** What to type, here or in a clone. */
function command(options: Readonly<Record<string, string | undefined>>): string {
  const inClone = process.env['npm_lifecycle_event'] === 'start' && process.env['npm_package_name'] === 'yourcall';
  const words = Object.entries(options)
    // `npm start` keeps the talk there by itself.
    .filter(([, value]) => value !== undefined && !(inClone && value === '.talk.json'))
    .flatMap(([name, value = '']) => [name, quoted(value)]);
  if (!inClone) return ['yourcall', ...words].join(' ');
  return ['npm start', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
}

function quoted(file: string): string {
  return /^[\w@%+=:,./-]+$/.test(file) ? file : `'${visible(file).replaceAll("'", String.raw`'\''`)}'`;
}

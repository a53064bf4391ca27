import { isObject } from '../../conversation/json.ts';
import { isEdited, resultOf } from '../../conversation/result.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Bridge } from './bridge.ts';
import { resultFile, promptFile } from './file.ts';
import type { PromptObject } from './file.ts';

/** What the model is told of a call that ran here, and files that it can only be shown by a user. */
export interface Told {
  readonly output: PromptObject;
  readonly more: readonly PromptObject[];
}

/** The result of a settled call. What was not completed is an error in words that say what happened. */
export function toldOf(call: ToolCall, id: string, { bridge, warn }: { bridge: Bridge; warn: Warn }): Told {
  const { content, isError } = resultOf(call);
  const words = content.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : [])).join('\n\n');
  if (isError) return { output: { type: 'error-text', value: words }, more: [] };
  if (isBare(call)) return { output: { type: 'json', value: call.output }, more: [] };
  const files = content.filter((part) => part.type === 'file');
  if (files.length === 0) return { output: { type: 'text', value: words === '' ? '(no output)' : words }, more: [] };
  const isTaken = bridge.rules.filesInResults === true;
  const shown = files.map((file) => {
    const sent = isTaken ? resultFile(file, bridge) : promptFile(file, bridge);
    if (!sent) warn(`cannot be sent the file of type ${file.mediaType} in the result of ${call.name}`);
    return sent ?? { type: 'text', text: `(A file of type ${file.mediaType} that cannot be shown here.)` };
  });
  if (isTaken) {
    const text = words === '' ? [] : [{ type: 'text', text: words }];
    return { output: { type: 'content', value: [...text, ...shown] }, more: [] };
  }
  warn(`takes only text in the result of a tool: the files of ${call.name} follow in a message of the user`);
  const title = { type: 'text', text: `From the result of ${call.name} (${id}):` };
  return { output: { type: 'text', value: words === '' ? '(its files follow)' : words }, more: [title, ...shown] };
}

/** Told of what could not be sent as it is. */
export type Warn = (reason: string) => void;

/** An output that goes as JSON: some providers keep its structure. */
function isBare(call: ToolCall): call is ToolCall & { readonly state: 'completed' } {
  if (call.state !== 'completed' || call.content !== undefined || isEdited(call)) return false;
  return isObject(call.output) || Array.isArray(call.output);
}

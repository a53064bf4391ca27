import type { ContentPart } from '../../../conversation/content.ts';
import type { ToolPart } from '../../../conversation/part.ts';
import { resultOf } from '../../../conversation/result.ts';
import { isJson } from '../../json-text.ts';
import { wireFile } from './file.ts';
import type { WireObject } from './file.ts';
import { originOf } from './origin.ts';
import type { ResponsesWire } from './quirks.ts';

/**
 * A call as its provider wrote it (rule W1), with what that provider wants back beside it (a namespace, a caller).
 * The item's own id is not sent: nothing is stored that could be found by it.
 */
export function callItem(
  part: ToolPart,
  { id, name }: { readonly id: string; readonly name: string },
  wire: ResponsesWire,
): WireObject {
  const { call } = part;
  const { type, ...rest } = originOf(part, wire) ?? {};
  if (type === 'custom_tool_call') return { ...rest, type, call_id: id, name, input: call.arguments };
  const isBroken = wire.quirks.brokenArguments === undefined && !isJson(call.arguments);
  const text = isBroken ? '{}' : call.arguments;
  return { ...rest, type: 'function_call', call_id: id, name, arguments: text };
}

/** What came of a call. Files that the wire cannot send are told of, so that the conversation can go on. */
export function resultItem(
  part: ToolPart,
  id: string,
  { wire, warn }: { readonly wire: ResponsesWire; warn(reason: string): void },
): WireObject {
  const { type, caller } = originOf(part, wire) ?? {};
  const { content } = resultOf(part.call);
  const shown = (one: ContentPart): WireObject | undefined => {
    if (one.type === 'text') return one.text === '' ? undefined : { type: 'input_text', text: one.text };
    const file = wireFile(one, wire);
    if (file) return file;
    warn(`cannot be sent the file of type ${one.mediaType} in the result of ${part.call.name}`);
    return { type: 'input_text', text: `(A file of type ${one.mediaType} that cannot be shown here.)` };
  };
  const pieces: WireObject[] = content.map(shown).filter((piece) => piece !== undefined);
  const isText = pieces.every((piece) => piece['type'] === 'input_text');
  const output = isText ? pieces.map((piece) => piece['text']).join('\n\n') || '(no output)' : pieces;
  return {
    type: type === 'custom_tool_call' ? 'custom_tool_call_output' : 'function_call_output',
    call_id: id,
    output,
    ...(caller !== undefined && { caller }),
  };
}

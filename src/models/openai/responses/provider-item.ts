import { isObject } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { Part, ToolPart } from '../../../conversation/part.ts';
import { resultOf } from '../../../conversation/result.ts';
import type { WireObject } from './file.ts';
import { isOfModel, itemIn, originOf } from './origin.ts';
import type { ResponsesWire } from './quirks.ts';

/**
 * The items of a call that the provider ran, or is to run: verbatim, and only what is over. Calls of another provider or
 * model are nothing here: what came of them is in the words that followed.
 */
export function providerItems(part: ToolPart, message: Message, wire: ResponsesWire): readonly WireObject[] {
  const item = itemIn(part, wire);
  if (!item) return [];
  if (item['type'] === 'mcp_approval_request') return approvalItems(part, item, wire);
  if (!isOfModel(part.origin, wire)) return [];
  return item['type'] === 'image_generation_call' ? imageItem(item, message, wire) : [item];
}

/**
 * The request, what was decided, and the call that followed. Approval is told while the call waits for it, and with the call
 * behind it: alone it would make the provider run it again (rule W3).
 */
function approvalItems(part: ToolPart, request: WireObject, wire: ResponsesWire): readonly WireObject[] {
  const { call } = part;
  const made = originOf(part, wire)?.['call'];
  const response = { type: 'mcp_approval_response', approval_request_id: request['id'] };
  if (isObject(made)) return [request, { ...response, approve: true }, made];
  if (call.state === 'running') return [request, { ...response, approve: true }];
  const reason = resultOf(call).content.flatMap((one) => (one.type === 'text' ? one.text : []));
  return [request, { ...response, approve: false, reason: reason.join('\n\n') }];
}

/** The image stands once in a conversation: as the file that people see. */
function imageItem(item: WireObject, message: Message, wire: ResponsesWire): readonly WireObject[] {
  const isOfItem = (part: Part): boolean => part.type === 'file' && originOf(part, wire)?.['image'] === item['id'];
  const file = message.parts.find(isOfItem);
  if (file?.type !== 'file' || file.source.type !== 'base64') return [];
  return [{ ...item, result: file.source.data }];
}

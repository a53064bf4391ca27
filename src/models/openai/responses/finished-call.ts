import type { ModelEvent, ModelRequest } from '../../../chat/model.ts';
import type { FilePart } from '../../../conversation/content.ts';
import type { ToolPart } from '../../../conversation/part.ts';
import type { GrowingItem, Members } from './growing.ts';
import { itemIn, originWith } from './origin.ts';
import { providerCallOf } from './provider-call.ts';
import type { ResponsesWire } from './quirks.ts';

/** What the end of a call depends on. */
interface Answer {
  readonly wire: ResponsesWire;
  readonly request: Partial<ModelRequest>;
  readonly events: ModelEvent[];
}

/** Tells the end of a call that the provider ran, or asks to run; `false` for every other item. */
export function finishProviderCall(growing: GrowingItem, { wire, request, events }: Answer): boolean {
  const { key, item } = growing;
  const call = providerCallOf(item, request.providerTools);
  if (!call) return false;
  const { name, output, isError } = call;
  const id = typeof item['id'] === 'string' && item['id'] !== '' ? { id: item['id'] } : {};
  const approved = approvedBy(item, request, wire);
  if (approved) {
    const origin = originWith({ item: itemIn(approved, wire), call: item }, wire);
    const { providerId } = approved.call;
    events.push({ type: 'result', ...(providerId && { id: providerId }), output, ...(isError && { isError }), origin });
    return true;
  }
  const isAsking = item['type'] === 'mcp_approval_request';
  const { result: image, ...kept } = item['type'] === 'image_generation_call' ? trimmed(item) : item;
  const origin = originWith({ item: kept }, wire);
  if (!growing.isCalled) {
    const text = growing.whole(call.arguments);
    growing.tell(name, events);
    const asking = isAsking && ({ needsApproval: true, origin } as const);
    events.push({ type: 'call', key, ...id, name, arguments: text, providerExecuted: true, ...asking });
  }
  if (isAsking) return true;
  events.push({ type: 'result', key, ...id, output, ...(isError && { isError }), origin });
  if (typeof image === 'string' && image !== '') events.push({ type: 'part', value: fileOf(item, image, wire) });
  return true;
}

/** The call of an earlier answer that was approved so that this one might be made. */
function approvedBy(
  { type, approval_request_id: id }: Members,
  { messages = [] }: Partial<ModelRequest>,
  wire: ResponsesWire,
): ToolPart | undefined {
  if (type !== 'mcp_call' || typeof id !== 'string') return undefined;
  const parts = messages.flatMap(({ parts }) => parts);
  return parts.findLast((part): part is ToolPart => part.type === 'tool' && itemIn(part, wire)?.['id'] === id);
}

/** What of an image's item is sent back: servers refuse members that they gave themselves. */
function trimmed({ type, id, result, revised_prompt: prompt }: Members): Members {
  return { type, id, status: 'completed', result, ...(typeof prompt === 'string' && { revised_prompt: prompt }) };
}

function fileOf({ id, output_format: format }: Members, data: string, wire: ResponsesWire): FilePart {
  return {
    type: 'file',
    mediaType: `image/${typeof format === 'string' ? format : 'png'}`,
    source: { type: 'base64', data },
    origin: originWith({ image: id }, wire),
  };
}

import type { ModelEvent, ModelRequest, ToolDeclaration } from '../../../chat/model.ts';
import type { Json } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { callIdOf } from '../../call-id.ts';
import type { WireRequest } from '../../connection.ts';
import { KeptBody } from '../../kept-body.ts';
import { wireMessages } from './message.ts';
import type { ChatWire } from './quirks.ts';
import { wireSettings } from './settings.ts';

/**
 * Renders a request. What was rendered before for this conversation and wire is taken from `request.kept`, and what
 * was warned of then is not warned of again.
 */
export function chatRequest(request: ModelRequest, wire: ChatWire): WireRequest {
  const kept = keptFor(request, wire);
  const nativeTools = request.settings.providerOptions?.[wire.provider]?.['tools'];
  const head = headOf(request, { wire, kept, nativeTools });
  const same = kept.body.keep(request.messages, head.text);
  for (const [id, place] of kept.ids) if (place >= same) kept.ids.delete(id);
  const told: ModelEvent[] = [];
  const warn = (reason: string): void => {
    told.push({ type: 'warning', reason: `${wire.provider}/${wire.model} ${reason}.` });
  };
  kept.body.add(request.messages, (message, place) => {
    return render(message, { place, wire, kept, warn, previous: request.messages[place - 1] });
  });
  const hasTools = request.tools.length > 0 || nativeTools !== undefined;
  const { members, warnings } = wireSettings(request.settings, wire, hasTools);
  return { body: kept.body.end(`],${JSON.stringify(members).slice(1)}`), warnings: [...warnings, ...told] };
}

/** What is kept between the requests of a conversation. */
interface Kept {
  readonly body: KeptBody;
  /** The ids given to calls, with the index of their message. */
  readonly ids: Map<string, number>;
  head: Head | undefined;
}

interface Head {
  readonly instructions: string | undefined;
  readonly tools: readonly ToolDeclaration[];
  readonly nativeTools: Json | undefined;
  readonly text: string;
}

function keptFor({ kept }: ModelRequest, wire: ChatWire): Kept {
  // Nobody else knows this wire object, so what stands under it is ours.
  let own = kept.get(wire) as Kept | undefined;
  if (!own) kept.set(wire, (own = { body: new KeptBody(), ids: new Map(), head: undefined }));
  return own;
}

/** The beginning of the body, up to the first message: long tools are rendered once. */
function headOf(
  { instructions, tools }: ModelRequest,
  { wire, kept, nativeTools }: { wire: ChatWire; kept: Kept; nativeTools: Json | undefined },
): Head {
  const { head } = kept;
  if (head && head.instructions === instructions && head.tools === tools && head.nativeTools === nativeTools)
    return head;
  const declared = [...tools.map(wireTool), ...(Array.isArray(nativeTools) ? nativeTools : [])];
  const first = { model: wire.model, ...(declared.length > 0 && { tools: declared }) };
  const system = instructions ? JSON.stringify({ role: 'system', content: instructions }) : '';
  const text = `${JSON.stringify(first).slice(0, -1)},"messages":[${system}`;
  return (kept.head = { instructions, tools, nativeTools, text });
}

function wireTool({ name, description, inputSchema }: ToolDeclaration): unknown {
  return { type: 'function', function: { name, description, parameters: inputSchema } };
}

interface Place {
  readonly place: number;
  readonly wire: ChatWire;
  readonly kept: Kept;
  readonly previous: Message | undefined;
  readonly warn: (reason: string) => void;
}

function render(message: Message, { place, wire, kept, previous, warn }: Place): string {
  const idOf = (call: ToolCall): string => {
    const id = callIdOf(call, wire.quirks.callIds, (used) => kept.ids.has(used));
    kept.ids.set(id, place);
    return id;
  };
  const isFirst = kept.body.isEmpty && !kept.head?.instructions;
  let text = '';
  for (const one of wireMessages(message, wire, { idOf, previous, warn })) {
    text += `${isFirst && text === '' ? '' : ','}${JSON.stringify(one)}`;
  }
  return text;
}

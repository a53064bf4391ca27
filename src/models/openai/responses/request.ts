import type {
  ModelEvent,
  ModelRequest,
  OutputDeclaration,
  ProviderToolDeclaration,
  Settings,
  ToolDeclaration,
} from '../../../chat/model.ts';
import type { Json } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { callIdOf } from '../../call-id.ts';
import { callNameOf } from '../../call-name.ts';
import type { WireRequest } from '../../connection.ts';
import { KeptBody } from '../../kept-body.ts';
import { remembered } from '../../remembered.ts';
import { foreignTools } from '../../warning.ts';
import { inputItems } from './input.ts';
import type { ResponsesWire } from './quirks.ts';
import { wireSettings } from './settings.ts';
import { ownTools, wireTools } from './tools.ts';

/**
 * Renders a request. What was rendered before for this conversation and wire is taken from `request.kept`, and what
 * was warned of then is not warned of again.
 */
export function responsesRequest(request: ModelRequest, wire: ResponsesWire): WireRequest {
  const kept = keptFor(request, wire);
  const given = request.settings.providerOptions?.[wire.provider]?.['tools'];
  const same = kept.body.keep(
    request.messages,
    rendererOf(wire).head(request.instructions, request.tools, request.providerTools, given),
  );
  if (kept.ids.size > 0) for (const [id, place] of kept.ids) if (place >= same) kept.ids.delete(id);
  const told: ModelEvent[] = [];
  const warn = (reason: string): void => {
    told.push({ type: 'warning', reason: `${wire.provider}/${wire.model} ${reason}.` });
  };
  kept.body.add(request.messages, (message, place) =>
    render(message, place, { wire, kept, warn, tools: request.tools }),
  );
  const hasTools = request.tools.length > 0 || given !== undefined;
  const { text, warnings } = rendererOf(wire).tail(request.settings, request.output, request.providerTools, hasTools);
  return { body: kept.body.end(text), warnings: told.length === 0 ? warnings : [...warnings, ...told] };
}

type Provided = readonly ProviderToolDeclaration[] | undefined;

/** What is rendered the same for many requests: of one conversation, and of many that one chat has. */
interface Renderer {
  head(
    instructions: string | undefined,
    tools: readonly ToolDeclaration[],
    providerTools: Provided,
    given: Json | undefined,
  ): string;
  tail(
    settings: Settings,
    output: OutputDeclaration | undefined,
    providerTools: Provided,
    hasTools: boolean,
  ): { readonly text: string; readonly warnings: readonly ModelEvent[] };
}

const renderers = new WeakMap<ResponsesWire, Renderer>();

function rendererOf(wire: ResponsesWire): Renderer {
  let renderer = renderers.get(wire);
  if (!renderer) {
    const head: Renderer['head'] = (...told) => headOf(wire, ...told);
    const tail: Renderer['tail'] = (...told) => tailOf(wire, ...told);
    renderers.set(wire, (renderer = { head: remembered(head), tail: remembered(tail) }));
  }
  return renderer;
}

/** The beginning of the body, up to the first item. */
function headOf(
  wire: ResponsesWire,
  ...[instructions, tools, providerTools = [], given]: Parameters<Renderer['head']>
) {
  const declared = wireTools(tools, ownTools({ providerTools }, wire), given);
  const first = {
    model: wire.model,
    ...(instructions && { instructions }),
    ...(declared.length > 0 && { tools: declared }),
  };
  return `${JSON.stringify(first).slice(0, -1)},"input":[`;
}

/** The end of the body, behind the last item. */
function tailOf(wire: ResponsesWire, ...[settings, output, providerTools = [], isGiven]: Parameters<Renderer['tail']>) {
  const own = ownTools({ providerTools }, wire);
  const hasTools = isGiven || own.length > 0;
  const { members, warnings } = wireSettings({ settings, output, own, hasTools }, wire);
  return {
    text: `],${JSON.stringify(members).slice(1)}`,
    warnings: [...warnings, ...foreignTools(providerTools, own, wire)],
  };
}

/** What is kept between the requests of a conversation. */
interface Kept {
  readonly body: KeptBody;
  /** The ids given to calls, with the index of their message. */
  readonly ids: Map<string, number>;
}

function keptFor({ kept }: ModelRequest, wire: ResponsesWire): Kept {
  // Nobody else knows this wire object, so what stands under it is ours.
  let own = kept.get(wire) as Kept | undefined;
  if (!own) kept.set(wire, (own = { body: new KeptBody(), ids: new Map() }));
  return own;
}

interface Place {
  readonly wire: ResponsesWire;
  readonly kept: Kept;
  readonly tools: readonly ToolDeclaration[];
  readonly warn: (reason: string) => void;
}

function render(message: Message, place: number, { wire, kept, warn, tools }: Place): string {
  const idOf = (call: ToolCall): string => {
    const id = callIdOf(call, 'long', (used) => kept.ids.has(used));
    kept.ids.set(id, place);
    return id;
  };
  const nameOf = (call: ToolCall): string => callNameOf(call, 'usual', tools);
  const isFirst = kept.body.isEmpty;
  let text = '';
  for (const item of inputItems(message, wire, { idOf, nameOf, warn })) {
    text += `${isFirst && text === '' ? '' : ','}${JSON.stringify(item)}`;
  }
  return text;
}

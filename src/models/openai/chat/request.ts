import type { ModelEvent, ModelRequest, ToolDeclaration } from '../../../chat/model.ts';
import type { Json } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { shortList } from '../../../conversation/short-list.ts';
import { callIdOf } from '../../call-id.ts';
import { callNameOf } from '../../call-name.ts';
import type { WireRequest } from '../../connection.ts';
import { KeptBody } from '../../kept-body.ts';
import { objectSchema } from '../../object-schema.ts';
import { remembered } from '../../remembered.ts';
import { foreignTools } from '../../warning.ts';
import { strictly } from '../strict.ts';
import { Alternation, goOn, opening } from './alternation.ts';
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
  const tools = wire.quirks.noTools ? none : request.tools;
  const head = rendererOf(wire).head(request.instructions, tools, nativeTools);
  const same = kept.body.keep(request.messages, head);
  kept.turns?.keep(same);
  kept.speakers.length = same;
  if (kept.ids.size > 0) for (const [id, place] of kept.ids) if (place >= same) kept.ids.delete(id);
  const hasInstructions = Boolean(request.instructions);
  const told: ModelEvent[] = [];
  const warn = (reason: string): void => {
    told.push({ type: 'warning', reason: `${wire.provider}/${wire.model} ${reason}.` });
  };
  if (tools.length < request.tools.length) warn('has no tools: those of the chat are left out');
  kept.body.add(request.messages, (message, place) => {
    return render(message, { place, wire, kept, warn, tools, hasInstructions, previous: request.messages[place - 1] });
  });
  const hasTools = tools.length > 0 || nativeTools !== undefined;
  const { settings, output, providerTools } = request;
  const { text, warnings } = rendererOf(wire).tail(settings, hasTools, output, providerTools);
  return {
    body: kept.body.end(`${kept.turns?.end() ?? afterLast(kept, wire)}${text}`),
    warnings: told.length === 0 ? warnings : [...warnings, ...told],
  };
}

const none: readonly ToolDeclaration[] = [];

/** What is rendered the same for many requests: of one conversation, and of many that one chat has. */
interface Renderer {
  head(instructions: string | undefined, tools: readonly ToolDeclaration[], nativeTools: Json | undefined): string;
  tail(
    settings: ModelRequest['settings'],
    hasTools: boolean,
    output: ModelRequest['output'],
    providerTools: ModelRequest['providerTools'],
  ): { readonly text: string; readonly warnings: readonly ModelEvent[] };
}

const renderers = new WeakMap<ChatWire, Renderer>();

function rendererOf(wire: ChatWire): Renderer {
  let renderer = renderers.get(wire);
  if (!renderer) {
    const tail: Renderer['tail'] = (...asked) => tailOf(wire, ...asked);
    const head: Renderer['head'] = (...given) => headOf(wire, ...given);
    renderers.set(wire, (renderer = { head: remembered(head), tail: remembered(tail) }));
  }
  return renderer;
}

/** What is kept between the requests of a conversation. */
interface Kept {
  readonly body: KeptBody;
  /** The ids given to calls, with the index of their message. */
  readonly ids: Map<string, number>;
  /** Who has spoken last, behind each message; the system does not count. */
  readonly speakers: unknown[];
  /** Where users and assistants have to take turns. */
  readonly turns?: Alternation;
}

function keptFor({ kept }: ModelRequest, wire: ChatWire): Kept {
  // Nobody else knows this wire object, so what stands under it is ours.
  let own = kept.get(wire) as Kept | undefined;
  if (!own) {
    const turns = wire.quirks.alternates && { turns: new Alternation() };
    kept.set(wire, (own = { body: new KeptBody(), ids: new Map(), speakers: shortList(), ...turns }));
  }
  return own;
}

/** What the user says where an answer that was cut stands last, and the server takes no such request. */
function afterLast({ speakers }: Kept, { quirks }: ChatWire): string {
  const isDue = quirks.userAtEnds === true && speakers.at(-1) === 'assistant';
  return isDue ? `,${JSON.stringify({ role: 'user', content: goOn })}` : '';
}

/** The beginning of the body, up to the first message. */
function headOf(wire: ChatWire, ...[instructions, tools, nativeTools]: Parameters<Renderer['head']>): string {
  const declared = [...tools.map(wireTool), ...(Array.isArray(nativeTools) ? nativeTools : [])];
  const first = { model: wire.model, ...(declared.length > 0 && { tools: declared }) };
  const system = instructions ? JSON.stringify({ role: 'system', content: instructions }) : '';
  return `${JSON.stringify(first).slice(0, -1)},"messages":[${system}`;
}

/** The end of the body, behind the last message. Nothing runs at the provider over this wire. */
function tailOf(
  wire: ChatWire,
  ...[settings, hasTools, output, providerTools = []]: Parameters<Renderer['tail']>
): ReturnType<Renderer['tail']> {
  const { members, warnings } = wireSettings(settings, wire, hasTools);
  const text = JSON.stringify({ ...responseFormat(output), ...members });
  return { text: `],${text.slice(1)}`, warnings: [...warnings, ...foreignTools(providerTools, [], wire)] };
}

function responseFormat(output: ModelRequest['output']): object | undefined {
  if (!output) return undefined;
  const { name, schema } = output;
  return { response_format: { type: 'json_schema', json_schema: { name, ...strictly(schema) } } };
}

function wireTool({ name, description, inputSchema }: ToolDeclaration): unknown {
  return { type: 'function', function: { name, description, parameters: objectSchema(inputSchema) } };
}

interface Place {
  readonly place: number;
  readonly wire: ChatWire;
  readonly kept: Kept;
  readonly tools: readonly ToolDeclaration[];
  readonly hasInstructions: boolean;
  readonly previous: Message | undefined;
  readonly warn: (reason: string) => void;
}

function render(message: Message, { place, wire, kept, tools, hasInstructions, previous, warn }: Place): string {
  const idOf = (call: ToolCall): string => {
    const id = callIdOf(call, wire.quirks.callIds, (used) => kept.ids.has(used));
    kept.ids.set(id, place);
    return id;
  };
  const nameOf = (call: ToolCall): string => callNameOf(call, 'usual', tools);
  const isFirst = kept.body.isEmpty && !hasInstructions;
  const rendered = wireMessages(message, wire, { idOf, nameOf, previous, warn });
  const roles = rendered.map(({ role }) => role).filter((role) => role !== 'system');
  const isEarly = wire.quirks.userAtEnds && kept.speakers.at(-1) === undefined && roles[0] === 'assistant';
  const messages = isEarly ? [{ role: 'user', content: opening }, ...rendered] : rendered;
  kept.speakers.push(roles.at(-1) ?? kept.speakers.at(-1));
  if (kept.turns) return kept.turns.add(messages, isFirst);
  let text = '';
  for (const one of messages) {
    text += `${isFirst && text === '' ? '' : ','}${JSON.stringify(one)}`;
  }
  return text;
}

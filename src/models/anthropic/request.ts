import type { ModelRequest, Settings } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callIdOf } from '../call-id.ts';
import { callNameOf } from '../call-name.ts';
import type { WireRequest } from '../connection.ts';
import { KeptBody } from '../kept-body.ts';
import { remembered } from '../remembered.ts';
import type { Warning } from '../warning.ts';
import type { MessagesWire } from './family.ts';
import { isOwnCall } from './answer.ts';
import { headOf, headParts, leadingIn } from './head.ts';
import type { Head, HeadParts } from './head.ts';
import { containerIn, isUnsigned } from './loop.ts';
import { messageTurns, pendingCalls } from './message.ts';
import { wireSettings } from './settings.ts';
import { Turns } from './turns.ts';
import type { MessageTurns } from './turns.ts';

/**
 * Renders a request: the head with model, tools and instructions, then the messages, both kept in `request.kept`, then
 * everything that may change from step to step. What was warned of a message before is not warned of again.
 */
export function messagesRequest(request: ModelRequest, wire: MessagesWire): WireRequest {
  const { messages, settings, output } = request;
  const kept = keptFor(request, wire);
  const renderer = rendererOf(wire);
  const told: Warning[] = [];
  const warn = (reason: string): void => {
    told.push({ type: 'warning', reason: `${wire.provider}/${wire.model} ${reason}.` });
  };
  const leading = leadingIn(messages);
  const head = renderer.head(...headParts(request, wire, leading));
  if (head !== kept.head) head.warnings.forEach(warn);
  kept.head = head;
  const same = kept.body.keep(messages, head.text);
  kept.turns.keep(same);
  if (kept.ids.size > 0) for (const [id, place] of kept.ids) if (place >= same) kept.ids.delete(id);
  kept.body.add(messages, (message, place) => {
    return place < leading
      ? kept.turns.add(nothing)
      : render(message, { place, wire, kept, warn, tools: request.tools });
  });
  const last = messages.at(-1);
  const tail = renderer.tail(settings, head, output, isUnsigned(messages, wire), containerIn(last, wire));
  const end = kept.turns.close(pendingCalls(last, wire)) + tail.text;
  const isBare = !head.hasTools && kept.ids.size > 0;
  return {
    body: kept.body.end(isBare ? `${end.slice(0, -1)},${formerTools(messages)}}` : end),
    warnings: told.length === 0 ? tail.warnings : [...tail.warnings, ...told],
    headers: tail.headers,
  };
}

const nothing: MessageTurns = { turns: [], isPaused: false, later: [] };

/** What is rendered the same for many requests: of one conversation, and of many that one chat has. */
interface Renderer {
  head(...parts: HeadParts): Head;
  tail(...parts: TailParts): Tail;
}

interface Tail {
  readonly text: string;
  readonly warnings: readonly Warning[];
  readonly headers: Readonly<Record<string, string>>;
}

type TailParts = readonly [
  settings: Settings,
  head: Head,
  output: ModelRequest['output'],
  isUnsigned: boolean,
  container: string | undefined,
];

const renderers = new WeakMap<MessagesWire, Renderer>();

function rendererOf(wire: MessagesWire): Renderer {
  let renderer = renderers.get(wire);
  if (!renderer) {
    const head = remembered((...parts: HeadParts) => headOf(wire, ...parts));
    renderers.set(wire, (renderer = { head, tail: remembered((...parts: TailParts) => tailOf(wire, ...parts)) }));
  }
  return renderer;
}

/** The end of the body, behind the last message, and the headers. */
function tailOf(wire: MessagesWire, ...[settings, head, output, isUnsigned, container]: TailParts): Tail {
  const { members, warnings } = wireSettings(settings, wire, { ...head, output, isUnsigned });
  const servers = [...head.servers, ...listIn(members['mcp_servers'])];
  const all = { container, ...members, mcp_servers: servers.length > 0 ? servers : undefined };
  return {
    text: `],${JSON.stringify(all).slice(1)}`,
    warnings,
    headers: headersFor(members, [...wire.betas, ...head.betas]),
  };
}

/** Calls are refused where no tools are declared: those that there were are, and none of them may be called. */
function formerTools(messages: readonly Message[]): string {
  const names = messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (isOwnCall(part) ? [callNameOf(part.call, 'long', [])] : [])),
  );
  const declared = [...new Set(names)].map((name) => ({ name, input_schema: { type: 'object' } }));
  return JSON.stringify({ tools: declared, tool_choice: { type: 'none' } }).slice(1, -1);
}

/** What is kept between the requests of a conversation. */
interface Kept {
  readonly body: KeptBody;
  readonly turns: Turns;
  /** The ids given to calls, with the index of their message. */
  readonly ids: Map<string, number>;
  /** The head of the last request: its warnings were told. */
  head: Head | undefined;
}

function keptFor({ kept }: ModelRequest, wire: MessagesWire): Kept {
  // Nobody else knows this wire object, so what stands under it is ours.
  let own = kept.get(wire) as Kept | undefined;
  if (!own) kept.set(wire, (own = { body: new KeptBody(), turns: new Turns(), ids: new Map(), head: undefined }));
  return own;
}

interface Place {
  readonly place: number;
  readonly wire: MessagesWire;
  readonly kept: Kept;
  readonly tools: ModelRequest['tools'];
  readonly warn: (reason: string) => void;
}

function render(message: Message, { place, wire, kept, warn, tools }: Place): string {
  const idOf = (call: ToolCall): string => {
    const id = callIdOf(call, 'word', (used) => kept.ids.has(used));
    kept.ids.set(id, place);
    return id;
  };
  const nameOf = (call: ToolCall): string => callNameOf(call, 'long', tools);
  return kept.turns.add(messageTurns(message, wire, { idOf, nameOf, first: kept.turns.later, warn }));
}

function headersFor({ thinking }: Readonly<Record<string, unknown>>, betas: readonly string[]): Record<string, string> {
  const isBound = typeof thinking === 'object' && thinking !== null && 'block_binding' in thinking;
  const all = [...new Set([...betas, ...(isBound ? ['thinking-binding-controls-2026-08-01'] : [])])];
  return { 'anthropic-version': '2023-06-01', ...(all.length > 0 && { 'anthropic-beta': all.join(',') }) };
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

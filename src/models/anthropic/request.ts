import type { ModelRequest } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callIdOf } from '../call-id.ts';
import type { WireRequest } from '../connection.ts';
import { KeptBody } from '../kept-body.ts';
import type { Warning } from '../warning.ts';
import type { MessagesWire } from './family.ts';
import { headOf } from './head.ts';
import type { Head } from './head.ts';
import { messageTurns, pendingCalls } from './message.ts';
import { wireSettings } from './settings.ts';
import { Turns } from './turns.ts';

/**
 * Renders a request: the head with model, tools and instructions, then the messages, both kept in `request.kept`, then
 * everything that may change from step to step. What was warned of a message before is not warned of again.
 */
export function messagesRequest(request: ModelRequest, wire: MessagesWire): WireRequest {
  const { messages } = request;
  const kept = keptFor(request, wire);
  const told: Warning[] = [];
  const warn = (reason: string): void => {
    told.push({ type: 'warning', reason: `${wire.provider}/${wire.model} ${reason}.` });
  };
  const head = (kept.head = headOf(request, wire, { known: kept.head, warn }));
  const same = kept.body.keep(messages, head.text);
  kept.turns.keep(same);
  for (const [id, place] of kept.ids) if (place >= same) kept.ids.delete(id);
  kept.body.add(messages, (message, place) => {
    if (place < head.leading) return kept.turns.add({ turns: [], isPaused: false, later: [] });
    return render(message, { place, wire, kept, warn });
  });
  const { members, warnings } = wireSettings(request, wire, head.hasTools);
  const servers = [...head.servers, ...listIn(members['mcp_servers'])];
  const tail = { ...members, mcp_servers: servers.length > 0 ? servers : undefined };
  const end = kept.turns.close(pendingCalls(messages.at(-1), wire));
  return {
    body: kept.body.end(`${end}],${JSON.stringify(tail).slice(1)}`),
    warnings: [...warnings, ...told],
    headers: headersFor(members, [...wire.betas, ...head.betas]),
  };
}

/** What is kept between the requests of a conversation. */
interface Kept {
  readonly body: KeptBody;
  readonly turns: Turns;
  /** The ids given to calls, with the index of their message. */
  readonly ids: Map<string, number>;
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
  readonly warn: (reason: string) => void;
}

function render(message: Message, { place, wire, kept, warn }: Place): string {
  const idOf = (call: ToolCall): string => {
    const id = callIdOf(call, 'word', (used) => kept.ids.has(used));
    kept.ids.set(id, place);
    return id;
  };
  return kept.turns.add(messageTurns(message, wire, { idOf, first: kept.turns.later, warn }));
}

function headersFor({ thinking }: Readonly<Record<string, unknown>>, betas: readonly string[]): Record<string, string> {
  const isBound = typeof thinking === 'object' && thinking !== null && 'block_binding' in thinking;
  const all = [...new Set([...betas, ...(isBound ? ['thinking-binding-controls-2026-08-01'] : [])])];
  return { 'anthropic-version': '2023-06-01', ...(all.length > 0 && { 'anthropic-beta': all.join(',') }) };
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

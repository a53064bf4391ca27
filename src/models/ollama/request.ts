import type { ModelEvent, ModelRequest, ToolDeclaration } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callIdOf } from '../call-id.ts';
import type { ModelId, WireRequest } from '../connection.ts';
import { KeptBody } from '../kept-body.ts';
import { objectSchema } from '../object-schema.ts';
import { remembered } from '../remembered.ts';
import { wireMessages } from './message.ts';
import { wireSettings } from './settings.ts';
import type { Asked } from './settings.ts';

/**
 * Makes the renderer of one model's requests. What it rendered before for a conversation is taken from `request.kept`,
 * and what was warned of then is not warned of again. Tools stand behind the messages, so that leaving them out for a
 * step costs nothing.
 */
export function ollamaRequest(model: ModelId): (request: ModelRequest) => WireRequest {
  const head = remembered((instructions: string | undefined) => headOf(model, instructions));
  const toolsText = remembered(toolsOf);
  const tail = remembered((...asked: Asked) => {
    const [settings, , tools] = asked;
    const { members, warnings } = wireSettings(asked, model);
    const native = settings.providerOptions?.[model.provider]?.['tools'];
    const told = settings.toolChoice === 'none' ? '' : toolsText(tools, native);
    return { text: `],${told}${JSON.stringify(members).slice(1)}`, warnings };
  });
  return (request) => {
    const { messages, instructions, settings, output, tools, providerTools } = request;
    const kept = keptFor(request, model);
    const same = kept.body.keep(messages, head(instructions));
    if (kept.ids.size > 0) for (const [id, place] of kept.ids) if (place >= same) kept.ids.delete(id);
    const told: ModelEvent[] = [];
    const warn = (reason: string): void => {
      told.push({ type: 'warning', reason: `${model.provider}/${model.model} ${reason}.` });
    };
    for (const { name, provider } of providerTools ?? [])
      warn(`does without the tool ${name}, which runs at ${provider}`);
    const hasInstructions = Boolean(instructions);
    kept.body.add(messages, (message, place) => render(message, { place, model, kept, warn, hasInstructions }));
    const { text, warnings } = tail(settings, output, tools);
    return { body: kept.body.end(text), warnings: told.length === 0 ? warnings : [...warnings, ...told] };
  };
}

function headOf({ model }: ModelId, instructions: string | undefined): string {
  const system = instructions ? JSON.stringify({ role: 'system', content: instructions }) : '';
  return `{"model":${JSON.stringify(model)},"messages":[${system}`;
}

function toolsOf(tools: readonly ToolDeclaration[], native: unknown): string {
  const all: unknown[] = [...tools.map(wireTool), ...(Array.isArray(native) ? native : [])];
  return all.length === 0 ? '' : `"tools":${JSON.stringify(all)},`;
}

function wireTool({ name, description, inputSchema }: ToolDeclaration): unknown {
  return { type: 'function', function: { name, description, parameters: objectSchema(inputSchema) } };
}

/** What is kept between the requests of a conversation. */
interface Kept {
  readonly body: KeptBody;
  /** The ids given to calls, with the index of their message. */
  readonly ids: Map<string, number>;
}

function keptFor({ kept }: ModelRequest, model: ModelId): Kept {
  // Nobody else knows this object, so what stands under it is ours.
  let own = kept.get(model) as Kept | undefined;
  if (!own) kept.set(model, (own = { body: new KeptBody(), ids: new Map() }));
  return own;
}

interface Place {
  readonly place: number;
  readonly model: ModelId;
  readonly kept: Kept;
  readonly hasInstructions: boolean;
  readonly warn: (reason: string) => void;
}

function render(message: Message, { place, model, kept, hasInstructions, warn }: Place): string {
  const idOf = (call: ToolCall): string | undefined => {
    if (call.providerId === undefined) return undefined;
    const id = callIdOf(call, undefined, (used) => kept.ids.has(used));
    kept.ids.set(id, place);
    return id;
  };
  const isFirst = kept.body.isEmpty && !hasInstructions;
  const text = wireMessages(message, model, { idOf, warn }).join(',');
  return isFirst || text === '' ? text : `,${text}`;
}

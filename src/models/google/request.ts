import type {
  ModelEvent,
  ModelRequest,
  OutputDeclaration,
  ProviderToolDeclaration,
  Settings,
  ToolDeclaration,
} from '../../chat/model.ts';
import type { Json } from '../../conversation/json.ts';
import { textOf } from '../../conversation/message.ts';
import type { Message } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callNameOf } from '../call-name.ts';
import type { WireRequest } from '../connection.ts';
import { KeptBody } from '../kept-body.ts';
import { remembered } from '../remembered.ts';
import { turnsOf } from './content.ts';
import type { Turn, TurnOptions } from './content.ts';
import type { GoogleWire } from './quirks.ts';
import { wireSettings } from './settings.ts';
import { wireTools } from './tools.ts';
import type { WireTools } from './tools.ts';

/** Renders requests of one model. */
export type Renderer = (request: ModelRequest) => WireRequest;

/**
 * Makes the renderer of a model. What was rendered before for a conversation is taken from `request.kept`, and what was
 * warned of then is not warned of again.
 */
export function googleRenderer(wire: GoogleWire): Renderer {
  const tools = remembered((ours: readonly ToolDeclaration[], own: Own, native: Json | undefined) =>
    wireTools({ tools: ours, ...(own && { providerTools: own }), native }, wire),
  );
  const head = remembered((instructions: string, asked: WireTools) => headOf(instructions, asked, wire));
  const tail = remembered(
    (...[settings, output, asked, sent]: readonly [Settings, OutputDeclaration | undefined, WireTools, boolean]) => {
      const mixed = asked.isMixed && wire.quirks.serverCalls !== false;
      const { members, warnings } = wireSettings({ settings, output, tools: asked, serverCalls: mixed || sent }, wire);
      const json = JSON.stringify(members);
      return { text: json === '{}' ? ']}' : `],${json.slice(1)}`, warnings: [...asked.warnings, ...warnings] };
    },
  );
  return (request) => {
    const { messages, settings, output } = request;
    const native = settings.providerOptions?.[wire.provider]?.['tools'];
    const asked = tools(request.tools, request.providerTools, native);
    const kept = keptFor(request, wire);
    const leading = messages.findIndex(({ role }) => role !== 'system');
    const first = leading < 0 ? messages : messages.slice(0, leading);
    const instructions = [request.instructions ?? '', ...first.map(textOf)].filter((text) => text !== '').join('\n\n');
    const start = head(instructions, asked);
    kept.states.length = kept.body.keep(messages, start.text);
    const told: ModelEvent[] = [];
    const nameOf = (call: ToolCall): string => callNameOf(call, 'dotted', request.tools);
    kept.body.add(messages, (message, place) => {
      const before = kept.states[place - 1] ?? { open: start.open, serverCalls: false };
      const { text, state } =
        place < first.length ? { text: '', state: before } : render(message, before, { wire, told, nameOf });
      kept.states.push(state);
      return text;
    });
    const { open, serverCalls } = kept.states.at(-1) ?? { open: start.open, serverCalls: false };
    const { text, warnings } = tail(settings, output, asked, serverCalls);
    // Newer models refuse a request in which the model spoke last.
    const closed = open?.role === 'model' ? `]},${goOn}` : open ? ']}' : '';
    return { body: kept.body.end(closed + text), warnings: [...warnings, ...told] };
  };
}

type Own = readonly ProviderToolDeclaration[] | undefined;

/** What is kept between the requests of a conversation. */
interface Kept {
  readonly body: KeptBody;
  /** How the body stands after each message. */
  readonly states: State[];
}

/** The turn that is still open, so that the next message may go on with it, and whether calls of Google's tools were sent. */
interface State {
  readonly open: Turn | undefined;
  readonly serverCalls: boolean;
}

function keptFor({ kept }: ModelRequest, wire: GoogleWire): Kept {
  // Nobody else knows this wire object, so what stands under it is ours.
  let own = kept.get(wire) as Kept | undefined;
  if (!own) kept.set(wire, (own = { body: new KeptBody(), states: [] }));
  return own;
}

/** The beginning of the body, up to the first turn, and that turn where the instructions must be said in it. */
function headOf(
  instructions: string,
  { entries }: WireTools,
  { quirks }: GoogleWire,
): { text: string; open: Turn | undefined } {
  const said = JSON.stringify({ text: instructions });
  const isSaid = quirks.instructions === 'user' && instructions !== '';
  const system = instructions === '' || isSaid ? '' : `"systemInstruction":{"parts":[${said}]},`;
  const tools = entries.length > 0 ? `"tools":${JSON.stringify(entries)},` : '';
  const open: Turn | undefined = isSaid ? { role: 'user', parts: [] } : undefined;
  return { text: `{${system}${tools}"contents":[${isSaid ? begun('user', [said]) : ''}`, open };
}

function render(
  message: Message,
  before: State,
  { wire, told, nameOf }: { wire: GoogleWire; told: ModelEvent[]; nameOf: TurnOptions['nameOf'] },
): { text: string; state: State } {
  let { open, serverCalls } = before;
  const warn = (reason: string): void => {
    told.push({ type: 'warning', reason: `${wire.provider}/${wire.model} ${reason}.` });
  };
  const onServerCall = (): void => {
    serverCalls = true;
  };
  let text = '';
  for (const turn of turnsOf(message, { wire, warn, nameOf, onServerCall })) {
    // Neighbours become one turn, and only here; a call must come right after a turn of the user.
    if (open?.role === turn.role && !open.isAlone && !turn.isAlone) text += `,${turn.parts.join(',')}`;
    else if (open) text += `]},${begun(turn.role, turn.parts)}`;
    else text += `${turn.role === 'user' ? '' : beginning}${begun(turn.role, turn.parts)}`;
    open = turn;
  }
  return { text, state: { open, serverCalls } };
}

/** What stands before a model that would speak first. */
const beginning = `${begun('user', ['{"text":"(The conversation begins.)"}'])}]},`;

/** What stands behind a model that spoke last. */
const goOn = `${begun('user', ['{"text":"Please go on."}'])}]}`;

function begun(role: Turn['role'], parts: readonly string[]): string {
  return `{"role":"${role}","parts":[${parts.join(',')}`;
}

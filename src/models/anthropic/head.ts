import type { ModelRequest } from '../../chat/model.ts';
import type { Json } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { MessagesWire } from './family.ts';
import { systemText } from './message.ts';
import { outputSchema } from './schema.ts';
import { cacheMarker } from './settings.ts';
import { wireTools } from './tools.ts';
import type { WireTools } from './tools.ts';

/** The beginning of a body, up to the first message. */
export interface Head extends Pick<WireTools, 'servers' | 'betas' | 'names'> {
  readonly text: string;
  readonly hasTools: boolean;
  /** What could not be sent as it is. */
  readonly warnings: readonly string[];
}

/** What a head is made of: the same again, and it is the same. */
export type HeadParts = readonly [
  instructions: ModelRequest['instructions'],
  tools: ModelRequest['tools'],
  providerTools: ModelRequest['providerTools'],
  /** Tools among the provider's own options. */
  native: Json | undefined,
  output: ModelRequest['output'],
  /** How the end of it is marked for the cache, as JSON. */
  marker: string | undefined,
  /** What the system says at the beginning of the conversation. */
  system: string,
];

/** The parts of a request that its head is made of; `leading` messages at the beginning are the system's. */
export function headParts(request: ModelRequest, wire: MessagesWire, leading: number): HeadParts {
  const { instructions, tools, providerTools, output, settings, messages } = request;
  const native = settings.providerOptions?.[wire.provider]?.['tools'];
  const marker = cacheMarker(settings, wire);
  const system = leading === 0 ? '' : messages.slice(0, leading).map(systemText).filter(Boolean).join('\n\n');
  return [instructions, tools, providerTools, native, output, marker && JSON.stringify(marker), system];
}

/** How many messages at the beginning are the system's. */
export function leadingIn(messages: readonly Message[]): number {
  const first = messages.findIndex(({ role }) => role !== 'system');
  return first === -1 ? messages.length : first;
}

/** Model, tools and system. */
export function headOf(wire: MessagesWire, ...parts: HeadParts): Head {
  const [instructions = '', tools, providerTools = [], native, output, marker, leading] = parts;
  const { servers, betas, names, foreign, ...declared } = wireTools(tools, providerTools, { native, wire });
  const warnings = foreign.map((name) => `does not run the tool ${name}: it is another provider's`);
  const system = [instructions, leading].filter((text) => text.trim() !== '');
  if (output && !outputSchema(output.schema)) {
    warnings.push('cannot be held to the schema of the output, which is open or refers to itself: it is told in words');
    system.push(
      `Your last answer is JSON and nothing else, no code fence. Its schema: ${JSON.stringify(output.schema)}`,
    );
  }
  const first = {
    model: wire.model,
    ...(declared.tools.length > 0 && { tools: marked(declared.tools, system.length === 0 ? marker : undefined) }),
    ...(system.length > 0 && { system: marked(system.map(textBlock), marker) }),
  };
  const text = `${JSON.stringify(first).slice(0, -1)},"messages":[`;
  return { text, hasTools: declared.tools.length > 0, warnings, servers, betas, names };
}

function textBlock(text: string): object {
  return { type: 'text', text };
}

/** The last of them ends what can be kept. */
function marked(list: readonly object[], marker: string | undefined): readonly object[] {
  if (marker === undefined) return list;
  return [...list.slice(0, -1), { ...list.at(-1), cache_control: JSON.parse(marker) as Json }];
}

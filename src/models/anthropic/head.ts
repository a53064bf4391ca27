import type { ModelRequest } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import type { MessagesWire } from './family.ts';
import { systemText } from './message.ts';
import { outputSchema } from './schema.ts';
import { cacheMarker } from './settings.ts';
import { wireTools } from './tools.ts';
import type { WireTools } from './tools.ts';

/** The beginning of a body, up to the first message. */
export interface Head extends Pick<WireTools, 'servers' | 'betas'> {
  readonly text: string;
  readonly hasTools: boolean;
  /** How many messages at the beginning are the system's, and stand in the head. */
  readonly leading: number;
  /** What it was made of: the same again needs no new one. */
  readonly of: readonly unknown[];
}

/** Model, tools and system: long tools are rendered once, and warned of once. */
export function headOf(
  request: ModelRequest,
  wire: MessagesWire,
  { known, warn }: { readonly known: Head | undefined; readonly warn: (reason: string) => void },
): Head {
  const { instructions, tools, providerTools, output, settings, messages } = request;
  const native = settings.providerOptions?.[wire.provider]?.['tools'];
  const marker = cacheMarker(settings, wire);
  const leading = leadingIn(messages);
  const of = [
    instructions,
    tools,
    providerTools,
    native,
    output,
    JSON.stringify(marker),
    ...messages.slice(0, leading),
  ];
  if (known && known.of.length === of.length && of.every((one, index) => one === known.of[index])) return known;
  const declared = wireTools(request, native, wire);
  for (const name of declared.foreign) warn(`does not run the tool ${name}: it is another provider's`);
  const system = [instructions ?? '', ...messages.slice(0, leading).map(systemText)].filter(
    (text) => text.trim() !== '',
  );
  if (output && !outputSchema(output.schema)) {
    warn('cannot be held to the schema of the output, which is open or refers to itself: it is told of it in words');
    system.push(
      `Your last answer is JSON and nothing else, not even a code fence. Its JSON Schema: ${JSON.stringify(output.schema)}`,
    );
  }
  const first = {
    model: wire.model,
    ...(declared.tools.length > 0 && { tools: marked(declared.tools, system.length === 0 ? marker : undefined) }),
    ...(system.length > 0 && {
      system: marked(
        system.map((text) => ({ type: 'text', text })),
        marker,
      ),
    }),
  };
  const text = `${JSON.stringify(first).slice(0, -1)},"messages":[`;
  return { text, hasTools: declared.tools.length > 0, leading, of, servers: declared.servers, betas: declared.betas };
}

/** The last of them ends what can be kept. */
function marked(list: readonly unknown[], marker: unknown): readonly unknown[] {
  if (marker === undefined) return list;
  // They are objects, all of them.
  return [...list.slice(0, -1), { ...(list.at(-1) as object), cache_control: marker }];
}

function leadingIn(messages: readonly Message[]): number {
  const first = messages.findIndex(({ role }) => role !== 'system');
  return first === -1 ? messages.length : first;
}

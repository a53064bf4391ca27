import { plainSchema, wrong } from '../chat/plain-schema.ts';
import { tool } from '../chat/tool.ts';
import type { AnyTool, ToolSet } from '../chat/tool.ts';
import type { Toolbox } from '../chat/toolbox.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { canonicalJson } from '../conversation/digest.ts';
import { isObject } from '../conversation/json.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { Message } from '../conversation/message.ts';
import { isSettled } from '../conversation/move.ts';
import type { DurableChat } from './options.ts';

/** A tool that a client declares with a word: it runs there, and its calls wait for an answer. */
export interface ClientTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments, which are an object. Checked by the client alone. */
  readonly parameters: JsonObject;
}

/**
 * A chat that offers its model, beside its own tools, those that the client has declared with the last word: `make` makes it of
 * these. They take the name of no tool of the chat, and only ever wait for an answer (rule X2). Every process that advances such
 * threads has to have it.
 *
 * @example
 * const chat = withClientTools((declared) => createChat({ model, tools: [{ refund }, declared] }));
 * const handler = createHandler({ runtime, authorize, dialects: [agUi({ clientTools: true })] });
 */
export function withClientTools(make: (declared: ToolSet) => DurableChat): DurableChat {
  const own = make({});
  const chatFor = (conversation: Conversation): DurableChat => {
    const declared = toolsIn(conversation.messages, own.toolbox);
    return Object.keys(declared).length === 0 ? own : make(declared);
  };
  return {
    get toolbox() {
      return own.toolbox;
    },
    stream: (conversation, options) => chatFor(conversation).stream(conversation, options),
    decide: (conversation, ...decision) => chatFor(conversation).decide(conversation, ...decision),
  };
}

/** Under which name a word carries the tools that were declared with it. */
const member = 'yourcall:client-tools';

/** What a word carries of these tools: the id of a word before it that carries the same, or all of them. */
export function declaring(tools: readonly ClientTool[], before: readonly Message[]): JsonObject {
  const text = canonicalJson(tools);
  const same = before.findLast(({ metadata }) => {
    const carried = metadata?.[member];
    return Array.isArray(carried) && canonicalJson(carried) === text;
  });
  // Each was read from JSON.
  return { [member]: same?.id ?? (tools as unknown as readonly JsonObject[]) };
}

/**
 * The tools by which a run resolves names: those of the last word. A call that is not settled keeps the one that it was made
 * for, so that nothing which is declared later answers a call of a tool of ours that is missing just now.
 */
function toolsIn(messages: readonly Message[], toolbox: Toolbox | undefined): ToolSet {
  const words = new Map<string, readonly ClientTool[]>();
  let said: readonly ClientTool[] = [];
  const called = new Map<string, ClientTool | undefined>();
  for (const { id, role, parts, metadata } of messages) {
    if (role === 'user') words.set(id, (said = carriedBy(metadata, words)));
    for (const part of parts) {
      if (part.type !== 'tool' || isSettled(part.call.state)) continue;
      const { name } = part.call;
      called.set(name, named(said, name));
    }
  }
  const all = new Map([...said.map((one) => [one.name, one] as const), ...called]);
  const theirs = [...all].filter(([name]) => !isOurs(name, toolbox));
  return Object.fromEntries(theirs.flatMap(([name, one]) => (one ? [[name, toolOf(one)]] : [])));
}

function named(tools: readonly ClientTool[], name: string): ClientTool | undefined {
  return tools.find((one) => one.name === name);
}

function carriedBy(
  metadata: JsonObject | undefined,
  words: ReadonlyMap<string, readonly ClientTool[]>,
): readonly ClientTool[] {
  const carried = metadata?.[member];
  if (typeof carried === 'string') return words.get(carried) ?? [];
  // Nobody but a dialect of ours writes it, which has read it.
  return (carried as unknown as readonly ClientTool[] | undefined) ?? [];
}

function isOurs(name: string, { tools = {}, providerTools = {} }: Partial<Toolbox> = {}): boolean {
  return Object.hasOwn(tools, name) || Object.hasOwn(providerTools, name);
}

function toolOf({ description, parameters }: ClientTool): AnyTool {
  const input = plainSchema<object>(parameters, (value) =>
    isObject(value) ? { value } : wrong('is not an object', []),
  );
  // Where it runs somebody sits before it; whatever it is, it happens there.
  return tool<object>({ description, input, policy: 'allow' });
}

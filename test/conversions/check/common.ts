import { isObject } from '../../../src/conversation/json.ts';
import type { Message } from '../../../src/conversation/message.ts';
import { resultOf } from '../../../src/conversation/result.ts';
import type { ToolCall } from '../../../src/conversation/tool-call.ts';

/** An object of a body. */
export type Members = Readonly<Record<string, unknown>>;

/** The objects of a list. */
export function objectsIn(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The calls of a conversation that are ours to run, in order. */
export function ownCalls(messages: readonly Message[]): readonly ToolCall[] {
  return messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool' && !part.call.providerExecuted ? [part.call] : [])),
  );
}

/** Texts that everybody has to be told: what was said, and what came of the calls. */
export function textsOf(messages: readonly Message[]): readonly string[] {
  const said = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
  const results = ownCalls(messages).flatMap((call) =>
    resultOf(call).content.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
  );
  return [...said, ...results].filter((text) => text.trim() !== '');
}

/** Pictures that everybody has to be shown: of the user, and of results. */
export function picturesOf(messages: readonly Message[]): readonly string[] {
  const users = messages.filter(({ role }) => role === 'user').flatMap(({ parts }) => parts);
  const results = ownCalls(messages).flatMap((call) => [...resultOf(call).content]);
  return [...users, ...results].flatMap((part) =>
    part.type === 'file' && part.source.type === 'base64' ? [part.source.data] : [],
  );
}

/** What of these stands nowhere in a body; a text that is JSON may stand there as the JSON that it is. */
export function lost(body: string, texts: readonly string[]): readonly string[] {
  return texts
    .filter((text) => !body.includes(JSON.stringify(text).slice(1, -1)) && !body.includes(text))
    .map((text) => `lost: ${text}`);
}

/** How a call goes back: its id, its name, and its arguments as JSON. */
export interface WireCall {
  readonly id: unknown;
  readonly name: unknown;
  readonly input: unknown;
}

/** What is wrong with the calls of a body: each has to be there once, in order, as its model made it. */
export function callFlaws(found: readonly WireCall[], messages: readonly Message[]): readonly string[] {
  const seen = found.map(({ name, input }) => [name, isObject(input) ? input : {}]);
  const wanted = ownCalls(messages).map((call) => [call.name, inputOf(call)]);
  return unlike('calls', seen, wanted);
}

/** The object that a model wrote; where it wrote none, or half of one, an empty one stands for it. */
function inputOf({ arguments: text }: ToolCall): unknown {
  try {
    const input: unknown = JSON.parse(text);
    return isObject(input) ? input : {};
  } catch {
    return {};
  }
}

/** What is wrong with ids: each stands once, and has the shape that servers take. */
export function idFlaws(calls: readonly WireCall[], shape: RegExp): readonly string[] {
  const ids = calls.map(({ id }) => id);
  const odd = ids.filter((id) => typeof id !== 'string' || !shape.test(id)).map((id) => `odd id ${JSON.stringify(id)}`);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `id ${String(id)} stands twice`);
  return [...odd, ...twice];
}

/** What is wrong with a list that has to be another. */
export function unlike(what: string, seen: readonly unknown[], wanted: readonly unknown[]): readonly string[] {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(wanted)];
  return one === other ? [] : [`${what}: ${one} instead of ${other}`];
}

import type { DemoTurn } from './turn.ts';
import type { DemoRequest } from './request.ts';

/** The name of the rules, as stored metadata says it. */
export const demoModel = 'rules-1';

/** A turn as the chunks of a Chat Completions stream, in the sizes that a model would send. */
export function* chunksOf(turn: DemoTurn, request: DemoRequest): Generator<object> {
  const head = headOf(request, 'chat.completion.chunk');
  const chunk = (delta: object, finish: string | null = null): object => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  yield chunk({ role: 'assistant', content: turn.text === '' ? null : '' });
  for (const content of textPieces(turn.text)) yield chunk({ content });
  for (const [index, call] of toolCalls(turn, request).entries()) {
    const { arguments: json, name } = call.function;
    yield chunk({ tool_calls: [{ index, ...call, function: { name, arguments: '' } }] });
    for (const piece of argumentPieces(json)) yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  yield chunk({}, finishOf(turn));
  if (request.stream_options?.include_usage !== false) yield { ...head, choices: [], usage: usageOf(turn, request) };
}

/** A turn as one Chat Completions answer. */
export function completionOf(turn: DemoTurn, request: DemoRequest): object {
  const calls = toolCalls(turn, request);
  const message = {
    role: 'assistant',
    content: turn.text === '' ? null : turn.text,
    refusal: null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return {
    ...headOf(request, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(turn) }],
    usage: usageOf(turn, request),
  };
}

function headOf(request: DemoRequest, object: string): object {
  return { id: `chatcmpl-demo-${fingerprint(JSON.stringify(request.messages))}`, object, created: 0, model: demoModel };
}

interface WireCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** Ids go on from the calls that the conversation already has. */
function toolCalls(turn: DemoTurn, request: DemoRequest): readonly WireCall[] {
  const taken = new Set(request.messages.flatMap((message) => message.tool_calls ?? []).map(({ id }) => id));
  let number = taken.size;
  const nextId = (): string => {
    do number += 1;
    while (taken.has(`demo_call_${number}`));
    return `demo_call_${number}`;
  };
  return turn.calls.map((call) => ({
    id: nextId(),
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
}

function finishOf(turn: DemoTurn): string {
  return turn.calls.length > 0 ? 'tool_calls' : 'stop';
}

/** One word, then two, then one again. */
function textPieces(text: string): readonly string[] {
  return text.match(/\s*\S+\s*(?:\S+\s*)?|\s+/g) ?? [];
}

/** About a dozen characters each; whole characters, and at least two pieces. */
function argumentPieces(json: string): readonly string[] {
  const characters = Array.from(json);
  const size = Math.min(12, Math.ceil(characters.length / 2));
  const count = Math.ceil(characters.length / size);
  return Array.from({ length: count }, (_, at) => characters.slice(at * size, (at + 1) * size).join(''));
}

/** Four characters a token: an estimate, always the same for the same words. */
function usageOf(turn: DemoTurn, request: DemoRequest): object {
  const tokens = (text: string): number => Math.ceil(text.length / 4);
  const prompt = tokens(JSON.stringify([request.messages, request.tools ?? []]));
  const completion = tokens(turn.text + turn.calls.map((call) => call.name + JSON.stringify(call.arguments)).join(''));
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

/** FNV-1a: the same words give the same id. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

import type { ModelRequest } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part, ToolPart } from '../../conversation/part.ts';
import { resultOf } from '../../conversation/result.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callIdOf } from '../call-id.ts';
import { callNameOf } from '../call-name.ts';
import { dataOf } from './bridge.ts';
import type { Bridge, OriginData } from './bridge.ts';
import { promptFile, refuseFile } from './file.ts';
import type { PromptObject } from './file.ts';
import { toldOf } from './result.ts';
import type { Warn } from './result.ts';

/** The prompt of a request. Throws `ChatError` `unsupported` for a user's file that cannot be sent. */
export function promptOf(
  { messages, instructions, tools }: ModelRequest,
  bridge: Bridge,
  warn: Warn,
): readonly PromptObject[] {
  const used = new Set<string>();
  const idOf = (call: ToolCall): string => {
    // The provider knows its own calls by its own ids.
    const own = call.providerExecuted ? call.providerId : undefined;
    const id = own ?? callIdOf(call, bridge.rules.callIds, (one) => used.has(one));
    used.add(id);
    return id;
  };
  const nameOf = (call: ToolCall): string => callNameOf(call, 'usual', tools);
  const place: Place = { bridge, warn, idOf, nameOf };
  const system = instructions ? [{ role: 'system', content: instructions }] : [];
  return [...system, ...messages.flatMap((message) => promptMessages(message, place))];
}

interface Place {
  readonly bridge: Bridge;
  readonly warn: Warn;
  readonly idOf: (call: ToolCall) => string;
  readonly nameOf: (call: ToolCall) => string;
}

function promptMessages(message: Message, place: Place): readonly PromptObject[] {
  switch (message.role) {
    case 'system': {
      const content = message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
      return content === '' ? [] : [{ role: 'system', content }];
    }
    case 'user': {
      const content = message.parts.flatMap((part) => userPart(part, place.bridge));
      return content.length === 0 ? [] : [{ role: 'user', content }];
    }
    case 'assistant':
      return assistantMessages(message, place);
  }
}

function userPart(part: Part, bridge: Bridge): readonly PromptObject[] {
  if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }];
  if (part.type === 'file') return [promptFile(part, bridge) ?? refuseFile(part, bridge)];
  return [];
}

/** What an assistant said, then what came of its calls: results stand right behind them, whatever was said since. */
function assistantMessages(message: Message, place: Place): readonly PromptObject[] {
  const content: PromptObject[] = [];
  const results: PromptObject[] = [];
  const files: PromptObject[] = [];
  for (const part of message.parts) {
    if (part.type !== 'tool') content.push(...spokenPart(part, message, place.bridge));
    else if (part.call.providerExecuted) provided(part, place, { content, results });
    else called(part, place, { content, results, files });
  }
  return [
    ...(content.length > 0 ? [{ role: 'assistant', content }] : []),
    ...(results.length > 0 ? [{ role: 'tool', content: results }] : []),
    ...(files.length > 0 ? [{ role: 'user', content: files }] : []),
  ];
}

function spokenPart(part: Exclude<Part, ToolPart>, message: Message, bridge: Bridge): readonly PromptObject[] {
  switch (part.type) {
    case 'text': {
      const data = dataOf(part.origin, bridge);
      return part.text === '' && !data ? [] : [{ type: 'text', text: part.text, ...optionsOf(data) }];
    }
    case 'reasoning': {
      const data = dataOf(part.origin, bridge);
      const isSent = data ?? (!bridge.rules.signedReasoning && part.text !== '' && isOwn(message, bridge));
      return isSent ? [{ type: 'reasoning', text: part.text, ...optionsOf(data) }] : [];
    }
    case 'file': {
      const data = dataOf(part.origin, bridge);
      const file = data && promptFile(part, bridge);
      if (!file) return [];
      return [{ ...file, ...(data.reasoning && { type: 'reasoning-file' }), ...optionsOf(data) }];
    }
    case 'data':
      return customPart(part, bridge);
    case 'source':
      return [];
  }
}

function isOwn({ model }: Message, { provider }: Bridge): boolean {
  return model?.provider === provider;
}

/** Content of a provider's own kind, which only its model understands; a refusal is text to everybody. */
function customPart({ name, data }: Part & { type: 'data' }, bridge: Bridge): readonly PromptObject[] {
  if (name === 'refusal' && typeof data === 'string' && data !== '') return [{ type: 'text', text: data }];
  if (!isObject(data) || data['provider'] !== bridge.provider || data['model'] !== bridge.model) return [];
  return bridge.version === 'v3' ? [] : [{ type: 'custom', kind: name, providerOptions: data['providerMetadata'] }];
}

/** A call that ran here, and its result, with what its provider wants back beside both. */
function called(
  { call, origin }: ToolPart,
  place: Place,
  { content, results, files }: Record<'content' | 'results' | 'files', PromptObject[]>,
): void {
  const id = place.idOf(call);
  const options = optionsOf(dataOf(origin, place.bridge));
  const names = { toolCallId: id, toolName: place.nameOf(call) };
  content.push({ type: 'tool-call', ...names, input: inputOf(call), ...options });
  const { output, more } = toldOf(call, id, place);
  results.push({ type: 'tool-result', ...names, output, ...options });
  files.push(...more);
}

/** A call that its provider ran, or waits to run: to that provider alone. */
function provided(
  { call, origin }: ToolPart,
  place: Place,
  { content, results }: Record<'content' | 'results', PromptObject[]>,
): void {
  const data = dataOf(origin, place.bridge);
  if (!data) return;
  const names = { toolCallId: place.idOf(call), toolName: call.name };
  const { approvalId, result, isError, resultMetadata } = data;
  const options = approvalId === undefined ? optionsOf(data) : approvalOptions(data, approvalId, place.bridge);
  content.push({ type: 'tool-call', ...names, input: inputOf(call), providerExecuted: true, ...options });
  if (approvalId !== undefined) results.push(approvalOf(call, approvalId, result !== undefined));
  if (result === undefined) return;
  const isText = typeof result === 'string';
  const type = `${isError ? 'error-' : ''}${isText ? 'text' : 'json'}`;
  const own = resultMetadata ? { providerOptions: resultMetadata } : {};
  content.push({ type: 'tool-result', ...names, output: { type, value: result }, ...own });
}

/** OpenAI's package finds the call that was approved by this option. */
function approvalOptions({ providerMetadata }: OriginData, approvalRequestId: string, { rules }: Bridge): PromptObject {
  const own = { ...providerMetadata?.[rules.key], approvalRequestId };
  return { providerOptions: { ...providerMetadata, [rules.key]: own } };
}

/** Approved is only what is to run now, and what did: told of anything else, the provider would run it. */
function approvalOf(call: ToolCall, approvalId: string, hasRun: boolean): PromptObject {
  const isRefused = call.state !== 'running' && !hasRun;
  const [said] = isRefused ? resultOf(call).content : [];
  const reason = said?.type === 'text' ? { reason: said.text } : {};
  return { type: 'tool-approval-response', approvalId, approved: !isRefused, ...reason };
}

function optionsOf(data: OriginData | undefined): PromptObject {
  return data?.providerMetadata ? { providerOptions: data.providerMetadata } : {};
}

/** The specification wants the arguments parsed. What is no object is refused by servers, and its result says that it failed. */
function inputOf(call: ToolCall): unknown {
  try {
    const input: unknown = JSON.parse(call.arguments);
    return isObject(input) ? input : {};
  } catch {
    return {};
  }
}

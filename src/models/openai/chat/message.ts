import { ChatError } from '../../../conversation/error.ts';
import type { ContentPart, FilePart } from '../../../conversation/content.ts';
import { isObject } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { Part, ToolPart } from '../../../conversation/part.ts';
import { resultOf } from '../../../conversation/result.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { isJson } from '../../json-text.ts';
import { sentFile } from '../../sent-file.ts';
import type { ChatWire } from './quirks.ts';

type WireObject = Readonly<Record<string, unknown>>;

/** What a message's rendering depends on beside the message. */
export interface MessagePlace {
  /** Gives a call its id on the wire. */
  idOf(call: ToolCall): string;
  /** Gives a call its name on the wire. */
  nameOf(call: ToolCall): string;
  readonly previous: Message | undefined;
  /** Told of what could not be sent as it is. */
  warn(reason: string): void;
}

/**
 * What a message becomes on the wire: none, one, or an assistant message followed by the results of its calls.
 * Throws `ChatError` `unsupported` for a file of the user that this wire cannot send.
 */
export function wireMessages(message: Message, wire: ChatWire, place: MessagePlace): readonly WireObject[] {
  switch (message.role) {
    case 'system': {
      const content = spoken(message);
      return content === '' ? [] : [{ role: 'system', content }];
    }
    case 'user':
      return userMessages(message, wire, place);
    case 'assistant':
      return assistantMessages(message, wire, place);
  }
}

function userMessages(message: Message, wire: ChatWire, { previous }: MessagePlace): readonly WireObject[] {
  const content: WireObject[] = [];
  for (const part of message.parts) {
    if (part.type === 'text' && part.text !== '') content.push({ type: 'text', text: part.text });
    if (part.type === 'file') content.push(filePart(part, wire) ?? refuse(part, wire));
  }
  if (content.length === 0) return [];
  const [first] = content;
  const isText = content.length === 1 && first?.['type'] === 'text';
  const user = { role: 'user', content: isText ? first['text'] : content };
  return wire.quirks.noUserAfterTool && previous?.parts.some(isOwnCall) ? [between, user] : [user];
}

function refuse({ mediaType, source }: FilePart, { provider, model }: ChatWire): never {
  const where = source.type === 'url' || source.type === 'base64' ? '' : ` (${source.type})`;
  throw new ChatError(
    'unsupported',
    `Asking ${provider}/${model}: it cannot be sent a file of type ${mediaType}${where}.`,
  );
}

function assistantMessages(message: Message, wire: ChatWire, place: MessagePlace): readonly WireObject[] {
  if (wire.quirks.noTools) return inWords(message, wire, place);
  const { idOf, nameOf, warn } = place;
  const calls: WireObject[] = [];
  const results: WireObject[] = [];
  const files: WireObject[] = [];
  for (const part of message.parts) {
    if (!isOwnCall(part)) continue;
    const id = idOf(part.call);
    calls.push(wireCall(part, { id, name: nameOf(part.call) }, wire));
    const { content, more } = resultContent(part.call, wire, warn);
    results.push({ role: 'tool', tool_call_id: id, content });
    if (more.length > 0) files.push({ type: 'text', text: `From the result of ${part.call.name} (${id}):` }, ...more);
  }
  const text = spoken(message);
  if (calls.length === 0) return text === '' ? [] : [{ role: 'assistant', content: text }];
  const content = text === '' ? null : text;
  const turn = { role: 'assistant', content, ...reasoningBack(message, wire), tool_calls: calls };
  if (files.length === 0) return [turn, ...results];
  return [turn, ...results, ...(wire.quirks.noUserAfterTool ? [between] : []), { role: 'user', content: files }];
}

/** An answer for a server that knows neither calls nor results: a user tells what came of them. */
function inWords(message: Message, wire: ChatWire, { warn }: MessagePlace): readonly WireObject[] {
  const told: WireObject[] = [];
  for (const part of message.parts) {
    if (!isOwnCall(part)) continue;
    const { name, arguments: written } = part.call;
    const { content, more } = resultContent(part.call, wire, warn);
    const result = typeof content === 'string' ? content : JSON.stringify(content);
    told.push(
      { type: 'text', text: `[The tool ${name} was called with ${written || '{}'}. Result: ${result}]` },
      ...more,
    );
  }
  const text = spoken(message);
  const said = text === '' ? [] : [{ role: 'assistant', content: text }];
  if (told.length === 0) return said;
  warn('knows no calls: those of the conversation, and what came of them, are told in words');
  return [...said, { role: 'user', content: told }];
}

/** What an assistant says where a user may not speak right after a tool. */
const between: WireObject = { role: 'assistant', content: 'OK' };

/** Whether a part is a call that is sent: what the provider ran itself is not. */
function isOwnCall(part: Part): part is ToolPart {
  return part.type === 'tool' && !part.call.providerExecuted;
}

/** Text, and what a model said instead of it when it refused. */
function spoken(message: Message): string {
  let text = '';
  for (const part of message.parts) {
    if (part.type === 'text') text += part.text;
    if (part.type === 'data' && part.name === 'refusal' && typeof part.data === 'string') text += part.data;
  }
  return text;
}

function reasoningBack(message: Message, { provider, quirks }: ChatWire): WireObject | undefined {
  if (quirks.reasoningBack === undefined) return undefined;
  let text = '';
  if (message.model?.provider === provider) {
    for (const part of message.parts) if (part.type === 'reasoning') text += part.text;
  }
  return { [quirks.reasoningBack]: text === '' ? ' ' : text };
}

/** The call as its provider wrote it (rule W1), with what that provider wants back beside it. */
function wireCall(
  { call, origin }: ToolPart,
  { id, name }: { readonly id: string; readonly name: string },
  { provider, quirks }: ChatWire,
): WireObject {
  const kept = origin?.provider === provider && isObject(origin.data) ? origin.data : undefined;
  const isBroken = quirks.brokenArguments === undefined && !isJson(call.arguments);
  const arguments_ = isBroken ? '{}' : call.arguments;
  return { id, type: 'function', function: { name, arguments: arguments_ }, ...kept };
}

/** What stands in the tool message, and files that the wire only lets a user send. */
function resultContent(
  call: ToolCall,
  wire: ChatWire,
  warn: MessagePlace['warn'],
): { content: unknown; more: readonly WireObject[] } {
  const { content } = resultOf(call);
  const files = content.filter((part) => part.type === 'file').map((part) => shown(part, { call, wire, warn }));
  const text = content.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : [])).join('\n\n');
  if (files.length === 0) return { content: text === '' ? '(no output)' : text, more: [] };
  if (wire.quirks.imagesInResults) {
    return { content: text === '' ? files : [{ type: 'text', text }, ...files], more: [] };
  }
  warn(`takes only text in the result of a tool: the files of ${call.name} follow in a message of the user`);
  return { content: text === '' ? '(its files follow)' : text, more: files };
}

/** A tool's file that cannot be sent is told of, so that the conversation can go on. */
function shown(
  part: ContentPart & { type: 'file' },
  { call, wire, warn }: { call: ToolCall; wire: ChatWire; warn: MessagePlace['warn'] },
): WireObject {
  const file = filePart(part, wire);
  if (file) return file;
  warn(`cannot be sent the file of type ${part.mediaType} in the result of ${call.name}`);
  return { type: 'text', text: `(A file of type ${part.mediaType} that cannot be shown here.)` };
}

function filePart(file: FilePart, { provider }: ChatWire): WireObject | undefined {
  const { mediaType, source, name } = sentFile(file);
  const isImage = mediaType.startsWith('image/');
  switch (source.type) {
    case 'url':
      return isImage ? { type: 'image_url', image_url: { url: source.url } } : undefined;
    case 'base64': {
      const url = `data:${mediaType};base64,${source.data}`;
      if (isImage) return { type: 'image_url', image_url: { url } };
      const format = audioFormats[mediaType];
      if (format) return { type: 'input_audio', input_audio: { data: source.data, format } };
      return { type: 'file', file: { filename: name ?? 'file', file_data: url } };
    }
    case 'provider':
      return source.provider === provider ? { type: 'file', file: { file_id: source.id } } : undefined;
    case 'blob':
      return undefined;
  }
}

const audioFormats: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
};

import { ChatError } from '../../conversation/error.ts';
import type { FilePart } from '../../conversation/content.ts';
import { isObject } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part, ToolPart } from '../../conversation/part.ts';
import { resultOf } from '../../conversation/result.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { ModelId } from '../connection.ts';
import { sentFile } from '../sent-file.ts';

/** What a message's rendering depends on beside the message. */
export interface MessagePlace {
  /** The id that a call goes back with; none where the provider gave none. */
  idOf(call: ToolCall): string | undefined;
  /** Told of what could not be sent as it is. */
  warn(reason: string): void;
}

/**
 * What a message becomes on the wire, each as JSON text: none, one, or an assistant message followed by the results of
 * its calls. Throws `ChatError` `unsupported` for a file of the user that is not an image in base64.
 */
export function wireMessages(message: Message, model: ModelId, place: MessagePlace): readonly string[] {
  switch (message.role) {
    case 'system': {
      const content = spoken(message);
      return content === '' ? [] : [JSON.stringify({ role: 'system', content })];
    }
    case 'user':
      return userMessages(message, model);
    case 'assistant':
      return assistantMessages(message, model, place);
  }
}

function userMessages({ parts }: Message, model: ModelId): readonly string[] {
  const texts: string[] = [];
  const images: string[] = [];
  for (const part of parts) {
    if (part.type === 'text' && part.text !== '') texts.push(part.text);
    if (part.type === 'file') images.push(imageOf(part) ?? refuse(part, model));
  }
  if (texts.length === 0 && images.length === 0) return [];
  const user = { role: 'user', content: texts.join('\n\n'), ...(images.length > 0 && { images }) };
  return [JSON.stringify(user)];
}

function imageOf(file: FilePart): string | undefined {
  const { mediaType, source } = sentFile(file);
  return source.type === 'base64' && mediaType.startsWith('image/') ? source.data : undefined;
}

function refuse({ mediaType, source }: FilePart, { provider, model }: ModelId): never {
  const where = source.type === 'base64' ? '' : ` (${source.type})`;
  throw new ChatError(
    'unsupported',
    `Asking ${provider}/${model}: it takes images in base64, and no file of type ${mediaType}${where}.`,
  );
}

function assistantMessages(message: Message, model: ModelId, { idOf, warn }: MessagePlace): readonly string[] {
  const calls: string[] = [];
  const results: string[] = [];
  for (const part of message.parts) {
    if (!isOwnCall(part)) continue;
    const id = idOf(part.call);
    calls.push(wireCall(part.call, id, calls.length));
    results.push(wireResult(part.call, id, warn));
  }
  const content = spoken(message);
  const thinking = thoughts(message, model);
  if (calls.length === 0 && content === '') return [];
  const said = JSON.stringify({ role: 'assistant', content, ...(thinking !== '' && { thinking }) });
  if (calls.length === 0) return [said];
  return [`${said.slice(0, -1)},"tool_calls":[${calls.join(',')}]}`, ...results];
}

/** Whether a part is a call that is sent: what a provider ran itself is not. */
function isOwnCall(part: Part): part is ToolPart {
  return part.type === 'tool' && !part.call.providerExecuted;
}

/** Text, and what a model said instead of it when it refused. */
function spoken({ parts }: Message): string {
  let text = '';
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    if (part.type === 'data' && part.name === 'refusal' && typeof part.data === 'string') text += part.data;
  }
  return text;
}

/** The model's template decides how much of it the model sees again; what was cut off is not sent (rule L8). */
function thoughts({ model, interrupted, parts }: Message, { provider }: ModelId): string {
  if (interrupted || model?.provider !== provider) return '';
  let text = '';
  for (const part of parts) if (part.type === 'reasoning') text += part.text;
  return text;
}

/** Arguments are an object here: their text goes into the body as it stands (rule W1), and `{}` where it is none. */
function wireCall({ name, arguments: text }: ToolCall, id: string | undefined, index: number): string {
  const call = JSON.stringify({ ...(id !== undefined && { id }), type: 'function' });
  const called = JSON.stringify({ index, name });
  return `${call.slice(0, -1)},"function":${called.slice(0, -1)},"arguments":${isObjectText(text) ? text : '{}'}}}`;
}

function isObjectText(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

function wireResult(call: ToolCall, id: string | undefined, warn: MessagePlace['warn']): string {
  const texts: string[] = [];
  const images: string[] = [];
  for (const part of resultOf(call).content) {
    if (part.type === 'text') {
      if (part.text !== '') texts.push(part.text);
      continue;
    }
    const image = imageOf(part);
    if (image !== undefined) images.push(image);
    else {
      warn(`cannot be sent the file of type ${part.mediaType} in the result of ${call.name}`);
      texts.push(`(A file of type ${part.mediaType} that cannot be shown here.)`);
    }
  }
  const none = images.length > 0 ? '' : '(no output)';
  return JSON.stringify({
    role: 'tool',
    tool_name: call.name,
    ...(id !== undefined && { tool_call_id: id }),
    content: texts.join('\n\n') || none,
    ...(images.length > 0 && { images }),
  });
}

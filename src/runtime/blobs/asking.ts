import type { AskModel } from '../../chat/around.ts';
import type { ModelRequest } from '../../chat/model.ts';
import { isBlobReference } from '../../conversation/blob.ts';
import type { ContentPart, FileSource, Origin } from '../../conversation/content.ts';
import type { Json } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { Store } from '../../store/store.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { base64Of } from './base64.ts';
import { readBlob } from './read-blob.ts';

/**
 * Asks models with what a store keeps apart of a thread in its place again (rule S9): the one place where values come back.
 * Only what the request shows is read, and once for a run: a message stays the same, so a wire renders it once.
 */
export function asking(store: Pick<Store, 'blob'>, key: ThreadKey): AskModel {
  const whole = new WeakMap<Message, Message>();
  const read = (digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> => readBlob(store, key, digest);
  const wholeOf = async (message: Message): Promise<Message> => {
    const known = whole.get(message);
    if (known || !message.parts.some(isApart)) return known ?? message;
    const parts: Part[] = [];
    for (const part of message.parts) parts.push(await wholePart(part, read));
    const made = { ...message, parts };
    whole.set(message, made);
    return made;
  };
  return (model, request) => {
    if (!request.messages.some(({ parts }) => parts.some(isApart))) return model.stream(request);
    return (async function* () {
      yield* model.stream(await wholeRequest(request, wholeOf));
    })();
  };
}

async function wholeRequest(
  request: ModelRequest,
  wholeOf: (message: Message) => Promise<Message>,
): Promise<ModelRequest> {
  const messages: Message[] = [];
  for (const message of request.messages) messages.push(await wholeOf(message));
  return { ...request, messages };
}

/** Whether something is missing of what a model is told by this part. */
function isApart(part: Part): boolean {
  if (isBlobReference(originOf(part)?.data)) return true;
  if (part.type === 'file') return part.source.type === 'blob';
  if (part.type !== 'tool' || part.call.state !== 'completed') return false;
  return part.call.content?.some(isApart) ?? isBlobReference(part.call.output);
}

type Read = (digest: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;

async function wholePart(part: Part, read: Read): Promise<Part> {
  if (!isApart(part)) return part;
  const origin = originOf(part);
  const verbatim = origin && { origin: { ...origin, data: (await valueOf(origin.data, read)) as Json } };
  if (part.type === 'file') return { ...(await wholeFile(part, read)), ...verbatim };
  return part.type === 'tool'
    ? { ...part, call: await wholeCall(part.call, read), ...verbatim }
    : { ...part, ...verbatim };
}

function originOf(part: Part): Origin | undefined {
  return 'origin' in part ? part.origin : undefined;
}

/** What the model is shown of a call: the output where nothing else is. */
async function wholeCall(call: ToolCall, read: Read): Promise<ToolCall> {
  if (call.state !== 'completed') return call;
  if (!call.content) return { ...call, output: await valueOf(call.output, read) };
  const content: ContentPart[] = [];
  for (const part of call.content) content.push(part.type === 'file' ? await wholeFile(part, read) : part);
  return { ...call, content };
}

async function valueOf(value: unknown, read: Read): Promise<unknown> {
  const bytes = isBlobReference(value) ? await read(value.blob) : undefined;
  // What only looks like a reference is no blob of this thread, and is told as it is.
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as unknown) : value;
}

async function wholeFile<File extends { readonly source: FileSource }>(file: File, read: Read): Promise<File> {
  const { source } = file;
  const bytes = source.type === 'blob' ? await read(source.digest) : undefined;
  return bytes ? { ...file, source: { type: 'base64', data: base64Of(bytes) } } : file;
}

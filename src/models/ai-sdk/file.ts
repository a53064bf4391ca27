import { ChatError } from '../../conversation/error.ts';
import type { FilePart } from '../../conversation/content.ts';
import { sentFile } from '../sent-file.ts';
import type { Bridge } from './bridge.ts';
import type { MadeFile } from './language-model.ts';

/** An object of the prompt. */
export type PromptObject = Readonly<Record<string, unknown>>;

/** A file of a message; `undefined` when it cannot be sent to this model. */
export function promptFile(given: FilePart, bridge: Bridge): PromptObject | undefined {
  const file = sentFile(given);
  const data = dataOfFile(file, bridge);
  if (data === undefined) return undefined;
  const { mediaType, name } = file;
  return { type: 'file', mediaType, data, ...(name !== undefined && { filename: name }) };
}

/** A file in the result of a tool; version 3 has a type for each kind. */
export function resultFile(file: FilePart, bridge: Bridge): PromptObject | undefined {
  if (bridge.version === 'v4') return promptFile(file, bridge);
  const { mediaType, name, source } = sentFile(file);
  const isImage = mediaType.startsWith('image/');
  const filename = name === undefined ? {} : { filename: name };
  switch (source.type) {
    case 'base64':
      return isImage
        ? { type: 'image-data', data: source.data, mediaType }
        : { type: 'file-data', data: source.data, mediaType, ...filename };
    case 'url':
      return { type: isImage ? 'image-url' : 'file-url', url: source.url };
    case 'provider':
      return isOwn(source.provider, bridge)
        ? { type: isImage ? 'image-file-id' : 'file-id', fileId: source.id }
        : undefined;
    case 'blob':
      return undefined;
  }
}

/** Throws `ChatError` `unsupported` for a file of a user that cannot be sent: without it the question is another. */
export function refuseFile({ mediaType, source }: FilePart, { provider, model }: Bridge): never {
  const kind = `${mediaType} (${source.type})`;
  throw new ChatError('unsupported', `Asking ${provider}/${model}: it cannot be sent a file of type ${kind}.`);
}

/** Where the bytes of a file are that a model made. */
export function madeSource(data: MadeFile): FilePart['source'] | undefined {
  if (typeof data === 'string') return { type: 'base64', data };
  if (data instanceof Uint8Array) return { type: 'base64', data: base64Of(data) };
  if (data.type === 'data') return madeSource(data.data);
  return { type: 'url', url: String(data.url) };
}

function dataOfFile({ source }: FilePart, bridge: Bridge): unknown {
  const isNew = bridge.version === 'v4';
  switch (source.type) {
    case 'base64':
      return isNew ? { type: 'data', data: source.data } : source.data;
    case 'url': {
      if (!URL.canParse(source.url)) return undefined;
      const url = new URL(source.url);
      return isNew ? { type: 'url', url, originalUrl: source.url } : url;
    }
    case 'provider':
      // Version 3 has no word for it.
      return isNew && isOwn(source.provider, bridge)
        ? { type: 'reference', reference: { [bridge.rules.key]: source.id } }
        : undefined;
    case 'blob':
      return undefined;
  }
}

/** Files that are kept by the provider, by either of its names: `openai.responses`, `openai`. */
function isOwn(provider: string, bridge: Bridge): boolean {
  return provider === bridge.provider || provider === bridge.rules.key;
}

/** Bytes as base64. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return btoa(text);
}

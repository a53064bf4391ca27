import { ChatError } from './error.ts';
import { isObject } from './json.ts';
import type { Json } from './json.ts';

/** What a provider wants back verbatim (a signature, encrypted reasoning); dropped when another provider takes over. */
export interface Origin {
  readonly provider: string;
  readonly model: string;
  readonly data: Json;
}

/** Text that people read. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  readonly origin?: Origin;
}

/** Where the bytes of a file are. */
export type FileSource =
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'base64'; readonly data: string }
  | { readonly type: 'blob'; readonly digest: string; readonly size: number }
  | { readonly type: 'provider'; readonly provider: string; readonly id: string };

/** A file: an image, a document, audio. `mediaType` is an IANA media type such as `image/png`. */
export interface FilePart {
  readonly type: 'file';
  readonly mediaType: string;
  readonly source: FileSource;
  readonly name?: string;
  readonly origin?: Origin;
}

/** The parts that a user may say, and that a tool may show the model. */
export type ContentPart = TextPart | FilePart;

/** Throws `ChatError` `invalid-request` for what nobody can say: untyped code hands in all kinds of things. */
export function demandContent(content: unknown): void {
  if (typeof content === 'string' || (Array.isArray(content) && content.every(isContentPart))) return;
  const parts = '`{ type: "text", text }` and `{ type: "file", mediaType, source }`';
  throw new ChatError('invalid-request', `Saying something: neither a text nor a list of ${parts}.`);
}

function isContentPart(part: Readonly<Record<string, unknown>> | null): boolean {
  const { type, text, mediaType, source } = part ?? {};
  if (type === 'text') return typeof text === 'string';
  return type === 'file' && typeof mediaType === 'string' && isObject(source);
}

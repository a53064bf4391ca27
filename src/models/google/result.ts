import type { FilePart } from '../../conversation/content.ts';
import { resultOf } from '../../conversation/result.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { isJson } from '../json-text.ts';
import { wireFile } from './file.ts';
import { sentFile } from '../sent-file.ts';
import type { GoogleWire } from './quirks.ts';

/** A call's result on the wire: JSON, and files that follow in a turn of their own. */
export interface WireResult {
  readonly part: string;
  readonly more: readonly string[];
}

/** Told of what could not be sent as it is. */
export type Warn = (reason: string) => void;

/** The `functionResponse` of a call; under its name on the wire, with the id that Google gave it, if it did. */
export function wireResult(
  call: ToolCall,
  { id, name }: { readonly id: string | undefined; readonly name: string },
  { wire, warn }: { wire: GoogleWire; warn: Warn },
): WireResult {
  const { content, isError } = resultOf(call);
  const inside: object[] = [];
  const more: object[] = [];
  const texts: string[] = [];
  for (const part of content) {
    if (part.type === 'text') {
      if (part.text !== '') texts.push(part.text);
      continue;
    }
    const file = wireFile(part, wire);
    if (file) (fitsInside(part, wire) ? inside : more).push(file);
    else {
      warn(`cannot be sent the file of type ${part.mediaType} in the result of ${call.name}`);
      texts.push(`(A file of type ${part.mediaType} that cannot be shown here.)`);
    }
  }
  if (more.length > 0) {
    warn(`does not take these files in the result of a tool: those of ${call.name} follow in a message of the user`);
    if (texts.length === 0) texts.push('(its files follow)');
  }
  const value = outputText(texts.join('\n\n'));
  const head = JSON.stringify({ ...(id !== undefined && { id }), name }).slice(0, -1);
  const parts = inside.length > 0 ? `,"parts":${JSON.stringify(inside)}` : '';
  return {
    part: `{"functionResponse":${head},"response":{"${isError ? 'error' : 'output'}":${value}}${parts}}}`,
    more:
      more.length > 0 ? [{ text: `From the result of ${call.name}:` }, ...more].map((one) => JSON.stringify(one)) : [],
  };
}

/** Gemini 3 reads pictures and documents in a result; by their address only on Vertex AI. */
function fitsInside(file: FilePart, { quirks }: GoogleWire): boolean {
  const { mediaType, source } = sentFile(file);
  if (quirks.filesInResults === false || (source.type !== 'base64' && !quirks.urlsInResults)) return false;
  return /^(image\/(png|jpeg|webp)|application\/pdf|text\/plain)$/.test(mediaType);
}

/**
 * What is JSON already stays as it is, so that the model reads members, not a text full of quotes; but as a text where it
 * holds a number that the server, which reads every number as a double, would round or refuse.
 */
function outputText(text: string): string {
  return /^\s*[[{]/.test(text) && !inexact.test(text) && isJson(text)
    ? text
    : JSON.stringify(text === '' ? '(no output)' : text);
}

/** Sixteen digits of a whole number, or an exponent of three; within a text it does no harm to be wrong. */
const inexact = /(^|[^.\d])\d{16}|\de[+-]?\d{3}/i;

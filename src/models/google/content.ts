import { ChatError } from '../../conversation/error.ts';
import type { FilePart, TextPart } from '../../conversation/content.ts';
import { isObject } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part, ReasoningPart, ToolPart } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { textOf } from '../../conversation/message.ts';
import { isJson } from '../json-text.ts';
import { wireFile } from './file.ts';
import type { GoogleWire } from './quirks.ts';
import { wireResult } from './result.ts';
import type { Warn } from './result.ts';
import { ownData, signedPieces } from './signature.ts';

/** Something said by one side: parts, each as JSON. */
export interface Turn {
  readonly role: 'user' | 'model';
  readonly parts: readonly string[];
  /** Results of calls stand alone: with anything beside them their number does not match that of the calls. */
  readonly isAlone?: true;
}

/** What the rendering of a message depends on beside the message. */
export interface TurnOptions {
  readonly wire: GoogleWire;
  readonly warn: Warn;
  /** Gives a call its name on the wire. */
  nameOf(call: ToolCall): string;
  /** Told of each call of Google's own tools that goes back. */
  onServerCall(): void;
}

/**
 * What a message becomes on the wire. Throws `ChatError` `unsupported` for a file of the user that cannot be sent.
 * A system message within the conversation has no place of its own here: it is said in the user's turn.
 */
export function turnsOf(message: Message, options: TurnOptions): readonly Turn[] {
  switch (message.role) {
    case 'system': {
      const text = textOf(message);
      if (text === '') return [];
      options.warn('has no place for a system message within a conversation: it is said in the turn of the user');
      return [{ role: 'user', parts: [JSON.stringify({ text: `<system>\n${text}\n</system>` })] }];
    }
    case 'user': {
      const parts = message.parts.flatMap((part) => userPart(part, options.wire));
      return parts.length === 0 ? [] : [{ role: 'user', parts }];
    }
    case 'assistant':
      return assistantTurns(message, options);
  }
}

function userPart(part: Part, wire: GoogleWire): readonly string[] {
  if (part.type === 'text') return part.text === '' ? [] : [JSON.stringify({ text: part.text })];
  if (part.type !== 'file') return [];
  return [JSON.stringify(wireFile(part, wire) ?? refuse(part, wire))];
}

function refuse({ mediaType, source }: FilePart, { provider, model }: GoogleWire): never {
  throw new ChatError(
    'unsupported',
    `Asking ${provider}/${model}: it cannot be sent a file of type ${mediaType} (${source.type}).`,
  );
}

function assistantTurns(message: Message, options: TurnOptions): readonly Turn[] {
  const { wire } = options;
  const parts: string[] = [];
  const results: string[] = [];
  const files: string[] = [];
  const isOurs = message.model?.provider === wire.provider;
  for (const part of message.parts) {
    if (part.type !== 'tool' || part.call.providerExecuted) {
      parts.push(...saidPart(part, options));
      continue;
    }
    const id = isOurs ? part.call.providerId : undefined;
    const name = options.nameOf(part.call);
    parts.push(wireCall(part, { id, name, wire, isFirst: results.length === 0 }));
    const result = wireResult(part.call, { id, name }, options);
    results.push(result.part);
    files.push(...result.more);
  }
  const turns: Turn[] = [];
  if (parts.length > 0) turns.push({ role: 'model', parts });
  if (results.length > 0) turns.push({ role: 'user', parts: results, isAlone: true });
  if (files.length > 0) turns.push({ role: 'user', parts: files });
  return turns;
}

function saidPart(part: Part, options: TurnOptions): readonly string[] {
  const { wire, warn } = options;
  switch (part.type) {
    case 'text':
      return textParts(part, wire);
    case 'reasoning':
      return thoughtParts(part, wire);
    case 'data':
      return part.name === 'refusal' && typeof part.data === 'string' ? [JSON.stringify({ text: part.data })] : [];
    case 'file': {
      const file = part.origin?.provider === wire.provider ? wireFile(part, wire) : undefined;
      if (file) return [JSON.stringify({ ...file, ...ownData(part.origin, wire) })];
      warn(`is not shown the file of type ${part.mediaType} that another model made`);
      return [];
    }
    case 'tool':
      return providerParts(part, options);
    case 'source':
      return [];
  }
}

/** Text as it was said, each signed piece a part of its own. */
function textParts({ text, origin }: TextPart, wire: GoogleWire): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const piece of signedPieces(origin, wire)) {
    if (piece.from > from) parts.push(JSON.stringify({ text: text.slice(from, piece.from) }));
    parts.push(JSON.stringify({ text: text.slice(piece.from, piece.to), thoughtSignature: piece.signature }));
    from = piece.to;
  }
  if (from < text.length) parts.push(JSON.stringify({ text: text.slice(from) }));
  return parts;
}

/** Only thoughts that this model signed: others it does not need. */
function thoughtParts({ text, origin }: ReasoningPart, wire: GoogleWire): readonly string[] {
  return signedPieces(origin, wire).map(({ from, to, signature }) =>
    JSON.stringify({ text: text.slice(from, to), thought: true, thoughtSignature: signature }),
  );
}

/** The call as its model wrote it, arguments to the letter, with its signature or what stands for a missing one (rules W1, W2). */
function wireCall(
  { call, origin }: ToolPart,
  { id, name, wire, isFirst }: { id: string | undefined; name: string; wire: GoogleWire; isFirst: boolean },
): string {
  const own = ownData(origin, wire);
  const isMissing = isFirst && own['thoughtSignature'] === undefined && wire.quirks.signatures !== false;
  const beside = { ...own, ...(isMissing && { thoughtSignature: 'skip_thought_signature_validator' }) };
  const head = JSON.stringify({ ...(id !== undefined && { id }), name }).slice(0, -1);
  const text = call.arguments.trim();
  // Only an object can be sent; a call whose arguments are none has failed, and its result says so.
  const args = text === '' ? '' : `,"args":${text.startsWith('{') && isJson(text) ? text : '{}'}`;
  return `{"functionCall":${head}${args}}${Object.keys(beside).length > 0 ? `,${JSON.stringify(beside).slice(1)}` : '}'}`;
}

/** What Google ran goes back as it came, once it has a result; signatures only to the model that made them. */
function providerParts({ origin }: ToolPart, { wire, onServerCall }: TurnOptions): readonly string[] {
  if (origin?.provider !== wire.provider || !isObject(origin.data)) return [];
  const { parts } = origin.data;
  if (!Array.isArray(parts) || parts.length < 2) return [];
  const isSame = origin.model === wire.model;
  if (parts.some((part) => isObject(part) && part['toolCall'] !== undefined)) {
    if (!isSame || wire.quirks.serverCalls === false) return [];
    onServerCall();
  }
  return parts.map((part) => JSON.stringify(isSame ? part : { ...(part as object), thoughtSignature: undefined }));
}

import { ChatError } from '../../conversation/error.ts';
import type { FilePart } from '../../conversation/content.ts';
import type { Message } from '../../conversation/message.ts';
import { resultOf } from '../../conversation/result.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { Answer, isOwnCall } from './answer.ts';
import { fileBlock } from './file.ts';
import type { MessagesWire } from './family.ts';
import { isPausedBy } from './turns.ts';
import type { MessageTurns } from './turns.ts';

/** What a message's rendering depends on beside the message. */
export interface MessagePlace {
  /** Gives a call its id on the wire. */
  idOf(call: ToolCall): string;
  /** Gives a call its name on the wire. */
  nameOf(call: ToolCall): string;
  /** Results that stood at the beginning of this answer. */
  readonly first: readonly string[];
  /** Told of what could not be sent as it is. */
  warn(reason: string): void;
}

/**
 * What a message becomes: a turn of the user, or one of the assistant and, in the next of the user, the results of its
 * calls. Throws `ChatError` `unsupported` for a file of the user that this wire cannot send.
 */
export function messageTurns(message: Message, wire: MessagesWire, place: MessagePlace): MessageTurns {
  switch (message.role) {
    case 'system':
      return only('user', systemBlocks(message, place));
    case 'user':
      return only('user', userBlocks(message, wire));
    case 'assistant':
      return assistantTurns(message, wire, place);
  }
}

function only(role: 'user', blocks: readonly string[]): MessageTurns {
  return { turns: [{ role, blocks }], isPaused: false, later: [] };
}

/** Not every model knows the system inside a conversation, and those that do only at certain places. */
function systemBlocks(message: Message, { warn }: MessagePlace): readonly string[] {
  const text = systemText(message);
  if (text === '') return [];
  warn('knows the system only at the beginning: what it says later is sent as words of the user');
  return [JSON.stringify({ type: 'text', text: `<system>\n${text}\n</system>` })];
}

/** What a message of the system says. */
export function systemText({ parts }: Message): string {
  return parts.flatMap((part) => (part.type === 'text' && isSaid(part.text) ? [part.text] : [])).join('\n\n');
}

function userBlocks({ parts }: Message, wire: MessagesWire): readonly string[] {
  return parts.flatMap((part) => {
    if (part.type === 'text' && isSaid(part.text)) return [JSON.stringify({ type: 'text', text: part.text })];
    return part.type === 'file' ? [JSON.stringify(fileBlock(part, wire) ?? refuse(part, wire))] : [];
  });
}

/** Blank text is refused. */
function isSaid(text: string): boolean {
  return text.trim() !== '';
}

function refuse({ mediaType, source }: FilePart, { provider, model }: MessagesWire): never {
  const reason = `Asking ${provider}/${model}: it cannot be sent a file of type ${mediaType} (${source.type}).`;
  throw new ChatError('unsupported', reason);
}

function assistantTurns(
  message: Message,
  wire: MessagesWire,
  { idOf, nameOf, first, warn }: MessagePlace,
): MessageTurns {
  const answer = new Answer(message, wire, first);
  const results: string[] = [];
  for (const part of message.parts) {
    if (!isOwnCall(part)) {
      answer.add(part);
      continue;
    }
    const id = idOf(part.call);
    answer.call(part, { id, name: nameOf(part.call) });
    results.push(JSON.stringify(resultBlock(part.call, id, { wire, warn })));
  }
  const turns = [
    { role: 'assistant', blocks: answer.end() },
    { role: 'user', blocks: results },
  ] as const;
  return { turns, isPaused: results.length === 0 && isPausedBy(wire.provider, message), later: answer.later };
}

interface Told {
  readonly wire: MessagesWire;
  readonly warn: MessagePlace['warn'];
}

function resultBlock(call: ToolCall, id: string, told: Told): Readonly<Record<string, unknown>> {
  const { content, isError } = resultOf(call);
  const blocks = content.flatMap((part) => {
    if (part.type === 'text') return isSaid(part.text) ? [{ type: 'text', text: part.text }] : [];
    return [shown(part, call, told)];
  });
  const [one] = blocks;
  const text = blocks.length === 1 && one?.type === 'text' ? one['text'] : undefined;
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...(blocks.length > 0 && { content: text ?? blocks }),
    ...(isError && { is_error: true }),
  };
}

/** A tool's file that cannot be sent is told of, so that the conversation can go on. */
function shown(file: FilePart, { name }: ToolCall, { wire, warn }: Told): Readonly<Record<string, unknown>> {
  const block = fileBlock(file, wire);
  if (block && block['type'] !== 'container_upload') return block;
  warn(`cannot be sent the file of type ${file.mediaType} in the result of ${name}`);
  return { type: 'text', text: `(A file of type ${file.mediaType} that cannot be shown here.)` };
}

/** The calls that the provider had begun when it paused in an answer, as they stand at the end of a request. */
export function pendingCalls(message: Message | undefined, wire: MessagesWire): readonly string[] {
  if (!message || !isPausedBy(wire.provider, message)) return [];
  return message.parts.some(isOwnCall) ? [] : new Answer(message, wire, []).pending();
}

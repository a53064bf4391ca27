import { freshRun } from './draft.ts';
import type { RunState } from './draft.ts';
import { ChatError } from './error.ts';
import { isObject } from './json.ts';
import type { Message } from './message.ts';
import { transitions } from './tool-call.ts';

/** The format that this release writes. It reads older ones and one that is newer (rule S8). */
export const format = 1;

/** A conversation as JSON. */
export interface ConversationJson {
  readonly format: number;
  readonly id: string;
  readonly messages: readonly Message[];
  readonly run: RunState;
}

/** Checks the shape of a stored conversation, text or value. Throws `ChatError` `format` that says where it is wrong. */
export function parseConversation(json: unknown): ConversationJson {
  const value = typeof json === 'string' ? parseText(json) : json;
  if (!isObject(value)) throw wrong('it is not a JSON object');
  checkFormat(value['format']);
  if (typeof value['id'] !== 'string' || value['id'] === '') throw wrong('`id` is missing');
  if (!Array.isArray(value['messages'])) throw wrong('`messages` is not a list');
  const ids = new Set<string>();
  value['messages'].forEach((message, index) => checkMessage(message, `messages[${index}]`, ids));
  const run = value['run'] ?? freshRun;
  checkRun(run);
  // The checks above have looked at every field that the fold and the loop rely on.
  return { format, id: value['id'], messages: value['messages'] as Message[], run: run as RunState };
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(`it is not JSON (${(cause as Error).message})`, cause);
  }
}

function checkFormat(value: unknown): void {
  if (!Number.isInteger(value)) throw wrong('`format` is missing');
  if ((value as number) > format + 1) {
    throw wrong(
      `it has format ${value}, and this release of yourcall reads formats up to ${format + 1}: use a newer one`,
    );
  }
}

function checkMessage(message: unknown, at: string, ids: Set<string>): void {
  if (!isObject(message)) throw wrong(`${at} is not an object`);
  const { id, role, parts } = message;
  if (typeof id !== 'string') throw wrong(`${at}.id is not text`);
  if (ids.has(id)) throw wrong(`${at}.id ${JSON.stringify(id)} stands twice`);
  ids.add(id);
  if (role !== 'user' && role !== 'assistant' && role !== 'system') throw wrong(`${at}.role is not a role`);
  if (typeof message['at'] !== 'number') throw wrong(`${at}.at is not a time in milliseconds`);
  if (!Array.isArray(parts)) throw wrong(`${at}.parts is not a list`);
  parts.forEach((part, index) => checkPart(part, `${at}.parts[${index}]`, ids));
}

/** Parts of a kind that this release does not know are kept as they are. */
function checkPart(part: unknown, at: string, ids: Set<string>): void {
  if (!isObject(part) || typeof part['type'] !== 'string') throw wrong(`${at}.type is missing`);
  const isText = part['type'] === 'text' || part['type'] === 'reasoning';
  if (isText && typeof part['text'] !== 'string') throw wrong(`${at}.text is not text`);
  if (part['type'] === 'file' && !isObject(part['source'])) throw wrong(`${at}.source is missing`);
  if (part['type'] === 'tool') checkCall(part['call'], `${at}.call`, ids);
}

function checkCall(call: unknown, at: string, ids: Set<string>): void {
  if (!isObject(call)) throw wrong(`${at} is not an object`);
  for (const name of ['id', 'name', 'arguments', 'state']) {
    if (typeof call[name] !== 'string') throw wrong(`${at}.${name} is not text`);
  }
  const { id, state, revision, decisions, attempt, providerExecuted } = call;
  if (ids.has(id as string)) throw wrong(`${at}.id ${JSON.stringify(id)} stands twice`);
  ids.add(id as string);
  if (!Object.hasOwn(transitions, state as string)) throw wrong(`${at}.state ${JSON.stringify(state)} is not a state`);
  if (!Number.isInteger(revision)) throw wrong(`${at}.revision is not a whole number`);
  if (decisions !== undefined && !Array.isArray(decisions)) throw wrong(`${at}.decisions is not a list`);
  if (state === 'running' && !providerExecuted && !isAttempt(attempt)) throw wrong(`${at}.attempt is missing`);
}

function isAttempt(value: unknown): boolean {
  return isObject(value) && ['number', 'startedAt', 'deadline'].every((name) => typeof value[name] === 'number');
}

function checkRun(run: unknown): void {
  if (!isObject(run) || !Number.isInteger(run['steps']) || !isObject(run['usage'])) throw wrong('`run` is not a run');
  for (const count of ['input', 'output', 'cachedInput', 'reasoning', 'unreported', 'unreportedLength']) {
    if (typeof run['usage'][count] !== 'number') throw wrong(`run.usage.${count} is not a number`);
  }
  const { traces = [] } = run;
  if (!Array.isArray(traces) || traces.some((trace) => typeof trace !== 'string')) {
    throw wrong('`run.traces` is not a list of texts');
  }
}

function wrong(what: string, cause?: unknown): ChatError {
  return new ChatError('format', `Reading a conversation: ${what}.`, { cause });
}

import { isWaiting } from '../../conversation/changes.ts';
import { isEnd } from '../../conversation/event.ts';
import type { Message } from '../../conversation/message.ts';
import { isSettled } from '../../conversation/move.ts';
import { resultOf } from '../../conversation/result.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import { clip, visible } from '../../wire/plain-text.ts';
import { orMissing } from '../access.ts';
import { callsIn } from '../deciding.ts';
import type { Caller } from '../dialect.ts';
import { isUnderWay } from '../following.ts';
import type { View } from '../reader-view.ts';
import { waitingCall, waitingLines } from './waiting-call.ts';
import type { WaitingCall } from './waiting-call.ts';

/** A thread as a host is told of it. */
export interface ToldThread {
  readonly thread: string;
  readonly status: string;
  readonly error?: string;
  readonly messages: readonly ToldMessage[];
  readonly waiting: readonly WaitingCall[];
}

interface ToldMessage {
  readonly role: Message['role'];
  readonly text: string;
  readonly calls: readonly ToldCall[];
}

interface ToldCall {
  readonly call: string;
  readonly name: string;
  readonly state: ToolCall['state'];
  /** What the model was told of it, from its beginning on. */
  readonly result?: string;
}

/** The thread as it stands, or as its run has left it that ended meanwhile. */
export async function standing(
  { runtime, who }: Caller,
  thread: string,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<ReadThread> {
  const key = { tenant: who.tenant, thread };
  const read = orMissing(await runtime.read(key));
  if (!isUnderWay(read) || seconds === 0) return read;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
  for await (const { event } of runtime.watch(key, { after: read.cursor, signal: patience })) {
    if (isEnd(event)) break;
  }
  return orMissing(await runtime.read(key));
}

/** What is told of it as they see it: the messages from a place on, and all that waits. */
export function toldThread({ thread, messages: all }: ReadThread, view: View, from: number): ToldThread {
  const messages = view.redactedMessages(all);
  return {
    thread: thread.thread,
    status: thread.status,
    ...(thread.error !== undefined && { error: thread.error }),
    messages: messages.slice(from).map(toldMessage),
    waiting: callsIn(messages)
      .filter(isWaiting)
      .map((call) => waitingCall(thread.thread, call)),
  };
}

function toldMessage({ role, parts }: Message): ToldMessage {
  return {
    role,
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    calls: parts.flatMap((part) => (part.type === 'tool' ? [toldCall(part.call)] : [])),
  };
}

const longestResult = 4_000;

function toldCall(call: ToolCall): ToldCall {
  const { id, name, state } = call;
  if (!isSettled(state)) return { call: id, name, state };
  const texts = resultOf(call).content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`));
  return { call: id, name, state, result: clip(texts.join('\n'), longestResult) };
}

/** It for a person. */
export function threadLines({ thread, status, error, messages, waiting }: ToldThread): readonly string[] {
  return [
    `Thread ${thread} is ${status}${error === undefined ? '' : ` (${error})`}.`,
    ...messages.flatMap(({ role, text, calls }) => [
      ...(text === '' ? [] : [`${role}: ${text}`]),
      ...calls.map(({ name, state, result = '' }) => `  ${visible(name)} ${state}  ${visible(clip(result, 200))}`),
    ]),
    ...waiting.flatMap((one) => ['', 'Waits for a person:', ...waitingLines(one)]),
  ];
}

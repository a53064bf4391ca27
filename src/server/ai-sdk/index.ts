import type { ReadThread } from '../../runtime/runtime.ts';
import type { Asked, Dialect, Frame } from '../dialect.ts';
import { Addresses } from '../file-address.ts';
import { follow, isUnderWay } from '../following.ts';
import type { Refusal } from '../following.ts';
import { namesFiles } from '../named-files.ts';
import { openThread, stopThread } from '../opening.ts';
import { Problem } from '../problem.ts';
import { contentIn } from '../saying.ts';
import { act } from './act.ts';
import { Answer } from './answer.ts';
import type { Chunk } from './chunk.ts';
import { history } from './history.ts';
import { readSaid } from './said.ts';
import type { Said } from './said.ts';
import type { ShownAnswer } from './shown.ts';

/**
 * The UI message stream of the AI SDK: `useChat` of `@ai-sdk/react` works as it is, with its `api` at `/ai-sdk`.
 * The id of the chat is the thread's, which is made with its first word.
 */
export function aiSdk(): Dialect {
  return {
    name: 'ai-sdk',
    routes: [
      { method: 'POST', path: '/ai-sdk', action: 'read', handle: inWords(post) },
      { method: 'GET', path: '/ai-sdk/:thread/stream', action: 'read', handle: inWords(resume) },
      { method: 'GET', path: '/ai-sdk/:thread/messages', action: 'read', handle: inWords(messages) },
      { method: 'POST', path: '/ai-sdk/:thread/stop', action: 'send', handle: inWords(stopThread) },
    ],
  };
}

async function post(asked: Asked): Promise<Response> {
  const said = readSaid(asked.body);
  if (typeof said === 'string') throw new Problem('malformed', said);
  // What the native API refuses in a word is refused here, before a thread is made of it.
  if (said.word) contentIn(said.word.content);
  const read = await openThread(asked, said.chat, isBeginning(said));
  const { tenant, thread } = read.thread;
  const refusals = await act({ asked, key: { tenant, thread }, read, said });
  return streamOf(asked, read, { shown: said.regenerates ? undefined : said.shown, refusals });
}

/** Whether its word may begin a chat: one that names a file is of a chat that is there. */
function isBeginning({ word }: Said): boolean {
  return word !== undefined && !namesFiles(word.content);
}

/** What is under way, from its beginning; nothing also while a call waits for a person. */
async function resume(asked: Asked): Promise<Response> {
  const read = await asked.find(asked.params['thread'] ?? '');
  return read && isUnderWay(read) ? streamOf(asked, read, {}) : new Response(null, { status: 204 });
}

/** What a page begins with; nothing for a chat in which nothing was said. */
async function messages(asked: Asked): Promise<Response> {
  const read = await asked.find(asked.params['thread'] ?? '');
  const told = read
    ? new Addresses(asked, read.thread.thread).inMessages(asked.view.redactedMessages(read.messages))
    : [];
  return Response.json(history(told), { headers: { 'cache-control': 'no-store' } });
}

/** What is told. */
interface Telling {
  /** What the client has of the answer; absent: nothing. */
  readonly shown?: ShownAnswer | undefined;
  readonly refusals?: readonly Refusal[];
}

function streamOf(asked: Asked, { thread }: ReadThread, { shown, refusals = [] }: Telling): Response {
  const key = { tenant: thread.tenant, thread: thread.thread };
  const headers = { 'x-vercel-ai-ui-message-stream': 'v1' };
  const teller = (read: ReadThread): Answer => new Answer(read, shown);
  const frames = (signal: AbortSignal): AsyncGenerator<Frame> =>
    framesOf(follow(asked, key, { signal, teller, refusals }));
  return asked.stream(frames, { headers, thread: key.thread });
}

async function* framesOf(chunks: AsyncIterable<Chunk>): AsyncGenerator<Frame> {
  for await (const chunk of chunks) yield { data: JSON.stringify(chunk) };
  yield { data: '[DONE]' };
}

/** The client shows the body of a refusal as it is, so it is text. */
function inWords(handle: (asked: Asked) => Promise<Response>): (asked: Asked) => Promise<Response> {
  return async (asked) => {
    try {
      return await handle(asked);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return new Response(error.message, { status: statuses[error.code] ?? 400, headers: textHeaders });
    }
  };
}

const textHeaders = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
const statuses: Readonly<Record<string, number>> = {
  malformed: 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
};

import { ChatError } from '../../conversation/error.ts';
import type { ReadThread } from '../../runtime/runtime.ts';
import type { Asked, Dialect, Frame } from '../dialect.ts';
import { Problem } from '../problem.ts';
import { contentIn } from '../saying.ts';
import { act } from './act.ts';
import type { Chunk } from './chunk.ts';
import { follow, isUnderWay } from './follow.ts';
import type { Following } from './follow.ts';
import { history } from './history.ts';
import { readSaid } from './said.ts';
import type { Said } from './said.ts';

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
      { method: 'POST', path: '/ai-sdk/:thread/stop', action: 'send', handle: inWords(stop) },
    ],
  };
}

async function post(asked: Asked): Promise<Response> {
  const said = readSaid(asked.body);
  if (typeof said === 'string') throw new Problem('malformed', said);
  // What the native API refuses in a word is refused here, before a thread is made of it.
  if (said.word) contentIn(said.word.content);
  const read = (await asked.find(said.chat)) ?? (await made(asked, said));
  const { tenant, thread } = read.thread;
  const refusal = await act({ asked, key: { tenant, thread }, read, said });
  return streamOf(asked, read, { shown: said.regenerates ? undefined : said.shown, refusal });
}

/** A thread is made by the first word that is said in it. */
async function made(asked: Asked, { chat, word }: Said): Promise<ReadThread> {
  const { runtime, who } = asked;
  if (!word || chat.length > longestId) throw new Problem('not-found', 'There is no such chat.');
  if (!(await asked.permits('send', chat))) throw new Problem('forbidden', 'You may not say anything here.');
  try {
    await runtime.threads.create({ tenant: who.tenant, thread: chat, owner: who.principal });
  } catch (error) {
    // Another tab was quicker; or it is somebody else's, of which nothing is said (rule X1).
    if (!(error instanceof ChatError)) throw error;
  }
  const read = await asked.find(chat);
  if (!read) throw new Problem('not-found', 'There is no such chat.');
  return read;
}

const longestId = 200;

/** What is under way, from its beginning; nothing also while a call waits for a person. */
async function resume(asked: Asked): Promise<Response> {
  const read = await asked.find(asked.params['thread'] ?? '');
  return read && isUnderWay(read) ? streamOf(asked, read, {}) : new Response(null, { status: 204 });
}

/** What a page begins with; nothing for a chat in which nothing was said. */
async function messages(asked: Asked): Promise<Response> {
  const read = await asked.find(asked.params['thread'] ?? '');
  return Response.json(history(read?.messages ?? []), { headers: { 'cache-control': 'no-store' } });
}

/** Whoever goes away stops nothing; this does. */
async function stop(asked: Asked): Promise<Response> {
  const { thread } = await asked.thread();
  return Response.json({ stopped: await asked.runtime.cancel({ tenant: thread.tenant, thread: thread.thread }) });
}

function streamOf(asked: Asked, { thread }: ReadThread, about: Omit<Following, 'signal'>): Response {
  const key = { tenant: thread.tenant, thread: thread.thread };
  const headers = { 'x-vercel-ai-ui-message-stream': 'v1' };
  const frames = (signal: AbortSignal): AsyncGenerator<Frame> =>
    framesOf(follow(asked.runtime, key, { ...about, signal }));
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
const statuses: Readonly<Record<string, number>> = { malformed: 400, forbidden: 403, 'not-found': 404, conflict: 409 };

import type { ReadThread } from '../../runtime/runtime.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { orMissing } from '../access.ts';
import type { Asked, Dialect, Frame } from '../dialect.ts';
import { follow } from '../following.ts';
import type { Refusal } from '../following.ts';
import { namesFiles } from '../named-files.ts';
import { openThread, stopThread } from '../opening.ts';
import { Problem } from '../problem.ts';
import { contentIn } from '../saying.ts';
import { act } from './act.ts';
import { audienceOf } from './audience.ts';
import { declaredIn } from './declared.ts';
import type { AgUiEvent } from './protocol.ts';
import { hydrationOf, threadIn } from './rejoin.ts';
import { readSaid } from './said.ts';
import type { Said } from './said.ts';
import { Telling } from './telling.ts';

/** How AG-UI is spoken. */
export interface AgUiOptions {
  /** Keeps the tools that a client declares with a word, for a chat made by `withClientTools` (rule X2). Default: they are ignored. */
  readonly clientTools?: boolean;
}

/**
 * AG-UI 1.0: `HttpAgent` of `@ag-ui/client`, and clients of TanStack AI, work as they are, with their address at `/ag-ui`.
 * Their `threadId` is the thread's id, which is made with its first word.
 */
export function agUi({ clientTools = false }: AgUiOptions = {}): Dialect {
  return {
    name: 'ag-ui',
    routes: [
      { method: 'POST', path: '/ag-ui', action: 'read', handle: (asked) => post(asked, clientTools) },
      { method: 'GET', path: '/ag-ui', action: 'read', handle: rejoin },
      { method: 'POST', path: '/ag-ui/:thread/stop', action: 'send', handle: stopThread },
    ],
  };
}

async function post(asked: Asked, clientTools: boolean): Promise<Response> {
  const said = readSaid(asked.body);
  if (typeof said === 'string') throw new Problem('malformed', said);
  // What the native API refuses in a word is refused here, before a thread is made of it.
  if (said.word) contentIn(said.word.content);
  const tools = clientTools && said.word ? declaredIn(asked.body) : [];
  if (typeof tools === 'string') throw new Problem('malformed', tools);
  const read = await threadOf(asked, said);
  if (!read) return nothingIn(asked, said);
  const refusals = await act({ asked, key: keyOf(read), read, said, tools });
  return streamOf(asked, read, { said, refusals });
}

/** How a page of TanStack AI finds a thread again: first it asks for it, then it reads the stream that it was told of. */
async function rejoin(asked: Asked): Promise<Response> {
  const { query } = asked;
  const thread = query.get('threadId');
  if (thread !== null) {
    return Response.json(hydrationOf(await asked.find(thread)), { headers: { 'cache-control': 'no-store' } });
  }
  const run = query.get('runId') ?? '';
  const read = orMissing(await asked.find(threadIn(run)));
  const said: Said = { thread: read.thread.thread, run, resume: [], results: [], posted: [] };
  return streamOf(asked, read, { said, refusals: [] });
}

/** Who only looks at a thread that was not begun sees an empty one. */
async function threadOf(asked: Asked, said: Said): Promise<ReadThread | undefined> {
  const { thread, word, resume, posted } = said;
  if (!word && resume.length === 0 && posted.length === 0) return asked.find(thread);
  return openThread(asked, thread, word !== undefined && !namesFiles(word.content));
}

interface Streamed {
  readonly said: Said;
  readonly refusals: readonly Refusal[];
}

async function streamOf(asked: Asked, read: ReadThread, { said, refusals }: Streamed): Promise<Response> {
  const { thread, run, parentRun, posted } = said;
  const key = keyOf(read);
  const audience = await audienceOf(asked, read);
  const told = { thread, run, posted, audience, ...(parentRun !== undefined && { parentRun }) };
  const teller = (now: ReadThread): Telling => new Telling(now, told);
  const frames = (signal: AbortSignal): AsyncGenerator<Frame> =>
    framesOf(follow(asked, key, { signal, teller, refusals }));
  return asked.stream(frames, { thread: key.thread });
}

function keyOf({ thread: { tenant, thread } }: ReadThread): ThreadKey {
  return { tenant, thread };
}

function nothingIn(asked: Asked, { thread: threadId, run: runId }: Said): Response {
  const events: readonly AgUiEvent[] = [
    { type: 'RUN_STARTED', threadId, runId, protocolVersion: '1.0' },
    { type: 'RUN_FINISHED', threadId, runId, outcome: { type: 'success' } },
  ];
  return asked.stream(() => framesOf(events));
}

async function* framesOf(events: AsyncIterable<AgUiEvent> | Iterable<AgUiEvent>): AsyncGenerator<Frame> {
  for await (const event of events) yield { data: JSON.stringify(event) };
}

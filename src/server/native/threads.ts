import type { ThreadKey } from '../../store/thread.ts';
import { orMissing } from '../access.ts';
import { callIn } from '../deciding.ts';
import type { Asked } from '../dialect.ts';
import { Problem } from '../problem.ts';
import { publicRead, publicThread } from '../view.ts';
import { bodyWith, flagIn, pageIn, textIn } from './fields.ts';
import { offerBeside } from './grants.ts';
import { answer, objectOf } from './operation.ts';
import type { Operation } from './operation.ts';

const title = { type: 'string', maxLength: 1000 } as const;

/** Threads as such. */
export const threadOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: '/threads',
    action: 'send',
    summary: 'Makes a thread, which belongs to whoever asks.',
    takes: objectOf({ 'title?': title }),
    gives: { 201: 'Thread' },
    handle: create,
  },
  {
    method: 'GET',
    path: '/threads',
    action: 'read',
    summary:
      'Lists the threads of whoever asks; with the right to manage those of everybody, or of `owner`; with `within` those that were opened for calls of a thread.',
    query: ['limit', 'after', 'archived', 'owner', 'within'],
    gives: { 200: 'Threads' },
    handle: list,
  },
  {
    method: 'GET',
    path: '/threads/:thread',
    action: 'read',
    summary: 'Reads a thread: its messages, what waits in it, and the place to watch it from.',
    gives: { 200: 'ReadThread' },
    handle: read,
  },
  {
    method: 'GET',
    path: '/threads/:thread/tools',
    action: 'read',
    summary:
      'The tools of the chat of a thread, as this process has them: what forms for arguments and answers are made of. None where this process lacks that chat.',
    gives: { 200: 'Tools' },
    handle: async (asked) => answer({ tools: asked.runtime.tools((await asked.thread()).thread.chat) }),
  },
  {
    method: 'PATCH',
    path: '/threads/:thread',
    action: 'send',
    summary: 'Renames or archives a thread.',
    takes: objectOf({ 'title?': title, 'archived?': { type: 'boolean' } }),
    gives: { 200: 'Thread' },
    handle: change,
  },
  {
    method: 'DELETE',
    path: '/threads/:thread',
    action: 'manage',
    summary: 'Erases a thread; refused while a call runs or is in doubt, and for one that was opened for a call.',
    gives: { 204: '' },
    handle: erase,
  },
  {
    method: 'POST',
    path: '/threads/:thread/retry',
    action: 'manage',
    summary: 'Has a thread tried again that failed.',
    gives: { 202: '' },
    async handle(asked) {
      await asked.runtime.retry(keyOf(asked, (await asked.thread()).thread.thread));
      return new Response(null, { status: 202 });
    },
  },
];

/** A thread of whoever asks. */
export function keyOf({ who }: Asked, thread: string): ThreadKey {
  return { tenant: who.tenant, thread };
}

async function create(asked: Asked): Promise<Response> {
  const { who, runtime } = asked;
  const name = textIn(bodyWith(asked.body, ['title']), 'title');
  // Its id is ours, and cannot be guessed.
  const about = { tenant: who.tenant, owner: who.principal, ...(name !== undefined && { title: name }) };
  const { thread } = await runtime.threads.create(about);
  return answer(publicThread(orMissing(await asked.find(thread)).thread), 201);
}

async function read(asked: Asked): Promise<Response> {
  const found = await asked.thread();
  const view = publicRead(found, asked.view);
  const waiting = view.waiting.map((one) => {
    const call = callIn(found.messages, one.call.id);
    return { ...one, ...(call && offerBeside(asked, call)) };
  });
  return answer({ ...view, waiting });
}

async function list({ who, runtime, query }: Asked): Promise<Response> {
  const isManager = who.scopes.includes('manage');
  const owner = isManager ? query.get('owner') : who.principal;
  const archived = query.get('archived') === 'true';
  const within = query.get('within');
  const where = {
    tenant: who.tenant,
    archived,
    ...(owner !== null && { owner }),
    ...(within !== null && { within }),
    ...pageIn(query),
  };
  const { items, next } = await runtime.threads.list(where);
  return answer({ items: items.map(publicThread), ...(next !== undefined && { next }) });
}

async function change(asked: Asked): Promise<Response> {
  const body = bodyWith(asked.body, ['title', 'archived']);
  const name = textIn(body, 'title');
  const archived = flagIn(body, 'archived');
  const { thread } = (await asked.thread()).thread;
  const { threads } = asked.runtime;
  if (name !== undefined) await threads.rename(keyOf(asked, thread), name);
  if (archived !== undefined) await threads.archive(keyOf(asked, thread), archived);
  return answer(publicThread((await asked.thread()).thread));
}

async function erase(asked: Asked): Promise<Response> {
  const { thread, within } = (await asked.thread()).thread;
  if (within) throw new Problem('conflict', 'The thread answers a call: it goes with the thread of that.');
  const became = await asked.runtime.threads.erase(keyOf(asked, thread));
  if (became === 'refused')
    throw new Problem('conflict', 'A call runs or is in doubt, in the thread or in one that answers a call of it.');
  return new Response(null, { status: 204 });
}

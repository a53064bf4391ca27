// Every operation that there is, asked about what is somebody else's: of its tenant, or of another owner.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { notesOfTests } from '../../test/server/granting-shop.ts';
import type { Notes } from '../../test/server/granting-shop.ts';
import { requestAs, shopsOfTests } from '../../test/server/shop.ts';
import { memoryStore } from '../store/memory/index.ts';
import { agUi } from './ag-ui/index.ts';
import { aiSdk } from './ai-sdk/index.ts';

const notesWith = notesOfTests();
const shopWith = shopsOfTests();

/** Names of what is there, by what stands for them in a path. */
type Names = Readonly<Record<'thread' | 'call' | 'digest' | 'grant', string>> & { readonly seen: string };

/** A thread of Ann with a big file, a call that waits, and one that was approved together with a grant. */
async function filled({ called, client }: Notes): Promise<Names> {
  const { thread, item: first } = await called('ann', { name: 'write', input: { note: 'first' } });
  const [choice] = first!.grants!.type === 'offered' ? first!.grants!.choices : [];
  const granted = { choice: choice!.id, scope: 'thread' } as const;
  const wish = { call: first!.call.id, seen: first!.seen, decision: { type: 'approve' }, grant: granted } as const;
  await client('max').decide(thread, [wish]);
  const { item } = await called('ann', { name: 'pay', input: { amount: 5 } }, thread);
  const bytes = Buffer.alloc(40_000, 'scan');
  const source = { type: 'base64', data: bytes.toString('base64') } as const;
  await client('ann').say(thread, [{ type: 'file', mediaType: 'image/png', source }]);
  const [grant] = await client('max').listGrants();
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { thread, call: item!.call.id, seen: item!.seen, grant: grant!.id, digest };
}

/** Bodies that would be taken from who may. */
const bodies: Readonly<Record<string, (names: Names) => object>> = {
  'POST /threads': () => ({}),
  'PATCH /threads/{thread}': () => ({ title: 'mine', archived: true }),
  'POST /threads/{thread}/messages': () => ({ content: 'Pay me.' }),
  'POST /threads/{thread}/rewind': () => ({ message: 'm1' }),
  'POST /threads/{thread}/cancel': () => ({ calls: true }),
  'POST /threads/{thread}/decisions': ({ call, seen }) => ({
    decisions: [{ call, seen, decision: { type: 'approve' } }],
  }),
  'POST /threads/{thread}/calls/{call}/grants': ({ seen }) => ({ choice: seen, scope: 'always' }),
};

/** What one is answered; of a stream what it begins with. */
async function answered(notes: Notes, who: string, what: string, body?: object): Promise<readonly [number, string]> {
  const response = await notes.fetch(requestAs(who, what, body));
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    return [response.status, await response.text()];
  const reader = response.body!.getReader();
  let text = '';
  while (!text.includes('event:')) text += Buffer.from((await reader.read()).value!).toString();
  await reader.cancel();
  return [response.status, text];
}

type Document = { paths: Record<string, Record<string, { requestBody?: unknown }>> };

test.each([
  ['of another tenant, with every right', 'eve', [404]],
  ['of the same tenant, with the rights of a user', 'bob', [404, 403]],
])('somebody %s finds nothing by any operation of the document (X1)', async (_, who, refusals) => {
  const notes = notesWith({ store: memoryStore() });
  const names = await filled(notes);
  const nowhere: Names = { thread: 'none', call: 'none', digest: '0'.repeat(64), grant: 'none', seen: names.seen };
  const state = async (): Promise<unknown> =>
    Promise.all(
      [`/threads/${names.thread}`, '/threads?owner=ann', '/threads?archived=true', '/inbox', '/audit', '/grants'].map(
        (path) => answered(notes, 'max', `GET ${path}`),
      ),
    );
  const before = await state();
  const { paths } = JSON.parse((await answered(notes, who, 'GET /openapi.json'))[1]) as Document;
  const tried: string[] = [];
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const what = `${method.toUpperCase()} ${path}`;
      const body = bodies[what];
      expect([what, body !== undefined]).toEqual([what, requestBody !== undefined]);
      const ask = (about: Names) => {
        const named = what.replaceAll(/\{(\w+)\}/g, (_all, name: keyof Names) => about[name]);
        const query = what === 'GET /threads' ? `?owner=ann&within=${about.thread}` : `?thread=${about.thread}`;
        return answered(notes, who, path.includes('{') ? named : `${named}${query}`, body?.(about));
      };
      const [status, text] = await ask(names);
      if (path.includes('{')) expect(refusals, what).toContain(status);
      for (const name of Object.values(names)) expect(text, what).not.toContain(name);
      // What is somebody else's is told from what is nowhere by nothing.
      if (what !== 'POST /threads') expect([status, text], what).toEqual(await ask(nowhere));
      tried.push(what);
    }
  }
  expect(tried.length).toBeGreaterThan(20);
  expect(tried).toEqual(expect.arrayContaining(Object.keys(bodies)));
  expect(await state()).toEqual(before);
  expect(notes.written).toEqual(['{"note":"first"}']);
});

test.each(['eve', 'bob'])('%s finds nothing by a dialect (X1)', async (who) => {
  const dialects = [aiSdk(), agUi()];
  const shop = shopWith({ dialects });
  const { thread } = await shop.waiting();
  const about = dialects.flatMap(({ routes }) => routes).filter(({ path }) => path.includes(':thread'));
  const ask = async (method: string, path: string, id: string) => {
    const { status, body } = await shop.ask(who, `${method} ${path.replace(':thread', id)}`, {});
    return [path, status, body];
  };
  for (const { method, path } of about) {
    const answer = await ask(method, path, thread);
    expect(answer).toEqual(await ask(method, path, 'none'));
    expect(JSON.stringify(answer)).not.toContain(thread);
  }
  expect(about.length).toBeGreaterThan(3);
  expect(await shop.ask(who, `GET /ag-ui?threadId=${thread}`)).toMatchObject({ status: 200, body: { messages: [] } });
  expect((await shop.ask(who, `GET /ag-ui?runId=${thread}`)).status).toBe(404);
  expect((await shop.ask('max', `GET /threads/${thread}`)).body.thread.status).toBe('paused');
});

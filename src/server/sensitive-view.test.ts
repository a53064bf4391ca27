// Who sees what tools keep to themselves, and that nobody decides about what they were not shown.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { framesUntil, openShop, requestAs } from '../../test/server/shop.ts';
import type { Shop } from '../../test/server/shop.ts';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { createRuntime } from '../runtime/runtime.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import { agUi } from './ag-ui/index.ts';
import { aiSdk } from './ai-sdk/index.ts';

const secret = 'hunter2';
const input = { user: 'ann', password: secret };
const kept = { user: 'ann', password: '(withheld)' };

type Say = (shop: Shop, thread: string) => Promise<unknown>;

const natively: Say = ({ ask }, thread) => ask('ann', `POST /threads/${thread}/messages`, { content: 'Log in.' });

/** A thread of Ann in which her page, or a person, is asked about a login. */
async function loginWaits(name: 'login' | 'fill', say = natively) {
  const schema = z.object({ user: z.string(), password: z.string() });
  const about = { description: 'logs in', input: schema, sensitive: ['password'] };
  const runtime = createRuntime({
    chat: createChat({
      model: scripted([{ calls: [{ name, input, pieces: 2 }] }, 'Done.']),
      tools: {
        login: tool({ ...about, policy: { ask: { reason: `as ${secret}` } }, run: () => ({ password: secret }) }),
        fill: tool({ ...about, policy: 'allow' }),
      },
    }) as never,
    store: memoryStore(),
  });
  const shop = openShop({ runtime, dialects: [agUi(), aiSdk()] });
  const { id: thread } = (await shop.ask('ann', 'POST /threads', {})).body as { id: string };
  await say(shop, thread);
  await shop.until(thread, 'paused');
  const read = async (who: string) => (await shop.ask(who, `GET /threads/${thread}`)).body;
  const close = async (): Promise<void> => {
    await shop[Symbol.asyncDispose]();
    await runtime.close();
  };
  return { shop, thread, read, [Symbol.asyncDispose]: close };
}

test('who decides sees all of what they decide about, who manages too, and whose thread it is does not (X5)', async () => {
  await using scene = await loginWaits('login');
  const inputs = await Promise.all(
    ['kim', 'max', 'ann'].map(async (who) => (await scene.read(who)).waiting[0].call.input),
  );
  expect(inputs).toEqual([input, input, kept]);
  const { body } = await scene.shop.ask('kim', 'GET /inbox');
  expect(body.items[0].call).toMatchObject({ input, requirements: [{ reason: `as ${secret}` }] });
});

test('nobody decides about what was kept from them: the digest of that is of no use for it (D1)', async () => {
  await using scene = await loginWaits('login');
  const [{ call, seen: part }] = (await scene.read('ann')).waiting;
  const [{ seen: all }] = (await scene.read('kim')).waiting;
  expect(part).not.toBe(all);
  const approve = async (seen: string) => {
    const decisions = [{ call: call.id, seen, decision: { type: 'approve' } }];
    return (await scene.shop.ask('kim', `POST /threads/${scene.thread}/decisions`, { decisions })).body.answers;
  };
  expect(await approve(part)).toMatchObject([{ type: 'stale' }]);
  expect(await approve(all)).toMatchObject([{ type: 'applied', call: { input } }]);
});

test('the page that runs a tool is handed with what, and answers by that; then it is kept again', async () => {
  await using scene = await loginWaits('fill');
  const { waiting } = await scene.read('ann');
  expect(waiting[0].call).toMatchObject({ state: 'awaiting-result', input, arguments: JSON.stringify(input) });
  const watched = await scene.shop.handler.fetch(requestAs('ann', `GET /threads/${scene.thread}/events?after=c0`));
  const telling = (await framesUntil(watched, 'paused')).filter(({ data }) => JSON.stringify(data).includes(secret));
  expect(telling.map(({ data }) => data.call.state)).toEqual(['awaiting-result']);
  const decisions = [
    { call: waiting[0].call.id, seen: waiting[0].seen, decision: { type: 'answer', output: 'filled' } },
  ];
  const { body } = await scene.shop.ask('ann', `POST /threads/${scene.thread}/decisions`, { decisions });
  expect(body.answers).toMatchObject([{ type: 'applied', call: { input: kept } }]);
});

test('a page of the AI SDK is told with what it runs a tool once, when that is handed to it', async () => {
  const told: string[] = [];
  await using scene = await loginWaits('fill', async (shop, thread) => {
    const parts = [{ type: 'text', text: 'Log in.' }];
    const said = { id: thread, message: { id: 'w', role: 'user', parts } };
    told.push(await (await shop.handler.fetch(requestAs('ann', 'POST /ai-sdk', said))).text());
  });
  expect(scene.thread).not.toBe('');
  const chunks = told[0]!
    .split('\n')
    .flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6))] : []));
  const about = chunks.filter(({ type }) => type.startsWith('tool-'));
  expect(about.map(({ type, input: given }) => [type, given])).toEqual([
    ['tool-input-start', undefined],
    ['tool-input-available', input],
  ]);
});

test('a client of AG-UI is told arguments once they are known, and whole', async () => {
  await using scene = await loginWaits('login');
  const body = { threadId: scene.thread, runId: 'r', messages: [], tools: [], context: [] };
  const told = await (await scene.shop.handler.fetch(requestAs('ann', 'POST /ag-ui', body))).text();
  expect(told).not.toContain(secret);
  expect(told).toContain(JSON.stringify(JSON.stringify(kept)));
});

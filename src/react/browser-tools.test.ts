import { createElement } from 'react';
import type { FunctionComponent } from 'react';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { pageOf } from '../../test/client/page.ts';
import { openTab, button, line } from '../../test/react/browser.ts';
import { people } from '../../test/server/shop.ts';
import { outline } from '../../test/react/pages.ts';
import { visitedShops } from '../../test/react/visited.ts';
import type { Visited } from '../../test/react/visited.ts';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { createRuntime } from '../runtime/runtime.ts';
import { createHandler } from '../server/handler.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import type { BrowserToolContext, ChatOptions } from './index.ts';
import { useChat } from './index.ts';

const visited = visitedShops();
const locates = { calls: [{ name: 'locate', input: {} }] };
const asksWhere = (): Visited => visited({ script: [locates, 'You are in Ulm.'] });

/** A thread of Ann on a page that has tools of its own. */
function page(options: ChatOptions): FunctionComponent {
  return function ToolPage() {
    // As people write it: another object each time.
    const chat = useChat({ ...options, tools: { ...options.tools } });
    return createElement('main', null, [
      ...chat.messages.map((message) => line('message', outline(message), message.id)),
      button('say', () => chat.send('Where am I?')),
    ]);
  };
}

/** A tool that answers when it is told to, and what it was asked. */
function slowly() {
  const runs: BrowserToolContext[] = [];
  const place = Promise.withResolvers<{ readonly city: string }>();
  const locate = (_input: unknown, context: BrowserToolContext) => {
    runs.push(context);
    return place.promise;
  };
  return { runs, locate, ...place };
}

const located = ['user: Where am I?', 'assistant: locate completed', 'assistant: You are in Ulm.'];

test('a tool of the page answers its call once: in strict mode, and in two components', async () => {
  const { page: as, asked } = asksWhere();
  const client = as('ann');
  const thread = (await client.createThread()).id;
  const { runs, locate, resolve } = slowly();
  const tabs = [1, 2].map(() => openTab(client, page({ thread, tools: { locate } }), { strict: true }));
  await tabs[0]!.click('say');
  await tabs[1]!.shows('message', ['user: Where am I?', 'assistant: locate awaiting-result']);
  resolve({ city: 'Ulm' });
  for (const tab of tabs) await tab.shows('message', located);
  expect([runs.length, asked]).toEqual([1, ['/threads', '/messages', '/decisions']]);
});

test('what a tool throws is told to the model, by a user who may only answer (D7)', async () => {
  const { page: as } = asksWhere();
  const client = as('ann');
  const thread = (await client.createThread()).id;
  const locate = () => Promise.reject(new Error('the user has said no'));
  const tab = openTab(client, page({ thread, tools: { locate } }));
  await tab.click('say');
  await tab.shows('message', ['user: Where am I?', 'assistant: locate rejected', 'assistant: You are in Ulm.']);
  const call = (await client.readThread(thread)).messages
    .flatMap(({ parts }) => parts)
    .find(({ type }) => type === 'tool');
  expect(call).toMatchObject({ call: { state: 'rejected', reason: 'the user has said no' } });
});

test('of two tabs the first one wins: the other is told so, and its tool to stop (D1)', async () => {
  const { page: as } = asksWhere();
  const clients = [as('ann'), as('ann')];
  const thread = (await clients[0]!.createThread()).id;
  const [first, second] = [slowly(), slowly()];
  const told: string[] = [];
  const onToolAnswer: ChatOptions['onToolAnswer'] = (_call, { type }) => told.push(type);
  const tab = openTab(clients[0]!, page({ thread, tools: { locate: first.locate }, onToolAnswer }));
  openTab(clients[1]!, page({ thread, tools: { locate: second.locate }, onToolAnswer }));
  await tab.click('say');
  await tab.see(() => first.runs.length === 1 && second.runs.length === 1);
  first.resolve({ city: 'Ulm' });
  await tab.shows('message', located);
  await tab.see(() => second.runs[0]!.signal.aborted);
  second.resolve({ city: 'Bonn' });
  await expect.poll(() => told).toEqual(['applied', 'already']);
});

test('a result that got lost is sent again, and its tool not run again', async () => {
  const { page: as, lost } = asksWhere();
  const client = as('ann', { attempts: 1 });
  const thread = (await client.createThread()).id;
  lost.decisions = 1;
  const { runs, locate, resolve } = slowly();
  const tab = openTab(client, page({ thread, tools: { locate } }));
  await tab.click('say');
  resolve({ city: 'Ulm' });
  await tab.see(() => lost.decisions === 0);
  client.thread(thread).reconnect();
  await tab.shows('message', located);
  expect(runs.length).toBe(1);
});

test('a tool goes on when its page has gone, and is not run again when it comes back', async () => {
  const { page: as } = asksWhere();
  const client = as('ann');
  const thread = (await client.createThread()).id;
  const { runs, locate, resolve } = slowly();
  const before = openTab(client, page({ thread, tools: { locate } }));
  await before.click('say');
  await before.see(() => runs.length === 1);
  before.close();
  const after = openTab(client, page({ thread, tools: { locate } }));
  await after.shows('message', ['user: Where am I?', 'assistant: locate awaiting-result']);
  expect(runs[0]!.signal.aborted).toBe(false);
  after.close();
  resolve({ city: 'Ulm' });
  await expect.poll(async () => (await client.readThread(thread)).thread.status).toBe('done');
  expect(runs.length).toBe(1);
});

test('a result that nobody takes is told to the page', async () => {
  const { page: as } = asksWhere();
  const [client, other] = [as('max'), as('kim')];
  const thread = (await client.createThread()).id;
  const told: string[] = [];
  const onToolAnswer: ChatOptions['onToolAnswer'] = (_call, { type }) => told.push(type);
  // Who decides about calls does not answer in the place of a user.
  const tab = openTab(other, page({ thread, tools: { locate: () => ({ city: 'Bonn' }) }, onToolAnswer }));
  await client.say(thread, 'Where am I?');
  await tab.shows('message', ['user: Where am I?', 'assistant: locate awaiting-result']);
  await expect.poll(() => told).toEqual(['forbidden']);
});

test('a page with tools leaves its connection when it goes', async () => {
  const { page: as, streams } = asksWhere();
  const client = as('ann');
  const thread = (await client.createThread()).id;
  const tab = openTab(client, page({ thread, tools: { locate: () => ({}) } }), { strict: true });
  await tab.see(() => client.thread(thread).getSnapshot().status === 'live');
  tab.close();
  await expect.poll(() => streams).toEqual({ opened: 1, open: 0 });
});

test('a result that does not fit is told to the model, and to the page', async () => {
  const locate = tool({ description: 'locates', output: z.object({ city: z.string() }), effect: 'read' });
  const chat = createChat({ model: scripted([locates, 'Nobody knows.']), tools: { locate } });
  await using runtime = createRuntime({ chat, store: memoryStore() });
  const handler = createHandler({ runtime, authorize: () => people['ann']! });
  const client = pageOf((request) => handler.fetch(request), 'ann');
  const thread = (await client.createThread()).id;
  const told: string[] = [];
  const onToolAnswer: ChatOptions['onToolAnswer'] = (_call, { type }) => told.push(type);
  const tab = openTab(client, page({ thread, tools: { locate: () => 'Ulm' }, onToolAnswer }));
  await tab.click('say');
  await tab.shows('message', ['user: Where am I?', 'assistant: locate rejected', 'assistant: Nobody knows.']);
  expect(told).toEqual(['invalid']);
  tab.close();
  await handler.close();
});

test.each([
  ['is no JSON', () => ({ city: 10n })],
  ['is in a circle', () => circle],
  ['is too large', () => ({ city: 'U'.repeat(5_000_000) })],
  ['is an error of many words', () => Promise.reject(new Error('U'.repeat(500_000)))],
])('a result that %s ends its call all the same, and is told to the page (E6)', async (_, locate) => {
  const { page: as, asked } = asksWhere();
  const client = as('ann');
  const thread = (await client.createThread()).id;
  const told: string[] = [];
  const onToolAnswer: ChatOptions['onToolAnswer'] = (_call, { type }) => told.push(type);
  const tab = openTab(client, page({ thread, tools: { locate }, onToolAnswer }));
  await tab.click('say');
  await tab.shows('message', ['user: Where am I?', 'assistant: locate rejected', 'assistant: You are in Ulm.']);
  await expect.poll(() => told).toEqual(['failed']);
  expect(asked.filter((path) => path === '/decisions').length).toBeLessThanOrEqual(2);
});

const circle: { city?: unknown } = {};
circle.city = circle;

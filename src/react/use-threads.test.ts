import { createElement } from 'react';
import { expect, test } from 'vitest';
import { button, line, openTab } from '../../test/react/browser.ts';
import { visitedShops } from '../../test/react/visited.ts';
import type { Client } from '../client/client.ts';
import { useThreads } from './index.ts';

const visited = visitedShops();

function ThreadsPage() {
  const { threads = [], isMore, isLoading, error, ...all } = useThreads({ limit: 2 });
  const [last] = threads;
  return createElement('main', null, [
    line('state', [isLoading && 'loading', isMore && 'more', error?.code].filter(Boolean).join(' ')),
    ...threads.map(({ id, title }) => line('title', String(title), id)),
    button('create', () => all.create({ title: 'Tea' })),
    button('rename', () => all.rename(last!.id, 'Coffee')),
    button('erase', () => all.erase(last!.id)),
    button('archive', () => all.archive(last!.id)),
    button('more', () => all.loadMore()),
    button('refresh', () => all.refresh()),
  ]);
}

async function withTitles(client: Client, titles: readonly string[]): Promise<void> {
  for (const title of titles) await client.createThread({ title });
}

test('threads are read once, also in strict mode, and piece by piece', async () => {
  const { page } = visited();
  const lists: string[] = [];
  const client = page('ann');
  await withTitles(client, ['One', 'Two', 'Three']);
  const { listThreads } = client;
  const counting = {
    ...client,
    listThreads: (query: object) => (lists.push(JSON.stringify(query)), listThreads(query)),
  };
  const tab = openTab(counting, ThreadsPage, { strict: true });
  await tab.shows('state', ['more']);
  expect([tab.texts('title').length, lists]).toEqual([2, ['{"limit":2}']]);
  await tab.click('more');
  await tab.shows('state', ['']);
  expect(tab.texts('title').toSorted()).toEqual(['One', 'Three', 'Two']);
  await tab.click('refresh');
  await expect.poll(() => lists.length).toBe(4);
  await tab.shows('state', ['']);
  expect(tab.texts('title').length).toBe(3);
});

test('what is changed here is read anew', async () => {
  const client = visited().page('max');
  const tab = openTab(client, ThreadsPage);
  await tab.shows('state', ['']);
  await tab.click('create');
  await tab.shows('title', ['Tea']);
  await tab.click('rename');
  await tab.shows('title', ['Coffee']);
  await tab.click('archive');
  await tab.shows('title', []);
  await tab.click('create');
  await tab.shows('title', ['Tea']);
  await tab.click('erase');
  await tab.shows('title', []);
});

test('a reading that failed says why, and what was read stays', async () => {
  const client = visited().page('max');
  await withTitles(client, ['One']);
  let isGone = false;
  const { listThreads } = client;
  const breaking = {
    ...client,
    listThreads: (query: object) => listThreads(isGone ? { ...query, limit: 100_000 } : query),
  };
  const tab = openTab(breaking, ThreadsPage);
  await tab.shows('title', ['One']);
  isGone = true;
  await tab.click('refresh');
  await tab.shows('state', ['invalid-request']);
  expect(tab.texts('title')).toEqual(['One']);
});

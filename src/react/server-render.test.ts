import { createElement, useState, useTransition } from 'react';
import type { FunctionComponent } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import { around, button, line, openTab } from '../../test/react/browser.ts';
import { chatPage, InboxPage } from '../../test/react/pages.ts';
import { visitedShops } from '../../test/react/visited.ts';
import { useThreads } from './index.ts';

const visited = visitedShops();
const paused = ['user: Pay 50, please.', 'assistant: pay awaiting-approval'];

function ThreadsPage() {
  const { threads, isLoading } = useThreads();
  return line('threads', `${threads?.length ?? 'unknown'} ${isLoading}`);
}

describe('rendered on a server', () => {
  test('a thread shows what was read of it, asks nobody, and is the same page when a browser takes it over', async () => {
    const { page, waiting, streams } = visited();
    const { thread } = await waiting();
    const initial = await page('max').readThread(thread);
    const Page = chatPage(thread, initial);
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
    const html = renderToString(around(page('max'), Page));
    expect(html).toContain('assistant: pay awaiting-approval');
    expect(html).toContain('paused connecting');
    expect(streams.opened).toBe(0);
    const tab = openTab(page('max'), Page, { html });
    await tab.shows('status', ['paused live']);
    await tab.shows('message', paused);
    expect([tab.complaints, complaints.mock.calls]).toEqual([[], []]);
    complaints.mockRestore();
    await tab.click('approve');
    await tab.shows('status', ['done live']);
  });

  test('a page is taken over as it was, also where the thread is connected already', async () => {
    const { page, waiting } = visited();
    const { thread } = await waiting();
    const client = page('max');
    const html = renderToString(around(page('max'), chatPage(thread)));
    expect(html).toContain('loading connecting');
    const other = openTab(client, chatPage(thread));
    await other.shows('status', ['paused live']);
    const tab = openTab(client, chatPage(thread), { html });
    await tab.shows('message', paused);
    expect(tab.complaints).toEqual([]);
  });

  test('what waits and what threads there are is not known yet', () => {
    const client = visited().page('max');
    expect(renderToString(around(client, InboxPage))).toContain('unknown connecting');
    expect(renderToString(around(client, ThreadsPage))).toContain('unknown true');
  });
});

test('a word said before the thread was read stands behind what a server has read', async () => {
  const { page, waiting } = visited();
  const { thread } = await waiting();
  const client = page('max');
  const Page = chatPage(thread, await client.readThread(thread));
  void client.thread(thread).say('Are you there?');
  const html = renderToString(around(client, Page));
  const tab = openTab(client, Page, { html });
  await tab.see(() => tab.texts('message').some((text) => text.startsWith('user: Are you there?')));
  expect(tab.texts('message').slice(0, 2)).toEqual(paused);
});

test('another thread takes the place of one: its connection ends, and a transition tears nothing', async () => {
  const shop = visited();
  const client = shop.page('max');
  const [first, second] = [await shop.waiting(), await client.createThread()];
  const pages = new Map([first.thread, second.id].map((id) => [id, chatPage(id)]));
  const Switching: FunctionComponent = () => {
    const [thread, show] = useState(first.thread);
    const [, startTransition] = useTransition();
    const other = button('other', () => startTransition(() => show(second.id)));
    return createElement('div', null, other, createElement(pages.get(thread)!));
  };
  const tab = openTab(client, Switching, { strict: true });
  await tab.shows('message', paused);
  await tab.click('other');
  await tab.shows('status', ['new live']);
  expect(tab.texts('message')).toEqual([]);
  await expect.poll(() => shop.streams).toEqual({ opened: 2, open: 1 });
});

// The page of docs/react.md in a browser of this process, against the built package and a server.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Window } from 'happy-dom';
import { createElement } from 'react';
import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from 'yourcall/client';
import { ChatProvider } from 'yourcall/react';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import { chat } from './chat.ts';
import { App, Inbox, Located, Thread, Threads } from './page.tsx';

const window = new Window();
Object.assign(globalThis, { window, document: window.document });

function show(page: ReactElement) {
  const place = window.document.createElement('div');
  // A DOM of its own types, which React takes for any other.
  const root = createRoot(place as unknown as Element);
  root.render(page);
  onTestFinished(() => root.unmount());
  return place;
}

test('a thread is asked about where the user is, and about an approval', async () => {
  await using runtime = createRuntime({ chat, store: memoryStore() });
  const handler = createHandler({
    runtime,
    authorize: () => ({ principal: 'ann', tenant: 'acme', scopes: ['read', 'send', 'answer', 'decide'] }),
  });
  const client = createClient<typeof chat>({ url: 'http://localhost', fetch: (request) => handler.fetch(request) });
  const { id } = await client.createThread({ title: 'A refund' });
  const pages = [Thread, Located].map((page, key) => createElement(page, { key, thread: id }));
  const others = [createElement(Inbox, { key: 'inbox' }), createElement(Threads, { key: 'threads', onOpen: () => {} })];
  const place = show(createElement(ChatProvider, { client }, [...pages, ...others]));
  await client.thread(id).say('Refund order A-17, please.');
  await expect.poll(() => place.querySelector('main section')?.textContent).toContain('{"order":"A-17","amount":60}');
  await expect.poll(() => place.querySelector('li')?.textContent).toContain('A refund refund');
  expect(place.querySelector('nav')?.textContent).toContain('A refund');
  place.querySelector<import('happy-dom').HTMLButtonElement>('main section button')!.click();
  await expect.poll(() => place.querySelector('main')?.textContent).toContain('It is on its way to Ulm.');
  await handler.close();
});

test('the whole page is rendered on a server', () => {
  expect(renderToString(createElement(App, { thread: 't' }))).toContain('<main><form>');
});

test('the package says that its hooks are of the browser, to frameworks with components of a server', () => {
  const entry = fileURLToPath(import.meta.resolve('yourcall/react'));
  expect(readFileSync(entry, 'utf8')).toMatch(/^["']use client["'];\n/);
});

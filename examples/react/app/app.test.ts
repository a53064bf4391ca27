// The app as `npm run example` serves it: its page is compiled, and beside it are the threads of the shop.
import { createServer } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from 'yourcall/client';
import type { chat } from './shop.ts';

test('the example app serves its page and its threads, and a refund waits for a person', async () => {
  const server = await createServer({
    configFile: new URL('vite.config.ts', import.meta.url).pathname,
    server: { port: 0, hmr: false, watch: null },
    logLevel: 'silent',
  });
  onTestFinished(() => server.close());
  await server.listen();
  const [url = ''] = server.resolvedUrls?.local ?? [];
  const page = await (await fetch(url)).text();
  expect(page).toContain('<div id="app">');
  const script = await fetch(new URL('main.tsx', url));
  expect([script.status, await script.text()]).toEqual([200, expect.stringContaining('createRoot')]);

  const client = createClient<typeof chat>({ url: new URL('api', url).href });
  const thread = client.thread((await client.createThread()).id);
  await thread.say('refund order A-17, 60 euros');
  const { waiting } = await thread.until(({ waiting }) => waiting.approvals.length > 0);
  expect(waiting.approvals[0]).toMatchObject({ name: 'refund', requirements: [{ risk: 'money' }] });
  expect(await thread.decide(waiting.approvals[0]!, { type: 'approve' })).toMatchObject({ type: 'applied' });
  await thread.until(({ thread: now }) => now?.status === 'done');
  thread.close();
});

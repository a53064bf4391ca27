import { describe, expect, test } from 'vitest';
import { openTab } from '../../test/react/browser.ts';
import { chatPage, InboxPage } from '../../test/react/pages.ts';
import { visitedShops } from '../../test/react/visited.ts';

const visited = visitedShops();

describe('useChat', () => {
  test('shows a word at once, the answer while it comes, and what the thread does', async () => {
    const rest = Promise.withResolvers<void>();
    const events = [{ type: 'text', delta: 'One ' } as const, rest.promise, { type: 'text', delta: 'two.' } as const];
    const { page } = visited({ script: [{ events: [...events, { type: 'finish', reason: 'stop' }] }] });
    const client = page('max');
    const { id } = await client.createThread();
    const tab = openTab(client, chatPage(id));
    await tab.shows('status', ['new live']);
    await tab.click('say');
    await tab.shows('message', ['user: Pay 50, please.', 'assistant: One ']);
    expect(tab.texts('status')).toEqual(['working live']);
    rest.resolve();
    await tab.shows('message', ['user: Pay 50, please.', 'assistant: One two.']);
    await tab.shows('status', ['done live']);
  });

  test('pauses for a person, whose approval goes on; two clicks are one decision', async () => {
    const { page, paid, asked } = visited();
    const client = page('max');
    const tab = openTab(client, chatPage((await client.createThread()).id));
    await tab.click('say');
    await tab.shows('call', ['pay: approve reject answer snooze']);
    expect(tab.texts('status')).toEqual(['paused live']);
    await tab.click('approve', 2);
    await tab.shows('message', ['user: Pay 50, please.', 'assistant: pay completed', 'assistant: Paid.']);
    expect([paid, asked]).toEqual([[50], ['/threads', '/messages', '/decisions']]);
  });

  test('is rejected, and stops', async () => {
    const never = new Promise<void>(() => {});
    const slow = { events: [{ type: 'text', delta: 'Then ' } as const, never] };
    const { page, paid } = visited({ script: [{ calls: [{ name: 'pay', input: { amount: 50 } }] }, slow] });
    const client = page('max');
    const tab = openTab(client, chatPage((await client.createThread()).id));
    await tab.click('say');
    await tab.click('reject');
    await tab.shows('message', ['user: Pay 50, please.', 'assistant: pay rejected', 'assistant: Then ']);
    await tab.click('stop');
    await tab.shows('status', ['failed live']);
    expect(paid).toEqual([]);
  });

  test('shows the same after a reload', async () => {
    const { page, paid } = visited();
    const client = page('max');
    const { id } = await client.createThread();
    const before = openTab(client, chatPage(id));
    await before.click('say');
    await before.shows('status', ['paused live']);
    before.close();
    const after = openTab(page('max'), chatPage(id));
    await after.shows('message', ['user: Pay 50, please.', 'assistant: pay awaiting-approval']);
    await after.click('approve');
    await after.shows('status', ['done live']);
    expect(paid).toEqual([50]);
  });

  test('tells two tabs of one thread the same, and whoever was second that somebody was first (D1)', async () => {
    const { page, paid } = visited();
    const client = page('max');
    const { id } = await client.createThread();
    const tab = openTab(client, chatPage(id));
    await tab.click('say');
    await tab.shows('status', ['paused live']);
    const inbox = openTab(page('kim'), InboxPage);
    await inbox.shows('call', ['pay: approve reject answer snooze']);
    const clicks = [tab.click('approve'), inbox.click('approve')];
    await Promise.all(clicks);
    await tab.shows('message', ['user: Pay 50, please.', 'assistant: pay completed', 'assistant: Paid.']);
    await inbox.shows('count', ['0 live']);
    expect(paid).toEqual([50]);
  });
});

describe('a component of React', () => {
  test('that is mounted twice by strict mode has one connection, and says a word once', async () => {
    const shop = visited({ script: ['Hello.'] });
    const client = shop.page('max');
    const tab = openTab(client, chatPage((await client.createThread()).id), { strict: true });
    await tab.shows('status', ['new live']);
    await tab.click('say');
    await tab.shows('message', ['user: Pay 50, please.', 'assistant: Hello.']);
    expect([shop.streams, shop.asked]).toEqual([{ opened: 1, open: 1 }, ['/threads', '/messages']]);
  });

  test('shares its connection with others, and the last one to leave ends it', async () => {
    const shop = visited({ script: [] });
    const client = shop.page('max');
    const { id } = await client.createThread();
    const tabs = [openTab(client, chatPage(id)), openTab(client, chatPage(id))];
    for (const tab of tabs) await tab.shows('status', ['new live']);
    tabs[0]!.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(shop.streams).toEqual({ opened: 1, open: 1 });
    tabs[1]!.close();
    await expect.poll(() => shop.streams).toEqual({ opened: 1, open: 0 });
  });

  test('is rendered once a frame, however fast a model speaks', async () => {
    const words = Array.from({ length: 200 }, (_, index) => ({ type: 'text', delta: `${index} ` }) as const);
    const { page } = visited({ script: [{ events: [...words, { type: 'finish', reason: 'stop' }] }] });
    const frames: (() => void)[] = [];
    const client = page('max', { schedule: (notify) => void frames.push(notify) });
    const { id } = await client.createThread();
    let renders = 0;
    const Shown = chatPage(id);
    const tab = openTab(client, () => {
      renders += 1;
      return Shown({});
    });
    const frame = (): void => frames.splice(0).forEach((notify) => notify());
    await tab.see(() => (frame(), tab.texts('status')[0] === 'new live'));
    await tab.click('say');
    await expect.poll(async () => (await client.readThread(id)).thread.status).toBe('done');
    // Time for all that was told to arrive.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = renders;
    frame();
    await tab.shows('status', ['done live']);
    expect([renders - before, tab.texts('message')[1]?.endsWith('198 199 ')]).toEqual([1, true]);
  });
});

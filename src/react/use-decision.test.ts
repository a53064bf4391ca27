import { createElement, useState } from 'react';
import { describe, expect, test } from 'vitest';
import { button, line, openTab } from '../../test/react/browser.ts';
import { InboxPage, Question } from '../../test/react/pages.ts';
import { visitedShops } from '../../test/react/visited.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { offersOn } from '../client/offers.ts';
import { useDecision } from './index.ts';

const visited = visitedShops();

describe('a decision', () => {
  test('about what waits in an inbox is made there', async () => {
    const { page, waiting, paid } = visited();
    await waiting();
    const inbox = openTab(page('kim'), InboxPage);
    await inbox.shows('count', ['1 live']);
    await inbox.click('approve');
    await inbox.shows('count', ['0 live']);
    await expect.poll(() => paid).toEqual([50]);
  });

  test('that somebody made before is told, with who it was to those who may decide (D1)', async () => {
    const { page, waiting } = visited();
    const { thread, call: id } = await waiting();
    const client = page('fay');
    const call = (await client.readThread(thread)).waiting[0]!.call;
    function Late() {
      const { decide, answer, latest } = useDecision({ thread, call });
      return createElement('main', null, [
        line('answer', `${answer?.type} ${latest?.by} ${latest?.decision?.type}`),
        button('approve', () => decide({ type: 'approve' })),
      ]);
    }
    const tab = openTab(client, Late);
    await page('kim').decide(thread, [{ call: id, decision: { type: 'reject' }, seen: await seenBy(client, thread) }]);
    await tab.click('approve');
    await tab.shows('answer', ['already kim reject']);
  });

  test('that does not arrive says so, and can be made again', async () => {
    const { page, waiting, lost, paid } = visited();
    const { thread } = await waiting();
    const client = page('max', { attempts: 1 });
    const [shown] = (await client.readThread(thread)).waiting;
    lost.decisions = 1;
    const tab = openTab(client, () => createElement(Question, { thread, call: shown!.call }));
    await tab.click('approve');
    await tab.shows('decision', ['failed']);
    await tab.click('approve');
    await tab.shows('decision', ['applied']);
    await expect.poll(() => paid).toEqual([50]);
  });

  test('is of its call: a component that is handed another one begins anew', async () => {
    const pays = { calls: [{ name: 'pay', input: { amount: 50 } }] };
    const shop = visited({ script: [pays, pays, 'Paid.', 'Paid.'] });
    const client = shop.page('max');
    const asked = [await shop.waiting(), await shop.waiting()];
    const calls = await Promise.all(
      asked.map(async ({ thread }) => (await client.readThread(thread)).waiting[0]!.call),
    );
    function Both() {
      const [index, show] = useState(0);
      return createElement('main', null, [
        createElement(Question, { key: 'question', thread: asked[index]!.thread, call: calls[index]! }),
        button('next', () => show(1)),
      ]);
    }
    const tab = openTab(client, Both);
    await tab.click('approve');
    await tab.shows('decision', ['applied']);
    await tab.click('next');
    await tab.shows('decision', ['open']);
  });
});

describe('offered is', () => {
  const call = { id: 'c', name: 'pay', arguments: '{}', revision: 1 };
  const standings: readonly (readonly [string, Partial<ToolCall>])[] = [
    ['approve reject answer snooze', { state: 'awaiting-approval' }],
    ['approve reject', { state: 'awaiting-approval', requirements: [{ decisions: ['approve', 'reject'] }] }],
    ['approve reject snooze', { state: 'awaiting-approval', providerExecuted: true }],
    ['reject', { state: 'awaiting-approval', unjudged: true }],
    ['approve reject answer snooze', { state: 'snoozed', until: 1 }],
    ['answer reject', { state: 'awaiting-result' }],
    ['reject', { state: 'awaiting-result', child: { thread: 't', chat: 'buyer' } as never }],
    ['answer reject', { state: 'awaiting-input', question: 'Which?' }],
    ['happened did-not-happen run-again abandon', { state: 'in-doubt', reason: 'it was cut' }],
    ['', { state: 'running' }],
    ['', { state: 'completed', output: 1 }],
  ];
  for (const [offers, standing] of standings) {
    test(`"${offers}" for ${JSON.stringify(standing)}`, () => {
      expect(offersOn({ ...call, ...standing } as ToolCall, false).join(' ')).toBe(offers);
    });
  }

  test('only that it happened, until an old attempt cannot act any more (E2)', async () => {
    const deadline = Date.now() + 600;
    const attempt = { number: 1, key: 'k', startedAt: 0, deadline } as never;
    const doubtful = { ...call, state: 'in-doubt', reason: 'it was cut', attempt } as ToolCall;
    const tab = openTab(visited().page('max'), () => createElement(Question, { thread: 't', call: doubtful }));
    await tab.shows('call', ['pay: happened']);
    await tab.shows('call', ['pay: happened did-not-happen run-again abandon']);
    expect(Date.now()).toBeGreaterThanOrEqual(deadline);
  });
});

async function seenBy(client: ReturnType<ReturnType<typeof visited>['page']>, thread: string): Promise<string> {
  return (await client.readThread(thread)).waiting[0]!.seen;
}

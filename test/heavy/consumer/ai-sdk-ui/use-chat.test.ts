import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { useChat } from '@ai-sdk/react';
import type { UIMessage } from 'ai';
import { DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses } from 'ai';
import { Window } from 'happy-dom';
import { createElement, useState } from 'react';
import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import type { ScriptedTurn } from 'yourcall/testing';
import { outline, scene, stores, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { saying } from '../served/turns.ts';

const window = new Window();
before(() => {
  Object.assign(globalThis, { window, document: window.document });
});
after(() => window.close());

interface PageProps {
  readonly api: string;
  readonly id: string;
  readonly messages: UIMessage[];
  readonly resume: boolean;
}

/** A page as somebody writes it who follows the documentation of the AI SDK. */
function Page({ api, id, messages: initial, resume }: PageProps): ReactElement {
  const [transport] = useState(() => new DefaultChatTransport({ api }));
  const { messages, status, sendMessage, addToolApprovalResponse, stop } = useChat({
    id,
    messages: initial,
    resume,
    transport,
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
  });
  const pending = messages
    .flatMap(({ parts }) => parts)
    .flatMap((part) => ('approval' in part && part.state === 'approval-requested' ? [part.approval.id] : []));
  const button = (name: string, onClick: () => unknown): ReactElement =>
    createElement('button', { key: name, id: name, onClick }, name);
  return createElement('main', null, [
    createElement('p', { key: 'status', id: 'status' }, status),
    ...messages.map((message) => createElement('p', { key: message.id, className: 'message' }, outline(message))),
    button('say', () => sendMessage({ text: 'refund A-1' })),
    button('stop', stop),
    ...pending.flatMap((approval) => [
      button('approve', () => addToolApprovalResponse({ id: approval, approved: true })),
      button('deny', () => addToolApprovalResponse({ id: approval, approved: false })),
    ]),
  ]);
}

/** A page in a browser: what is on it, and what its user does. */
class Browser {
  readonly #root: Root;
  readonly #place = window.document.createElement('div');

  constructor() {
    // A DOM of its own types, which React takes for any other.
    this.#root = createRoot(this.#place as unknown as Element);
  }

  async open({ api, key }: Scene, { messages = [], resume = false }: Partial<PageProps> = {}): Promise<void> {
    const props: PageProps = { api, id: key.thread, messages, resume };
    this.#root.render(createElement(Page, props));
    await this.see(() => this.status);
  }

  async click(name: string): Promise<void> {
    const button = await this.see(() => this.#place.querySelector<import('happy-dom').HTMLElement>(`#${name}`));
    button.click();
  }

  get lines(): readonly string[] {
    return [...this.#place.querySelectorAll('.message')].map(({ textContent }) => textContent ?? '');
  }

  get status(): string | undefined {
    return this.#place.querySelector('#status')?.textContent ?? undefined;
  }

  /** Waits for something on the page. */
  see<Value>(look: () => Value | null | undefined | false): Promise<Value> {
    return until(() => look() || undefined);
  }

  close(): void {
    this.#root.unmount();
  }
}

const refund: ScriptedTurn = { calls: [{ name: 'refund', input: { order: 'A-1' }, pieces: 2 }] };

for (const [name, open] of Object.entries(stores)) {
  describe(`useChat in a page, on ${name}`, () => {
    test('asks, is approved, and goes on in one bubble', async () => {
      await using at = await scene(open, { script: [refund, 'Refunded.'] });
      const page = new Browser();
      await page.open(at);
      await page.click('say');
      await page.see(() => page.lines[1] === 'assistant: refund approval-requested' && page.status === 'ready');
      await page.click('approve');
      await page.see(() => page.lines[1] === 'assistant: refund output-available | Refunded.');
      assert.deepEqual([page.lines.length, at.effects], [2, ['refund A-1']]);
      page.close();
    });

    test('is denied', async () => {
      await using at = await scene(open, { script: [refund, 'Not then.'] });
      const page = new Browser();
      await page.open(at);
      await page.click('say');
      await page.click('deny');
      await page.see(() => page.lines[1] === 'assistant: refund output-denied | Not then.');
      assert.deepEqual(at.effects, []);
      page.close();
    });

    test('is reloaded while a call waits, and while its model speaks', async () => {
      const more = Promise.withResolvers<void>();
      const speaking = saying('Refun', more.promise, 'ded.');
      await using at = await scene(open, { script: [refund, speaking] });
      const first = new Browser();
      await first.open(at);
      await first.click('say');
      await first.see(() => first.lines[1] === 'assistant: refund approval-requested');
      first.close();
      const second = new Browser();
      await second.open(at, { messages: await at.reloaded(), resume: true });
      await second.click('approve');
      await second.see(() => second.lines[1] === 'assistant: refund output-available | Refun');
      // Whoever leaves stops nothing.
      second.close();
      const third = new Browser();
      await third.open(at, { messages: await at.reloaded(), resume: true });
      await third.see(() => third.status === 'streaming');
      more.resolve();
      await third.see(() => third.lines[1] === 'assistant: refund output-available | Refunded.');
      assert.deepEqual([third.lines.length, at.effects], [2, ['refund A-1']]);
      third.close();
    });

    test('two pages on one chat: what one decides the other sees when it decides too', async () => {
      await using at = await scene(open, { script: [refund, 'Refunded.'] });
      const [one, other] = [new Browser(), new Browser()];
      await one.open(at);
      await one.click('say');
      await one.see(() => one.lines[1] === 'assistant: refund approval-requested');
      await other.open(at, { messages: await at.reloaded() });
      await one.click('approve');
      await one.see(() => one.lines[1] === 'assistant: refund output-available | Refunded.');
      await other.click('deny');
      await other.see(() => other.lines[1] === 'assistant: refund output-available | Refunded.');
      assert.deepEqual(at.effects, ['refund A-1']);
      one.close();
      other.close();
    });
  });
}

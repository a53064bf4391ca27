// A page of React in a browser of this process: what is on it, and what its user does.
import { Window } from 'happy-dom';
import { createElement, StrictMode } from 'react';
import type { FunctionComponent, ReactElement } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { afterAll, afterEach, expect } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { ChatProvider } from '../../src/react/index.ts';

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
afterAll(() => window.close());

const open: Tab[] = [];
afterEach(() => {
  for (const tab of open.splice(0)) tab.close();
});

/** How a page is opened. */
export interface TabOptions {
  readonly strict?: boolean;
  /** What a server has rendered. */
  readonly html?: string;
}

/** Shows a component in a tab of its own, which is closed behind the test. */
export function openTab(client: Client, page: FunctionComponent, options: TabOptions = {}): Tab {
  const tab = new Tab(client, page, options);
  open.push(tab);
  return tab;
}

/** A tab. */
export class Tab {
  /** What React complains about. */
  readonly complaints: unknown[] = [];
  readonly #root: Root;
  readonly #place = window.document.createElement('div');

  constructor(client: Client, page: FunctionComponent, { strict = false, html }: TabOptions) {
    // A DOM of its own types, which React takes for any other.
    const place = this.#place as unknown as Element;
    const onRecoverableError = (error: unknown): void => void this.complaints.push(error);
    const shown = around(client, page, strict);
    if (html === undefined) {
      this.#root = createRoot(place, { onRecoverableError });
      this.#root.render(shown);
    } else {
      this.#place.innerHTML = html;
      this.#root = hydrateRoot(place, shown, { onRecoverableError });
    }
  }

  async click(name: string, times = 1): Promise<void> {
    await this.see(() => this.#find(name) !== null);
    const button = this.#find(name)!;
    for (let clicks = 0; clicks < times; clicks += 1) button.click();
  }

  /** The texts of elements of this class. */
  texts(name: string): readonly string[] {
    return [...this.#place.querySelectorAll(`.${name}`)].map(({ textContent }) => textContent);
  }

  see(look: () => unknown): Promise<unknown> {
    return expect.poll(look, { timeout: 10_000, interval: 5 }).toBeTruthy() as Promise<unknown>;
  }

  /** Waits until the texts of this class are these. */
  shows(name: string, texts: readonly string[]): Promise<unknown> {
    return expect.poll(() => this.texts(name), { timeout: 10_000, interval: 5 }).toEqual(texts) as Promise<unknown>;
  }

  close(): void {
    this.#root.unmount();
  }

  #find(name: string) {
    return this.#place.querySelector<import('happy-dom').HTMLElement>(`.${name}`);
  }
}

/** A component inside of what it needs. */
export function around(client: Client, page: FunctionComponent, strict = false): ReactElement {
  const shown = createElement(ChatProvider, { client }, createElement(page));
  return strict ? createElement(StrictMode, null, shown) : shown;
}

/** A text of this class. */
export function line(name: string, text: string, key: string = name): ReactElement {
  return createElement('p', { key, className: name }, text);
}

/** A button of this name. */
export function button(name: string, onClick: () => unknown): ReactElement {
  return createElement('button', { key: name, className: name, onClick: () => void onClick() }, name);
}

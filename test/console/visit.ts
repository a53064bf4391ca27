// A person at the console: a browser of their own, and everything watched that must not happen in it.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, onTestFinished } from 'vitest';
import { startSite } from './site.ts';
import type { Site, SiteOptions } from './site.ts';

let browser: Browser;
let visits: Visit[] = [];

/** What somebody looks with. */
export interface VisitOptions extends Pick<BrowserContextOptions, 'colorScheme' | 'reducedMotion' | 'viewport'> {
  /** What the page may complain of, as the test is about it. Default: nothing. */
  readonly expected?: RegExp;
  /** Opens another tab of the same browser. */
  readonly beside?: Page;
}

interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in the page, or should not have been tried. */
  readonly wrongs: string[];
  readonly told: string[];
}

export const wide: { readonly width: number; readonly height: number } = { width: 1280, height: 800 };
export const phone: { readonly width: number; readonly height: number } = { width: 360, height: 740 };

beforeAll(async () => {
  browser = await chromium.connect(inject('browser'));
});

afterAll(() => browser.close());

afterEach(async ({ task }) => {
  const ended = visits;
  visits = [];
  const wrongs = ended.flatMap((visit) => visit.wrongs);
  if (task.result?.state === 'fail' || wrongs.length > 0) await keep(task.name, ended);
  await Promise.all(ended.map(({ context }) => context.close()));
  expect(wrongs).toEqual([]);
});

/** Serves a chat until the end of the test. */
export async function openSite(options: SiteOptions): Promise<Site> {
  const site = await startSite(options);
  onTestFinished(site.stop);
  return site;
}

/** Opens an address as somebody would; what goes wrong in the page fails the test, and is kept with a picture. */
export async function visit(address: string, { expected, beside, ...options }: VisitOptions = {}): Promise<Page> {
  const context = beside?.context() ?? (await browser.newContext({ viewport: wide, locale: 'en-GB', ...options }));
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const wrongs: string[] = [];
  const told: string[] = [];
  const wrong = (what: string): void => {
    told.push(what);
    if (!expected?.test(what)) wrongs.push(what);
  };
  visits.push({ page, context, wrongs, told });
  page.on('console', (message) => {
    const text = `${message.type()}: ${message.text()}`;
    if (message.type() === 'error' || message.type() === 'warning') wrong(text);
    else told.push(text);
  });
  page.on('pageerror', (error) => wrong(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    wrong(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!isOwn(request.url(), address)) wrong(`asked for ${request.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`),
    );
  });
  await page.goto(address);
  return page;
}

/** Nothing is loaded from elsewhere. */
function isOwn(url: string, address: string): boolean {
  return url.startsWith(new URL(address).origin) || /^(data|blob|about):/.test(url);
}

async function keep(test: string, ended: readonly Visit[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-console-'));
  for (const [index, { page, told }] of ended.entries()) {
    const name = join(folder, `${index + 1}-${test.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60)}`);
    const lines = [page.url(), ...told, '', await page.content().catch(String)];
    writeFileSync(`${name}.log`, lines.join('\n'));
    await page.screenshot({ path: `${name}.png` }).catch(() => {});
  }
  console.error(`"${test}" failed. What its pages showed and told: ${folder}`);
}

import { randomUUID } from 'node:crypto';
import type { JobView, TemplateView } from '@inlet/contracts';
import { type FeedServer, type Receiver, startFeedServer, startReceiver } from '@inlet/testing';
import { launchChromium } from '@inlet/testing/browser';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Server, startServer } from './boot.js';

/** The real server, a host's site on another port, sources, a receiver, and a browser. */
export interface Stage {
  readonly server: Server;
  readonly browser: Browser;
  /** Serves the sources on a separate port. */
  readonly feeds: FeedServer;
  /** Serves the host's pages: another origin than the server's. */
  readonly site: FeedServer;
  readonly receiver: Receiver;
  readonly template: TemplateView;
  readonly close: () => Promise<void>;
}

export const COLUMNS = [
  { key: 'title', name: 'Title', required: true },
  { key: 'url', name: 'Link', type: 'url', required: true },
  { key: 'published', name: 'Published', type: 'date_time', onInvalid: 'reject' },
  { key: 'price', name: 'Price', type: 'number', onInvalid: 'reject' },
  {
    key: 'status',
    name: 'Status',
    type: 'select',
    options: [{ value: 'draft' }, { value: 'live' }],
    onInvalid: 'reject',
  },
];

/** @param environment environment variables of the server */
export async function startStage(environment: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const [server, browser, feeds, site, receiver] = await Promise.all([
    startServer(environment),
    launchChromium(),
    startFeedServer(),
    startFeedServer(),
    startReceiver(),
  ]);
  const template = await server.api<TemplateView>('POST', '/v1/templates', {
    code: 'stories',
    name: 'Stories',
    columns: COLUMNS,
    destination: { url: receiver.url },
    minIntervalMinutes: 5,
  });
  return {
    server,
    browser,
    feeds,
    site,
    receiver,
    template,
    close: async () => {
      await browser.close();
      await Promise.all([server.close(), feeds.close(), site.close(), receiver.close()]);
    },
  };
}

export interface OpenOptions {
  /** Options of `Inlet.init` in addition to key and template. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly context?: BrowserContext;
  readonly width?: number;
  /** The address of the server as the browser reaches it. */
  readonly serverUrl?: string;
}

export interface Opened {
  readonly page: Page;
  readonly widget: FrameLocator;
  readonly next: () => Promise<void>;
  /** The events that the host page received. */
  readonly events: () => Promise<[string, Record<string, unknown>][]>;
}

export interface ImportOptions {
  readonly user: string;
  readonly label: string;
  readonly url: string;
  /** Further fields of the job. */
  readonly more?: object;
}

/** Creates an import of title and link, as a host does. */
export async function createImport(
  stage: Stage,
  { user, label, url, more }: ImportOptions,
): Promise<JobView> {
  const { job } = await stage.server.api<{ job: JobView }>('POST', '/v1/import-jobs', {
    templateId: stage.template.id,
    externalUserId: user,
    label,
    source: { kind: 'url', url },
    recordPath: '/rss/channel/item',
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'url', path: 'link' },
    ],
    schedule: { kind: 'days', time: '07:00', timeZone: 'Europe/Berlin' },
    ...more,
  });
  return job;
}

/** Opens the widget on a new page of the host. Every page has a different user. */
export async function openWidget(
  stage: Stage,
  { options = {}, context, width = 1280, serverUrl = stage.server.url }: OpenOptions = {},
): Promise<Opened> {
  const { server, site, browser } = stage;
  const pages = randomUUID();
  const all = {
    publishableKey: server.project.publishableKey,
    templateId: 'stories',
    externalUserId: `user-${pages}`,
    locale: 'en',
    ...options,
  };
  const url = site.route(`/page-${pages}`, {
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: hostPage({ scriptUrl: `${serverUrl}/embed/inlet.js`, options: all }),
  });
  const own = context ?? (await browser.newContext({ locale: 'en-US', timezoneId: 'Europe/Berlin' }));
  const page = await own.newPage();
  await page.setViewportSize({ width, height: 800 });
  await page.goto(url);
  await page.click('#open');
  const widget = page.frameLocator('iframe');
  return {
    page,
    widget,
    next: () => widget.getByRole('button', { name: 'Next', exact: true }).click(),
    events: () => page.evaluate('window.events'),
  };
}

/** Presses Escape in the widget after the browser has moved the focus there. */
export async function pressEscape({ page, widget }: Pick<Opened, 'page' | 'widget'>): Promise<void> {
  const hasFocus = () => widget.locator('body').evaluate((body) => body.ownerDocument.hasFocus());
  await expect.poll(hasFocus).toBe(true);
  // Not awaited: if the key closes the widget, its frame is gone and the browser may never confirm the key's release.
  void page.keyboard.press('Escape').catch(() => {});
}

function hostPage({ scriptUrl, options }: { scriptUrl: string; options: Record<string, unknown> }): string {
  const json = JSON.stringify(options).replaceAll('<', '\\u003c');
  return `<!doctype html><html lang="en"><title>Host</title>
<style>* { color: red !important; font-family: fantasy !important } iframe { width: 10px !important } body { height: 3000px }</style>
<body><main><h1>Host</h1><button id="open">Import</button></main>
<script src="${scriptUrl}"></script>
<script>
  window.events = [];
  window.inlet = Inlet.init(${json});
  for (const name of ['ready', 'open', 'close', 'jobCreated', 'jobUpdated', 'uploadStarted', 'uploadCompleted', 'rowsSubmitted', 'importCompleted', 'error'])
    inlet.on(name, (data) => events.push([name, data]));
  document.getElementById('open').onclick = () => inlet.open();
</script></body></html>`;
}

/** An RSS feed with 12 items; the prices of two are not numbers. */
export function rss({ title = 'The Example Times' }: { title?: string } = {}): string {
  const items = Array.from({ length: 12 }, (_, index) => {
    const price = index % 6 === 4 ? 'much' : (index * 1.5).toFixed(2);
    return `<item><guid>s-${index}</guid><title>Story ${index}</title><link>https://times.example/${index}</link><pubDate>${new Date(Date.UTC(2026, 0, 20 - index)).toUTCString()}</pubDate><category>City</category><category>Rail</category><price>${price}</price></item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>${title}</title><link>https://times.example/</link><description>All</description>${items.join('')}</channel></rss>`;
}

/** Types an address and submits it. */
export async function readSource({ widget }: Opened, url: string): Promise<void> {
  await widget.getByLabel('Address', { exact: true }).fill(url);
  await widget.getByLabel('Address', { exact: true }).press('Enter');
}

/** Chooses an option of a select. */
export async function choose(
  { widget }: Pick<Opened, 'widget'>,
  { label, option }: { label: string; option: string },
): Promise<void> {
  await widget.getByRole('combobox', { name: label }).click();
  await widget.getByRole('option', { name: option }).click();
}

/** Chooses a value of the source for a column. */
export async function pick(
  { widget, page }: Opened,
  { column, search }: { column: string; search: string },
): Promise<void> {
  await widget.locator(`#pick-${column}`).click();
  await page.keyboard.type(search);
  await widget.getByRole('option').first().click();
}

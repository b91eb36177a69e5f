import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Opened, openWidget, readSource, rss, type Stage, startStage } from './stage.js';

const HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>Slow News</title>';
const ITEM = `<item><title>${'A long story. '.repeat(200)}</title></item>`;
const TAIL = '</channel></rss>';

describe('reading a slow source', () => {
  let stage: Stage;
  let opened: Opened;
  beforeAll(async () => {
    // A browser on a busy machine needs this long.
    stage = await startStage({ INLET_OUTLINE_DEADLINE_SECONDS: '60' });
  });
  afterAll(() => stage?.close());
  beforeEach(async () => {
    opened = await openWidget(stage);
    await opened.widget.getByLabel('Address').waitFor();
  });
  afterEach(() => opened.page.close());

  /** A feed whose response the test writes piece by piece. */
  function routeByHand(path: string): { url: string; response: Promise<ServerResponse> } {
    let onRequest: (response: ServerResponse) => void = () => undefined;
    const response = new Promise<ServerResponse>((resolve) => {
      onRequest = resolve;
    });
    const url = stage.feeds.route(path, (_request, answer) => {
      answer.writeHead(200, { 'content-type': 'application/rss+xml' });
      answer.write(HEAD);
      onRequest(answer);
    });
    return { url, response };
  }
  const progressbar = () => opened.widget.getByRole('progressbar', { name: 'Reading the file' });
  const soFar = (items: number) =>
    opened.widget.getByText(new RegExp(`^[\\d.,]+ kB, ${items} items so far$`));
  const topOf = async (name: string) =>
    (await opened.widget.getByRole('button', { name }).boundingBox())?.y ?? Number.NaN;

  it('shows after one second how much was read, and updates it', async () => {
    const { widget, page } = opened;
    const { url, response } = routeByHand('/grows.xml');
    const top = await topOf('Needs sign-in?');
    await readSource(opened, url);
    const source = await response;
    await progressbar().waitFor();
    await widget.getByText('73 bytes so far').waitFor();
    source.write(ITEM.repeat(3));
    await soFar(3).waitFor();
    expect(await soFar(3).textContent()).toBe('9 kB, 3 items so far');
    source.write(ITEM.repeat(40));
    await soFar(43).waitFor();
    expect(await soFar(43).textContent()).toBe('122 kB, 43 items so far');
    // Nothing below moved.
    expect(await topOf('Needs sign-in?')).toBe(top);
    expect(await page.evaluate('document.scrollingElement.scrollTop')).toBe(0);

    source.end(TAIL);
    await widget.getByRole('status').filter({ hasText: 'Slow News' }).getByText('43 items').waitFor();
    expect(await widget.getByRole('table').getByRole('row').count()).toBe(6);
    expect(await progressbar().count()).toBe(0);
    expect(await topOf('Needs sign-in?')).toBe(top);
  });

  it('announces the progress to screen readers, but not every number', async () => {
    const { widget } = opened;
    const { url, response } = routeByHand('/spoken.xml');
    await readSource(opened, url);
    const source = await response;
    const spoken = widget.getByRole('status').filter({ hasText: 'Reading the file' });
    await spoken.waitFor();
    source.write(ITEM.repeat(3));
    await soFar(3).waitFor();
    expect(await spoken.textContent()).toBe('Reading the file');
    source.end(TAIL);
    await widget.getByRole('table').waitFor();
    expect(await spoken.count()).toBe(0);
  });

  it('cancels the request to the site and returns the focus to the address', async () => {
    const { widget } = opened;
    const { url, response } = routeByHand('/cancelled.xml');
    await readSource(opened, url);
    const source = await response;
    const closed = once(source, 'close');
    source.write(ITEM.repeat(3));
    await soFar(3).waitFor();
    await widget.getByRole('button', { name: 'Cancel' }).click();
    await closed;
    expect(source.writableFinished).toBe(false);
    expect(await progressbar().count()).toBe(0);
    expect(await widget.getByRole('alert').count()).toBe(0);
    expect(
      await widget.getByLabel('Address').evaluate((input) => input === input.ownerDocument.activeElement),
    ).toBe(true);

    // The address can be read again.
    stage.feeds.route('/cancelled.xml', { body: HEAD + ITEM.repeat(2) + TAIL });
    await widget.getByLabel('Address').press('Enter');
    await widget.getByText('2 items').waitFor();
  });

  it('cancels the first request when another address is submitted', async () => {
    const { widget } = opened;
    const { url, response } = routeByHand('/wrong.xml');
    await readSource(opened, url);
    const source = await response;
    const closed = once(source, 'close');
    await progressbar().waitFor();
    expect(await widget.getByRole('button', { name: 'Load' }).isDisabled()).toBe(true);
    await readSource(opened, stage.feeds.route('/right.xml', { body: rss() }));
    await widget.getByText('12 items').waitFor();
    await closed;
    expect(source.writableFinished).toBe(false);
  });

  it('cancels the request to the site when the widget is closed', async () => {
    const { page } = opened;
    const { url, response } = routeByHand('/closed.xml');
    await readSource(opened, url);
    const source = await response;
    const closed = once(source, 'close');
    await page.evaluate('inlet.destroy()');
    await closed;
    expect(source.writableFinished).toBe(false);
  });

  it('reports an error in the middle of the file', async () => {
    const { widget } = opened;
    const { url, response } = routeByHand('/breaks.xml');
    await readSource(opened, url);
    const source = await response;
    source.write(ITEM.repeat(3));
    await soFar(3).waitFor();
    source.destroy();
    await widget.getByRole('alert').getByText('The connection was lost in the middle of the file').waitFor();
  });

  it('shows the time instead of numbers if a proxy buffers the response', async () => {
    const { widget, page } = opened;
    await page.route('**/widget/v1/outline', async (route) => {
      await route.fulfill({ response: await route.fetch() });
    });
    const { url, response } = routeByHand('/held-back.xml');
    await readSource(opened, url);
    const source = await response;
    source.write(ITEM.repeat(3));
    await widget.getByText(/^Reading the file · [2-9] sec$/).waitFor();
    expect(await soFar(3).count()).toBe(0);
    source.end(TAIL);
    await widget.getByText('3 items').waitFor();
  });

  it('works if a proxy asks for JSON', async () => {
    const { widget, page } = opened;
    await page.route('**/widget/v1/outline', (route) =>
      route.continue({ headers: { ...route.request().headers(), accept: 'application/json' } }),
    );
    await readSource(opened, stage.feeds.route('/plain.xml', { body: rss() }));
    await widget.getByText('12 items').waitFor();
  });

  it('shows nothing in the first second', async () => {
    const { widget, page } = opened;
    const { url, response } = routeByHand('/second.xml');
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await readSource(opened, url);
    await response;
    await page.clock.runFor(950);
    expect(await progressbar().count()).toBe(0);
    expect(await widget.getByText('RSS, Atom, XML, JSON, JSON Feed or CSV.').count()).toBe(1);
    await page.clock.runFor(100);
    await progressbar().waitFor();
  });
});

describe('the first records', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage?.close());

  it('show the most informative fields in the language and zone of the person, with the name of the file', async () => {
    const rows = [1000045, 1000046].map(
      (id) => `${id},2026-01-20T09:00:00Z,Green tea ${id % 10},"<p>Good &amp; green</p>",12345.50`,
    );
    const url = stage.feeds.route('/export/tea-2026.csv', {
      body: ['id,changed,name,description,price', ...rows].join('\n'),
    });
    const opened = await openWidget(stage, { options: { locale: 'de' } });
    const { widget } = opened;
    await widget.getByLabel('Adresse').fill(url);
    await widget.getByLabel('Adresse').press('Enter');
    const table = widget.getByRole('table');
    await table.waitFor();
    expect(await widget.getByText('tea-2026', { exact: true }).count()).toBe(1);
    const cells = table.getByRole('row').nth(1).getByRole('cell');
    expect(await cells.allTextContents()).toEqual([
      'Green tea 5',
      'Good & green',
      '20. Jan., 10:00',
      '12.345,50',
      '1000045',
    ]);
    expect(await cells.nth(2).getAttribute('title')).toBe('2026-01-20T09:00:00Z');
    await opened.page.close();
  });
});

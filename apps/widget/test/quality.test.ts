import type { Frame, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWidget, rss, type Stage, startStage } from './stage.js';

/** Minimum width and height of targets in CSS pixels: WCAG 2.2, target size (minimum). */
const LEAST_TARGET = 24;
/** The limit for a good cumulative layout shift in Core Web Vitals, here for all screens together. */
const MOST_SHIFT = 0.1;

/** Runs in every frame before its scripts: sums up the layout shifts without user input. */
const WATCH_SHIFTS = `
  window.shifted = 0;
  window.movers = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries().filter((each) => !each.hadRecentInput)) {
      window.shifted += entry.value;
      window.movers.push(entry.value.toFixed(3) + ' ' + entry.sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? '').slice(0, 90)).join(' | '));
    }
  }).observe({ type: 'layout-shift', buffered: true });`;

/** Lists targets that are too small. A field counts together with its label; links inside text do not count. */
const SMALL_TARGETS = `(() => {
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const targets = [...document.querySelectorAll('button, a[href], input, select, textarea, summary, [role=option], [role=menuitem], [tabindex="0"]')]
    .filter((element) => isSeen(element) && getComputedStyle(element).display !== 'inline');
  const boxOf = (element) => {
    const boxes = [element, ...(element.labels ?? [])].map((each) => each.getBoundingClientRect());
    const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
    return [Math.max(...boxes.map((box) => box.right)) - left, Math.max(...boxes.map((box) => box.bottom)) - top];
  };
  return targets
    .map((element) => [boxOf(element).map(Math.round), element.outerHTML.slice(0, 120)])
    .filter(([[width, height]]) => width > 1 && (width < ${LEAST_TARGET} || height < ${LEAST_TARGET}))
    .map(([[width, height], html]) => width + ' x ' + height + ' ' + html);
})()`;

/** Lists elements that are wider than the window but do not scroll. */
const TOO_WIDE = `[document.scrollingElement, ...document.querySelectorAll('main, form, header, footer')]
  .filter((element) => element.scrollWidth > Math.min(innerWidth, element.clientWidth) + 1)
  .map((element) => element.tagName + ' ' + element.scrollWidth + ' of ' + element.clientWidth)`;

describe('the quality of the widget', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    stage.feeds.route('/times.xml', { body: rss() });
  });
  afterAll(() => stage?.close());

  const frameOf = (page: Page): Frame => {
    const frame = page.frames().find((each) => each.url().startsWith(stage.server.url));
    if (!frame) throw new Error('there is no widget');
    return frame;
  };

  /** Goes from the first step to an import in the list, and checks every screen. */
  async function walk(
    opened: Awaited<ReturnType<typeof openWidget>>,
    check: (screen: string) => Promise<void>,
  ): Promise<void> {
    const { widget, page } = opened;
    const primary = widget.locator('footer button[type=submit]');
    const address = widget.locator('input').first();
    await address.waitFor();
    await check('empty');
    await address.fill(stage.feeds.url('/times.xml'));
    await address.press('Enter');
    await widget.locator('table').waitFor();
    await check('found');
    await primary.click();
    await widget.locator('tbody td button').first().waitFor();
    await check('map');
    await widget.locator('#pick-title').click();
    await widget.getByRole('option').first().waitFor();
    await check('picker');
    await page.keyboard.press('Escape');
    await primary.click();
    await widget.locator('ol time').first().waitFor();
    await check('schedule');
    await primary.click();
    await widget.getByRole('alert').waitFor();
    await check('confirm');
    await primary.click();
    await widget.getByRole('status').locator('ul').waitFor();
    await check('done');
    await widget.locator('header button').first().click();
    await widget.locator('main ul li').first().waitFor();
    await check('imports');
    await widget.locator('main ul li button').first().click();
    await widget.locator('section li').first().waitFor();
    await check('import');
  }

  it('loads only from Inlet, compressed and cached by fingerprint, without errors or layout shifts', async () => {
    const context = await stage.browser.newContext({ locale: 'en-US' });
    await context.addInitScript(WATCH_SHIFTS);
    const responses: Response[] = [];
    const complaints: string[] = [];
    context.on('response', (response) => responses.push(response));
    context.on('console', (message) => {
      const isOurs = message.location().url.startsWith(stage.server.url);
      if (isOurs && ['error', 'warning'].includes(message.type()) && !/^Inlet: /.test(message.text()))
        complaints.push(message.text());
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
    const opened = await openWidget(stage, { context });
    const shifts: [string, unknown][] = [];
    await walk(opened, async (screen) => {
      shifts.push([screen, await frameOf(opened.page).evaluate('shifted')]);
    });
    const own = responses.filter((response) => !response.url().startsWith(stage.site.url('/')));
    expect(own.filter((response) => !response.url().startsWith(`${stage.server.url}/`))).toEqual([]);
    expect(own.filter((response) => response.status() >= 400).map((response) => response.url())).toEqual([]);
    const files = own.filter((response) =>
      /\.(js|css|woff2?|svg|png)$/.test(new URL(response.url()).pathname),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const response of files) {
      const { pathname } = new URL(response.url());
      const headers = await response.allHeaders();
      if (!/\.(woff2|png)$/.test(pathname))
        expect(headers['content-encoding'], pathname).toMatch(/^(br|gzip)$/);
      if (pathname === '/embed/inlet.js') continue;
      expect(pathname).toMatch(/^\/widget\/assets\/[\w.-]+-[\w-]{8}\.\w+$/);
      expect(headers['cache-control'], pathname).toBe('public, max-age=31536000, immutable');
    }
    expect(complaints).toEqual([]);
    expect(shifts.at(-1)?.[1], JSON.stringify(shifts)).toBeLessThan(MOST_SHIFT);
    await context.close();
  });

  it.each([
    { locale: 'en', dir: 'ltr', title: 'Import Stories' },
    { locale: 'ar', dir: 'rtl', title: 'استيراد Stories' },
  ])('declares its title, language and direction in $locale', async ({ locale, dir, title }) => {
    const { page, widget } = await openWidget(stage, { options: { locale } });
    await widget.locator('h1').waitFor();
    const said = '[document.title, document.documentElement.lang, document.documentElement.dir]';
    expect(await frameOf(page).evaluate(said)).toEqual([title, locale, dir]);
    await page.close();
  });

  it.each(['ar', 'de'])(
    'fits 320 px in %s: no target is too small, nothing is cut off or shifts',
    async (locale) => {
      const context = await stage.browser.newContext({ hasTouch: true, locale: 'en-US' });
      await context.addInitScript(WATCH_SHIFTS);
      const opened = await openWidget(stage, { context, width: 320, options: { locale } });
      const faults: string[] = [];
      await walk(opened, async (screen) => {
        const found = (await frameOf(opened.page).evaluate(
          `[...${SMALL_TARGETS}, ...${TOO_WIDE}]`,
        )) as string[];
        faults.push(...found.map((fault) => `${screen}: ${fault}`));
      });
      expect(faults).toEqual([]);
      const movers = (await frameOf(opened.page).evaluate('movers')) as string[];
      expect(await frameOf(opened.page).evaluate('shifted'), movers.join('\n')).toBeLessThan(MOST_SHIFT);
      await context.close();
    },
  );
});

import { launchChromium } from '@inlet/testing/browser';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Frame, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDemo, startDemo } from './start-demo.js';

let demo: RunningDemo;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await demo?.close();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  complaints.length = 0;
});

async function visit(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(demo.url + path);
  return page;
}

const widgetOf = (page: Page): FrameLocator => page.frameLocator('iframe');
const storiesOf = (page: Page) => page.locator('.story:not(.bones *) h3');

/** Goes through the open wizard to its end and accepts every suggestion. */
async function goThroughWizard(widget: FrameLocator, address: string): Promise<void> {
  const next = widget.locator('footer button[type=submit]');
  const field = widget.getByRole('textbox').first();
  await field.fill(address);
  await field.press('Enter');
  await widget.locator('table tbody tr').first().waitFor();
  await next.click();
  await widget.getByText('7 of 7 columns mapped').first().waitFor();
  await next.click();
  await widget.locator('li time').first().waitFor();
  await next.click();
  await widget.getByText(/The first run brings \d+ rows/).waitFor();
  await next.click();
  await widget.getByRole('button', { name: 'Go to my imports' }).waitFor();
}

describe('the first visit', () => {
  it('shows the stories of the demo, and then those of a pasted address', async () => {
    const page = await visit();
    await storiesOf(page).first().waitFor();
    expect(await page.locator('.facts .strong').first().textContent()).toBe('The Inlet Gazette');
    await page.getByText('Signature verified').first().waitFor();

    await page.getByRole('button', { name: 'Import from a feed' }).first().click();
    const widget = widgetOf(page);
    await goThroughWizard(widget, `${demo.url}/demo/feeds/port-wire.json`);
    await widget.getByRole('button', { name: 'Close' }).first().click();
    await page.locator('iframe').waitFor({ state: 'detached' });

    await page.getByText('The import is set up.').waitFor();
    await page.getByText('Duty officer').first().waitFor();
    await page.getByRole('tab', { name: /^Jobs/ }).click();
    await expect.poll(() => page.locator('.job').count()).toBe(2);
    await page.locator('.job').first().getByText('10 new').waitFor();
    await page.getByRole('tab', { name: /^Widget events/ }).click();
    expect(await page.locator('.log-line code.strong').allTextContents()).toEqual([
      'close',
      'jobCreated',
      'ready',
      'open',
    ]);
    expect(complaints).toEqual([]);
  });

  it('accepts the address of a web page and imports the feed chosen there', async () => {
    const page = await visit();
    await page.getByRole('button', { name: 'Import from a feed' }).first().click();
    const widget = widgetOf(page);
    const field = widget.getByRole('textbox').first();
    await field.fill(`${demo.url}/demo/feeds/`);
    await field.press('Enter');
    await widget.getByRole('button', { name: /Tide & Table/ }).click();
    await widget.getByText('Atom 1.0').waitFor();
    expect(await field.inputValue()).toBe(`${demo.url}/demo/feeds/tide.atom`);
  });

  it('opens the imports of the user who is signed in', async () => {
    const page = await visit();
    await page.getByRole('button', { name: 'My imports' }).click();
    await widgetOf(page).getByText('The Inlet Gazette').first().waitFor();
    await widgetOf(page).getByText('Every minute, UTC').waitFor();
  });
});

describe('the developer panel', () => {
  it('shows a received delivery, with the keyboard only', async () => {
    const page = await visit();
    const tab = page.getByRole('tab', { name: /^Webhooks/ });
    await page.locator('.batch').first().waitFor();
    await tab.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await tab.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const json = JSON.parse((await page.locator('.batch pre').textContent()) ?? '');
    expect(json).toMatchObject({ data: { externalUserId: 'demo-user', extra: { desk: 'news' } } });
  });

  it('pauses, resumes, runs and deletes an import over the REST API', async () => {
    await demo.createImport('Yesterday’s news');
    const page = await visit();
    await page.getByRole('tab', { name: /^Jobs/ }).click();
    const gazette = page.locator('.job', { hasText: 'The Inlet Gazette' });
    await gazette.getByRole('button', { name: 'Pause' }).click();
    await gazette.getByText('Paused').waitFor();
    await gazette.getByRole('button', { name: 'Resume' }).click();
    await gazette.getByText('Active').waitFor();
    await gazette.getByRole('button', { name: 'Run now' }).click();
    await gazette.getByText(/Done|Nothing new/).waitFor();

    const other = page.locator('.job', { hasText: 'Yesterday’s news' });
    await other.getByText('It has not run yet').waitFor();
    await other.getByRole('button', { name: 'Delete' }).click();
    await other.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => other.count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('the page', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    'has nothing that axe objects to in %s at %d pixels, and does not scroll sideways',
    async (colorScheme, width) => {
      const page = await visit('/', { colorScheme, viewport: { width, height: 800 } });
      await storiesOf(page).first().waitFor();
      if (width < 1000) await page.getByRole('button', { name: 'Developer panel' }).click();
      for (const name of [/^Webhooks/, /^Jobs/, /^Widget events/]) {
        await page.getByRole('tab', { name }).click();
        expect(await faultsOf(page)).toEqual([]);
      }
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(excess).toBeLessThanOrEqual(0);
    },
  );

  it('remembers the colour scheme, the open panel and the folded addresses', async () => {
    const page = await visit('/', { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    await page.getByRole('button', { name: 'Close the developer panel' }).click();
    await page.getByRole('button', { name: 'Addresses to try' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Use light colours' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
  });

  it('copies an address', async () => {
    const page = await visit('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy the address of Night Archive' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${demo.url}/demo/feeds/archive.csv`,
    );
  });

  it('finds stories by words, and says when nothing matches', async () => {
    const page = await visit();
    const title = (await storiesOf(page).first().locator('a').textContent()) ?? '';
    await page.getByRole('searchbox').fill(title);
    expect(await storiesOf(page).first().locator('a').textContent()).toBe(title);
    await page.getByRole('searchbox').fill('no such story');
    await page.getByText('No story has “no such story” in it.').waitFor();
    await page.getByRole('button', { name: 'Show all stories' }).click();
    await storiesOf(page).first().waitFor();
  });
});

describe('the page in plain HTML', () => {
  it('opens the widget by script, for the user of the token', async () => {
    const page = await visit('/plain');
    await page.getByRole('button', { name: 'My imports' }).click();
    await widgetOf(page).getByText('The Inlet Gazette').first().waitFor();
    await page.locator('#events li', { hasText: 'ready' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('opens the widget by attribute for another user, without accessibility violations', async () => {
    const page = await visit('/plain');
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Import as another user' }).click();
    await widgetOf(page).getByRole('textbox').first().waitFor();
  });
});

/** Returns everything that axe finds, one line each. */
async function faultsOf(page: Page | Frame): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

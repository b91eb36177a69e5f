import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView, Page } from '@inlet/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, openWidget, pick, pressEscape, readSource, rss, type Stage, startStage } from './stage.js';

/** Real feeds are not part of the repository; CONTRIBUTING.md says where to get them. */
const FEEDS = process.env.INLET_TEST_FEEDS ?? '';

describe('the wizard', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    stage.feeds.route('/times.xml', { headers: { 'content-type': 'application/rss+xml' }, body: rss() });
  });
  afterAll(() => stage?.close());
  const newContext = () => stage.browser.newContext({ locale: 'en-US', timezoneId: 'Europe/Berlin' });
  /** The code of the second step, which is loaded while the first one is shown. */
  const MAP_CODE = '**/assets/map-columns-*.js*';
  const times = () => stage.feeds.url('/times.xml');

  it('leads from an address to a running import and its first rows', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next, events } = opened;
    await readSource(opened, times());
    await widget.getByText('The Example Times').waitFor();
    await widget.getByText('12 items').waitFor();
    expect(await widget.getByRole('table').getByRole('row').count()).toBe(6);

    await next();
    await widget.getByText('4 of 5 columns mapped').waitFor();
    await widget.getByText('1 of 10 rows needs attention').waitFor();
    await pick(opened, { column: 'status', search: 'no such field' });
    await widget.getByRole('combobox', { name: 'Text for Status' }).click();
    await widget.getByRole('option', { name: 'live' }).click();
    await widget.getByText('5 of 5 columns mapped').waitFor();
    await widget.getByRole('cell', { name: 'live' }).first().waitFor();

    await next();
    await widget.getByText('Every day at 09:00, Berlin time').waitFor();
    expect(await widget.locator('ol time').count()).toBe(5);

    await next();
    await widget.getByText('The first run brings 10 rows').waitFor();
    await widget.getByRole('button', { name: 'See them' }).click();
    await widget.getByRole('cell', { name: 'much' }).first().waitFor();
    await widget.getByRole('button', { name: 'Start import' }).click();
    await widget.getByRole('heading', { name: 'The Example Times is set up' }).waitFor();

    await widget.getByText('10 new').waitFor();
    const created = (await events()).find(([name]) => name === 'jobCreated')?.[1];
    const user = (await page.evaluate('document.scripts[1].textContent.match(/user-[\\w-]+/)[0]')) as string;
    const jobs = await stage.server.api<Page<JobView>>('GET', `/v1/import-jobs/user/${user}`);
    expect(jobs.items.map(({ id, status, knownItems }) => ({ id, status, knownItems }))).toEqual([
      { id: created?.jobId, status: 'active', knownItems: 10 },
    ]);
    expect(jobs.items[0]?.schedule).toMatchObject({ kind: 'days', time: '09:00', timeZone: 'Europe/Berlin' });
    const rows = stage.receiver.requests.flatMap(
      ({ json }) => (json as { data: { rows?: { values: unknown }[] } }).data.rows ?? [],
    );
    expect(rows[0]?.values).toEqual({
      title: 'Story 0',
      url: 'https://times.example/0',
      published: '2026-01-20T00:00:00.000Z',
      price: 0,
      status: 'live',
    });
    await page.close();
  });

  it('keeps everything when going back and forth, and across a reload', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, times());
    await next();
    await pick(opened, { column: 'title', search: 'category' });
    await next();
    await widget.getByLabel('Every').fill('3');
    await widget.getByText('Every 3 days at 09:00').waitFor();
    await widget.getByRole('button', { name: 'Back' }).click();
    expect(await widget.locator('#pick-title').textContent()).toContain('category');
    await widget.getByRole('button', { name: 'Back' }).click();
    expect(await widget.getByLabel('Address').inputValue()).toBe(times());
    await widget.getByText('12 items').waitFor();
    await next();
    await next();
    expect(await widget.getByLabel('Every').inputValue()).toBe('3');

    await page.reload();
    await page.click('#open');
    await widget.getByText('Every 3 days at 09:00').waitFor();
    await widget.getByRole('button', { name: 'Source' }).click();
    await widget.getByText('12 items').waitFor();
    await page.close();
  });

  it('stores no password across a reload, and asks to type it again', async () => {
    const opened = await openWidget(stage);
    const { widget, page } = opened;
    await widget.getByRole('button', { name: 'Needs sign-in?' }).click();
    await choose(opened, { label: 'How the site checks access', option: 'User name and password' });
    await widget.getByLabel('User name').fill('ada');
    await widget.getByLabel('Password').fill('very secret');
    await readSource(opened, times());
    await widget.getByText('12 items').waitFor();
    const frame = page.frames().find((each) => each.url().startsWith(stage.server.url));
    expect(await frame?.evaluate('JSON.stringify({ ...sessionStorage, ...localStorage })')).not.toContain(
      'very secret',
    );
    await page.reload();
    await page.click('#open');
    await widget.getByText('Type the password, token or key again.').waitFor();
    expect(await widget.getByLabel('User name').inputValue()).toBe('ada');
    expect(await widget.getByLabel('Password').inputValue()).toBe('');
    await page.close();
  });

  it('moves the focus to the title of each new step, however long its code takes to load', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    const focused = () =>
      widget.locator('body').evaluate((body) => body.ownerDocument.activeElement?.textContent);
    await page.route('**/assets/schedule-*.js', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await route.continue();
    });
    await readSource(opened, times());
    await widget.getByText('12 items').waitFor();
    await next();
    await expect.poll(focused).toBe('Which value goes where?');
    await next();
    await expect.poll(focused).toBe('How often should it run?');
    await next();
    await expect.poll(focused).toBe('Is everything right?');
    await widget.getByRole('button', { name: 'Back' }).click();
    await expect.poll(focused).toBe('How often should it run?');
    await page.close();
  });

  /** Opens the widget without the code of its second step, and goes to that step. */
  async function goToMissingStep() {
    const context = await newContext();
    await context.route(MAP_CODE, (route) => route.abort());
    const opened = await openWidget(stage, { context });
    await readSource(opened, times());
    await opened.widget.getByText('12 items').waitFor();
    await opened.next();
    await opened.widget.getByText('A part of this page could not be loaded').waitFor();
    return { ...opened, context };
  }

  it('offers to reload if the code of a step cannot be loaded, and goes on where it was', async () => {
    const { widget, page, context } = await goToMissingStep();
    await context.unroute(MAP_CODE);
    await widget.getByRole('button', { name: 'Reload' }).click();
    await widget.getByText('4 of 5 columns mapped').waitFor();
    await page.close();
  });

  it('says so if none of its code can be loaded, and opens again after that', async () => {
    const context = await newContext();
    await context.route('**/widget/assets/*.js*', (route) => route.abort());
    const { widget, page } = await openWidget(stage, { context });
    await widget.getByText('This could not be loaded.').waitFor();
    await context.unroute('**/widget/assets/*.js*');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.click('#open');
    await widget.getByLabel('Address', { exact: true }).waitFor();
    expect(await widget.getByText('This could not be loaded.').count()).toBe(0);
    await page.close();
  });

  it('tries again by itself if the code of a step cannot be loaded once', async () => {
    const context = await newContext();
    let requests = 0;
    await context.route(MAP_CODE, (route) => {
      requests += 1;
      return requests > 2 ? route.continue() : route.abort();
    });
    const opened = await openWidget(stage, { context });
    const { widget, page, next } = opened;
    await readSource(opened, times());
    await widget.getByText('12 items').waitFor();
    await next();
    await widget.getByText('4 of 5 columns mapped').waitFor();
    await page.close();
  });

  it('can be closed with Escape and its button while the code of a step is missing', async () => {
    const { widget, page } = await goToMissingStep();
    await pressEscape({ page, widget });
    const question = widget.getByRole('dialog', { name: 'Close this import?' });
    await question.getByRole('button', { name: 'Close, continue later' }).click();
    await expect.poll(() => page.locator('iframe').count()).toBe(0);
    await page.close();
  });

  it('marks missing required columns and moves the focus there', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, times());
    await next();
    await widget.getByRole('button', { name: 'Clear all' }).click();
    await pick(opened, { column: 'price', search: 'price' });
    await next();
    await widget.getByText('Choose a value: this column must not be empty.').first().waitFor();
    const focused = page.frames().find((each) => each.url().startsWith(stage.server.url));
    expect(await focused?.evaluate('document.activeElement.id')).toBe('pick-title');
    await widget.getByRole('button', { name: 'Fill in suggestions' }).click();
    await next();
    await widget.getByRole('heading', { name: 'How often should it run?' }).waitFor();
    await page.close();
  });

  it('lists feed fields in a group, finds them by name and previews them', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, times());
    await next();
    await widget.locator('#pick-published').click();
    const group = widget.getByRole('group').filter({ hasText: 'Feed fields' });
    await group.getByRole('option', { name: 'ISO date' }).waitFor();
    await page.keyboard.press('Escape');
    await pick(opened, { column: 'title', search: 'feed field iso date' });
    expect(await widget.locator('#pick-title').textContent()).toContain('Feed field > ISO date');
    await widget.getByRole('cell', { name: '2026-01-20T00:00:00.000Z' }).waitFor();
    await page.close();
  });

  it('rejects a schedule that runs more often than allowed, and offers the shortest one', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, times());
    await next();
    await next();
    await widget.getByRole('button', { name: 'Type a cron expression instead' }).click();
    await widget.getByLabel('Cron expression').fill('* * * * *');
    await widget.getByText('This is more often than allowed').waitFor();
    expect(await widget.getByRole('button', { name: 'Next', exact: true }).isDisabled()).toBe(true);
    await widget.getByRole('button', { name: 'Use 5 minutes' }).click();
    await widget.getByText('Every 5 minutes').waitFor();
    await page.close();
  });

  it('explains a wrong cron expression, and rewrites one of Quartz with one click', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, times());
    await next();
    await next();
    await widget.getByRole('button', { name: 'Type a cron expression instead' }).click();
    const cron = widget.getByLabel('Cron expression');
    await cron.fill('0 25 * * *');
    await widget.getByText('The second field is the hour: 0 to 23.').waitFor();
    expect(await cron.getAttribute('aria-invalid')).toBe('true');
    await cron.fill('0 0 9 ? * 2-6');
    await widget.getByText('This has a field for seconds, as Quartz and Spring write it.').waitFor();
    expect(await widget.getByRole('button', { name: 'Next', exact: true }).isDisabled()).toBe(true);
    await widget.getByRole('button', { name: /^Use .*0 9 \* \* MON-FRI/ }).click();
    await widget.getByText('At 09:00, Monday through Friday, Berlin time').waitFor();
    expect(await cron.inputValue()).toBe('0 9 * * MON-FRI');
    await page.close();
  });

  it('asks before closing if there is unsaved work, and closes at once otherwise', async () => {
    const opened = await openWidget(stage);
    const { widget, page, events } = opened;
    await widget.getByRole('heading', { name: 'Where does the data come from?' }).waitFor();
    await pressEscape(opened);
    await page.locator('iframe').waitFor({ state: 'detached' });
    expect((await events()).map(([name]) => name)).toEqual(['open', 'ready', 'close']);
    expect(await page.evaluate('document.activeElement.id')).toBe('open');
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('');

    await page.click('#open');
    await readSource(opened, times());
    await widget.getByText('12 items').waitFor();
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('hidden');
    await pressEscape(opened);
    await widget.getByRole('button', { name: 'Keep editing' }).click();
    await widget.getByText('12 items').waitFor();
    await widget.getByRole('button', { name: 'Close', exact: true }).click();
    await widget.getByRole('button', { name: 'Close and clear everything' }).click();
    await page.locator('iframe').waitFor({ state: 'detached' });
    await page.click('#open');
    await widget.getByLabel('Address').waitFor();
    expect(await widget.getByLabel('Address').inputValue()).toBe('');
    await page.close();
  });

  it('deletes the draft of the dry run when it is discarded, and the host never lists it', async () => {
    const opened = await openWidget(stage, { options: { externalUserId: 'discarding' } });
    const { widget, page, next } = opened;
    await readSource(opened, times());
    await next();
    await next();
    await next();
    await widget.getByText('The first run brings 10 rows').waitFor();
    const listed = () => stage.server.api<Page<JobView>>('GET', '/v1/import-jobs/user/discarding');
    expect((await listed()).items).toEqual([]);
    const imports = { options: { externalUserId: 'discarding', view: 'imports' } };
    const before = await openWidget(stage, imports);
    await before.widget.getByText('Not finished').waitFor();
    await before.page.close();
    await page.bringToFront();
    await pressEscape(opened);
    await widget.getByRole('button', { name: 'Close and clear everything' }).click();
    await page.locator('iframe').waitFor({ state: 'detached' });
    await page.close();
    const after = await openWidget(stage, imports);
    await after.widget.getByText('No imports yet').waitFor();
    await after.page.close();
  });

  it('opens again, and logs the time it takes', async () => {
    const context = await stage.browser.newContext();
    const first = await openWidget(stage, { context });
    await first.widget.getByLabel('Address').waitFor();
    await pressEscape(first);
    await first.page.locator('iframe').waitFor({ state: 'detached' });
    const startedAt = Date.now();
    await first.page.click('#open');
    await first.widget.getByLabel('Address').waitFor();
    console.log(`the widget was ready for input ${Date.now() - startedAt} ms after the click`);
    expect((await first.events()).filter(([name]) => name === 'ready')).toHaveLength(2);
    await context.close();
  });

  it('can be used with the keyboard only', async () => {
    const { widget, page } = await openWidget(stage);
    const { keyboard } = page;
    await widget.getByRole('heading', { name: 'Where does the data come from?' }).waitFor();
    await widget.getByLabel('Address').focus();
    await keyboard.type(times());
    await keyboard.press('Enter');
    await widget.getByText('12 items').waitFor();
    await keyboard.press('Enter');
    await widget.getByText('1 of 10 rows needs attention').waitFor();
    await tabTo('Title');
    await keyboard.press('Enter');
    await keyboard.type('guid');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await widget.getByRole('cell', { name: 's-0' }).waitFor();
    await tabTo('Next');
    await keyboard.press('Enter');
    await widget.getByText('Every day at 09:00, Berlin time').waitFor();
    await tabTo('Next');
    await keyboard.press('Enter');
    await widget.getByText('The first run brings 10 rows').waitFor();
    await tabTo('Start import');
    await keyboard.press('Enter');
    await widget.getByRole('heading', { name: /is set up/ }).waitFor();
    await page.close();

    async function tabTo(name: string): Promise<void> {
      const frame = page.frames().find((each) => each.url().startsWith(stage.server.url));
      const read = `(() => { const e = document.activeElement; const by = e.getAttribute('aria-labelledby'); return by ? document.getElementById(by.split(' ')[0])?.textContent : e.textContent; })()`;
      for (let presses = 0; presses < 120; presses += 1) {
        if (((await frame?.evaluate(read)) as string | null)?.startsWith(name)) return;
        await keyboard.press('Tab');
      }
      throw new Error(`Tab never came to ${name}`);
    }
  });

  describe.skipIf(!existsSync(FEEDS))('with real feeds (INLET_TEST_FEEDS)', () => {
    it('reads them, suggests a mapping and shows their rows', async () => {
      const names = readdirSync(FEEDS).filter((name) => /\.(rss|atom|xml)$/.test(name));
      expect(names.length).toBeGreaterThan(0);
      const opened = await openWidget(stage);
      const { widget, page, next } = opened;
      for (const name of names) {
        const url = stage.feeds.route(`/world/${name}`, { body: readFileSync(join(FEEDS, name)) });
        await readSource(opened, url);
        await widget
          .getByRole('region', { name: 'First records' })
          .or(widget.locator('[aria-label="First records"]'))
          .first()
          .waitFor();
        await next();
        await widget.getByText(/of 5 columns mapped/).waitFor();
        expect(await widget.locator('#pick-title').textContent(), name).toContain('title');
        await widget.locator('[aria-label="Preview of the rows"] tbody tr').first().waitFor();
        await widget.getByRole('button', { name: 'Back' }).click();
      }
      await page.close();
    });
  });
});

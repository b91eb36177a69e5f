import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWidget, pressEscape, rss, type Stage, startStage } from './stage.js';

describe('prefilled data of a host', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    stage.feeds.route('/times.xml', { headers: { 'content-type': 'application/rss+xml' }, body: rss() });
  });
  afterAll(() => stage?.close());
  const times = () => stage.feeds.url('/times.xml');
  const data = () => ({
    url: times(),
    name: 'Morning news',
    schedule: { kind: 'weeks', weekdays: ['monday'], time: '07:15' },
    mapping: { title: 'guid', status: { value: 'live' } },
  });

  it('is filled in and read, and every step shows it and lets the person change it', async () => {
    const { widget, page, next, events } = await openWidget(stage, { options: { data: data() } });
    await widget.getByText('12 items').waitFor();
    expect(await widget.getByLabel('Address').inputValue()).toBe(times());
    await next();
    await widget.getByText('5 of 5 columns mapped').waitFor();
    expect(await widget.locator('#pick-title').textContent()).toContain('guid');
    expect(await widget.locator('#pick-url').textContent()).toContain('link');
    await widget.getByRole('cell', { name: 's-0' }).waitFor();
    await next();
    await widget.getByText('Every Monday at 07:15, Berlin time').waitFor();
    await widget.getByLabel('Every').fill('2');
    await next();
    expect(await widget.getByLabel('Name of this import').inputValue()).toBe('Morning news');
    await widget.getByText('Every 2 weeks on Monday at 07:15, Berlin time').waitFor();
    await widget.getByText('The first run brings 10 rows').waitFor();
    expect((await events()).map(([name]) => name)).toEqual(['open', 'ready']);
    await page.close();
  });

  it('resumes after a reload, but starts over with other data', async () => {
    const { widget, page, next } = await openWidget(stage, { options: { data: data() } });
    await widget.getByText('12 items').waitFor();
    await next();
    await next();
    await widget.getByLabel('Every').fill('3');
    await widget.getByText('Every 3 weeks on Monday').waitFor();
    await page.reload();
    await page.click('#open');
    await widget.getByText('Every 3 weeks on Monday').waitFor();

    const openWith = async (other: unknown) => {
      await page.evaluate(`inlet.destroy(); inlet.update({ data: ${JSON.stringify(other)} }); inlet.open()`);
      await widget.getByRole('heading', { level: 1 }).waitFor();
    };
    await openWith({ name: 'Other' });
    await widget.getByRole('heading', { name: 'Where does the data come from?' }).waitFor();
    expect(await widget.getByLabel('Address').inputValue()).toBe('');
    await openWith(data());
    await widget.getByText('Every 3 weeks on Monday').waitFor();
    await page.close();
  });

  it('does not ask before closing while nothing was added to it', async () => {
    const { widget, page } = await openWidget(stage, { options: { data: data() } });
    await widget.getByText('12 items').waitFor();
    await pressEscape({ page, widget });
    await page.locator('iframe').waitFor({ state: 'detached' });
    await page.close();
  });

  it.each([
    [{ url: 'javascript:alert(document.domain)' }, 'data.url: must be an address that begins with http'],
    [{ mapping: { nope: 'title' } }, 'data.mapping.nope: The template has no column "nope"'],
    [{ schedule: { kind: 'minutes', every: 1 } }, 'data.schedule: The minimum is 5 minutes'],
    ['{ not json', 'data: must be an object'],
  ])('is rejected as %j: the host learns why, and the person can continue', async (wrong, message) => {
    const { widget, page, events } = await openWidget(stage, { options: { data: wrong } });
    await widget.getByText('What this page prepared for you cannot be used').waitFor();
    const errors = (await events()).filter(([name]) => name === 'error').map(([, about]) => about);
    expect(errors).toEqual([{ code: 'data_invalid', message: expect.stringContaining(message) }]);
    expect(await widget.getByLabel('Address').inputValue()).toBe('');
    await widget.getByRole('alert').getByRole('button', { name: 'Close' }).click();
    await widget.getByLabel('Address').fill(times());
    await widget.getByLabel('Address').press('Enter');
    await widget.getByText('12 items').waitFor();
    await page.close();
  });

  it('can be an attribute in the page', async () => {
    const key = stage.server.project.publishableKey;
    const page = await stage.browser.newPage();
    const attribute = JSON.stringify({ url: times(), name: 'By "attribute"' }).replaceAll('"', '&quot;');
    await page.goto(
      stage.site.route('/declared', {
        headers: { 'content-type': 'text/html' },
        body: `<!doctype html><html lang="en"><body>
<div data-inlet data-inlet-template="stories" data-inlet-key="${key}" data-inlet-user="declared" data-inlet-locale="en" data-inlet-data="${attribute}" style="height:600px"></div>
<script src="${stage.server.url}/embed/inlet.js"></script></body></html>`,
      }),
    );
    const widget = page.frameLocator('iframe');
    await widget.getByText('12 items').waitFor();
    expect(await widget.getByLabel('Address').inputValue()).toBe(times());
    await page.close();
  });
});

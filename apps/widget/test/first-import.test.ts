import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImport, openWidget, pick, readSource, rss, type Stage, startStage } from './stage.js';

describe('a first import', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    stage.feeds.route('/times.xml', { body: rss() });
  });
  afterAll(() => stage?.close());

  it('moves credentials of the address into the sign-in fields', async () => {
    const url = stage.feeds.route('/locked.xml', (request, response) => {
      const isRight = request.headers.authorization === `Basic ${btoa('ada:secret')}`;
      response.writeHead(isRight ? 200 : 401).end(rss());
    });
    const opened = await openWidget(stage);
    const { widget, page } = opened;
    await readSource(opened, url.replace('://', '://ada:secret@'));
    await widget.getByText('12 items').waitFor();
    expect(await widget.getByLabel('Address', { exact: true }).inputValue()).toBe(url);
    expect(await widget.getByLabel('User name').inputValue()).toBe('ada');
    const frame = page.frames().find((each) => each.url().startsWith(stage.server.url));
    expect(await frame?.evaluate('JSON.stringify(sessionStorage)')).not.toContain('secret');
    await page.close();
  });

  it.each(['', 'feed://'])(
    'reads an address that begins with "%s" with http: if the site has no TLS',
    async (beginning) => {
      const opened = await openWidget(stage);
      const { widget, page } = opened;
      const url = stage.feeds.url('/times.xml');
      await readSource(opened, url.replace('http://', beginning));
      await widget.getByText('12 items').waitFor();
      expect(await widget.getByLabel('Address', { exact: true }).inputValue()).toBe(url);
      await readSource(opened, url.replace('http:', 'https:'));
      await widget.getByText('The site has no secure connection at this address').waitFor();
      await page.close();
    },
  );

  it('says that the person imports the address already, before 50 other imports, and opens that import', async () => {
    const create = (label: string, path: string) =>
      createImport(stage, { user: 'twice', label, url: stage.feeds.url(path) });
    await create('Times of last week', '/times.xml');
    for (let number = 1; number <= 50; number += 1) await create(`Other ${number}`, `/other-${number}.xml`);
    const opened = await openWidget(stage, { options: { externalUserId: 'twice' } });
    const { widget, page } = opened;
    await readSource(opened, stage.feeds.url('/times.xml'));
    await widget.getByText('You already import this address').waitFor();
    await widget.getByText('“Times of last week” reads it: Every day at 07:00, Berlin time.').waitFor();
    await widget.getByRole('button', { name: 'Open the import' }).click();
    await widget.getByRole('heading', { name: 'Times of last week' }).waitFor();
    await page.close();
  });

  it('does not go on with an empty list', async () => {
    const url = stage.feeds.route('/empty.json', { body: '{"items":[]}' });
    const opened = await openWidget(stage);
    const { widget, page } = opened;
    await readSource(opened, url);
    await widget.getByText('The list is empty at the moment.').waitFor();
    expect(await widget.getByRole('button', { name: 'Next', exact: true }).isDisabled()).toBe(true);
    await page.close();
  });

  it('reads the pages that JSON names in its own way after one click', async () => {
    const items = (from: number) =>
      Array.from({ length: 3 }, (_, index) => ({ id: from + index, title: `Item ${from + index}` }));
    const body = JSON.stringify({ items: items(0), paging: { next: '/page-2.json' } });
    const url = stage.feeds.route('/page-1.json', { body });
    stage.feeds.route('/page-2.json', { body: JSON.stringify({ items: items(3) }) });
    const opened = await openWidget(stage);
    const { widget, page } = opened;
    await readSource(opened, url);
    await widget.getByText(/“\/paging\/next” leads to the next one/).waitFor();
    await widget.getByRole('button', { name: 'Read the other pages too' }).click();
    await widget.getByLabel('Field with the next address').waitFor();
    await expect.poll(() => widget.getByRole('button', { name: 'Read the other pages too' }).count()).toBe(0);
    await page.close();
  });

  it('reaches every value of a wide source by scrolling, by keyboard and by searching', async () => {
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`field_${index}`, index]));
    const url = stage.feeds.route('/wide.json', { body: JSON.stringify({ items: [wide, wide, wide] }) });
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, url);
    await widget.getByText('3 items').waitFor();
    await next();
    await widget.locator('#pick-price').click();
    const options = widget.getByRole('option');
    await options.first().waitFor();
    expect(await options.count()).toBeLessThan(200);
    const list = widget.getByRole('listbox');
    await expect
      .poll(async () => {
        await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
        return widget.getByRole('option', { name: /field_299/ }).count();
      })
      .toBe(1);
    await page.keyboard.type('field_287');
    await expect.poll(() => widget.getByRole('option', { name: /field_/ }).count()).toBe(1);
    await widget.getByRole('option', { name: /field_287/ }).click();
    await widget.locator('#pick-price').getByText('items > field_287').waitFor();
    await page.close();
  });

  it('shows on the columns step what the mapping leaves out', async () => {
    const variants = [1, 2, 3].map((price) => ({ title: `Size ${price}`, price }));
    const url = stage.feeds.route('/variants.json', {
      body: JSON.stringify({
        products: [1, 2].map((id) => ({ id, url: `https://a.example/${id}`, variants })),
      }),
    });
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, url);
    await widget
      .getByRole('radio', { name: /products/ })
      .first()
      .click();
    await widget.getByText('2 items').waitFor();
    await next();
    await pick(opened, { column: 'title', search: 'variants > title' });
    await pick(opened, { column: 'price', search: 'variants > price' });
    await widget.getByText(/Only the first of up to 3 entries of/).waitFor();
    await page.close();
  });

  it('shows beside each column what is wrong with it, and the value as it will arrive', async () => {
    const opened = await openWidget(stage);
    const { widget, page, next } = opened;
    await readSource(opened, stage.feeds.url('/times.xml'));
    await next();
    await pick(opened, { column: 'url', search: 'title' });
    const row = widget.getByRole('listitem').filter({ hasText: 'Web address' });
    await row.getByText(/^10 of 10 rows: .*not a web address/).waitFor();
    await widget.getByRole('button', { name: 'Adjust Title' }).click();
    await widget.getByRole('button', { name: 'Add a change' }).click();
    await widget.getByRole('menuitem', { name: 'Change case' }).click();
    await widget.getByRole('listitem').filter({ hasText: 'Title' }).first().getByText('story 0').waitFor();
    await page.close();
  });
});

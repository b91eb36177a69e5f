import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, type Opened, openWidget, readSource, rss, type Stage, startStage } from './stage.js';

const WINDOWS_1251 = new Uint8Array([0xd7, 0xe0, 0xe9, 0x20, 0xe7, 0xe5, 0xeb, 0xb8, 0xed, 0xfb, 0xe9]);

describe('options of the source', () => {
  let stage: Stage;
  let opened: Opened;
  beforeAll(async () => {
    stage = await startStage();
    opened = await openWidget(stage);
    await opened.widget.getByLabel('Address').waitFor();
  });
  afterAll(() => stage?.close());
  const fold = (name: string) => opened.widget.getByRole('button', { name });
  const firstRow = () => opened.widget.getByRole('table').getByRole('row').nth(1).getByRole('cell');

  it('read a site with a token, and name the field that is missing', async () => {
    const { widget } = opened;
    const url = stage.feeds.route('/token.xml', (request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer right' ? 200 : 401).end(rss());
    });
    await readSource(opened, url);
    // The fold opens by itself, because the site asks for a sign-in.
    await choose(opened, { label: 'How the site checks access', option: 'Token (Bearer)' });
    await widget.getByRole('button', { name: 'Load', exact: true }).click();
    const token = widget.getByLabel('Token', { exact: true });
    await widget.getByText('Fill this in.').waitFor();
    await expect
      .poll(() => token.evaluate((input) => input === input.ownerDocument.activeElement))
      .toBe(true);
    await opened.page.keyboard.type('right');
    await opened.page.keyboard.press('Enter');
    await widget.getByText('12 items').waitFor();
  });

  it('send a key in the address, and read the source again after a change of its name', async () => {
    const { widget } = opened;
    stage.feeds.route('/key.xml?access=k', { body: rss() });
    await choose(opened, { label: 'How the site checks access', option: 'API key' });
    await choose(opened, { label: 'Where the key is sent', option: 'In the address' });
    await widget.getByLabel('Name of the parameter').fill('access');
    await widget.getByLabel('Key', { exact: true }).fill('k');
    await readSource(opened, stage.feeds.url('/key.xml'));
    await widget.getByText('12 items').waitFor();
    await widget.getByLabel('Name of the parameter').fill('other');
    expect(await widget.getByRole('table').count()).toBe(0);
    expect(await widget.getByRole('button', { name: 'Next', exact: true }).isDisabled()).toBe(true);
    await choose(opened, { label: 'How the site checks access', option: 'No sign-in' });
  });

  it('take user name and password out of an address as soon as it is left', async () => {
    const { widget, page } = await openWidget(stage);
    const address = widget.getByLabel('Address', { exact: true });
    await address.fill('https://ann:s%40fe@shop.example/list.csv');
    await address.press('Tab');
    await expect.poll(() => address.inputValue()).toBe('https://shop.example/list.csv');
    expect(await widget.getByLabel('User name').inputValue()).toBe('ann');
    expect(await widget.getByLabel('Password', { exact: true }).inputValue()).toBe('s@fe');
    await page.close();
  });

  it('fetch a token with OAuth 2 from another address', async () => {
    const { widget } = opened;
    const tokenUrl = stage.feeds.route('/token', (request, response) => {
      const expected = `Basic ${Buffer.from('reader:secret').toString('base64')}`;
      response.writeHead(request.headers.authorization === expected ? 200 : 401, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify({ access_token: 'fetched', token_type: 'Bearer', expires_in: 60 }));
    });
    const url = stage.feeds.route('/oauth.xml', (request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer fetched' ? 200 : 401).end(rss());
    });
    await choose(opened, { label: 'How the site checks access', option: 'OAuth 2 (client credentials)' });
    await widget.getByLabel('Token address').fill('no address');
    await widget.getByLabel('Client ID').fill('reader');
    await widget.getByLabel('Client secret').fill('secret');
    await readSource(opened, url);
    await widget.getByText('This is not a web address').waitFor();
    await widget.getByLabel('Token address').fill(tokenUrl);
    await readSource(opened, url);
    await widget.getByText('12 items').waitFor();
    await choose(opened, { label: 'How the site checks access', option: 'No sign-in' });
  });

  it('read all pages of a numbered list, and say what the first run brings', async () => {
    const { widget, next } = opened;
    const page = (...ids: number[]) =>
      JSON.stringify(ids.map((id) => ({ id, title: `Tea ${id}`, url: `https://tea.example/${id}` })));
    stage.feeds.route('/tea.json', { body: page(1, 2) });
    stage.feeds.route('/tea.json?page=2', { body: page(3, 4) });
    stage.feeds.route('/tea.json?page=3', { body: page() });
    const url = stage.feeds.url('/tea.json');
    await fold('More options').click();
    await choose(opened, {
      label: 'Does this address have more pages?',
      option: 'Page number in the address',
    });
    await readSource(opened, url);
    await widget.getByText('Fill this in.').waitFor();
    await widget.getByLabel('Name of the parameter').fill('page');
    await readSource(opened, url);
    await widget.getByText('2 items').waitFor();
    await next();
    await widget.getByRole('cell', { name: 'Tea 1' }).waitFor();
    await next();
    await next();
    await widget.getByText('The first run brings 4 rows').waitFor();
    await widget.getByRole('button', { name: 'Edit: Source' }).click();
    await choose(opened, { label: 'Does this address have more pages?', option: 'Automatic' });
  });

  it('choose the inner or the outer list with one click', async () => {
    const { widget } = opened;
    const product = (name: string) => `<product><name>${name}</name><price>1</price><size>2</size></product>`;
    const category = (name: string, products: string) =>
      `<category><title>${name}</title>${products}</category>`;
    const body = `<shop>${category('Tea', product('Green') + product('Black'))}${category('Cups', product('Mug'))}</shop>`;
    await readSource(opened, stage.feeds.route('/shop.xml', { body }));
    const levels = widget.getByRole('group', { name: 'One row for each' });
    await levels.getByRole('radio', { name: /^product/ }).click();
    await widget.getByText('3 items').waitFor();
    await levels.getByRole('radio', { name: /^category/ }).click();
    await widget.getByText('2 items').waitFor();
    expect(await levels.getByRole('radio', { name: /^category/ }).isChecked()).toBe(true);
  });

  it('read text in another encoding at once, and pass it on to the import', async () => {
    const { widget, page, next } = opened;
    const head = Buffer.from('id,name\n1,');
    const body = Buffer.concat([head, WINDOWS_1251, Buffer.from('\n2,'), WINDOWS_1251, Buffer.from('\n')]);
    const type = 'text/csv; charset=windows-1252';
    await readSource(opened, stage.feeds.route('/tea.csv', { headers: { 'content-type': type }, body }));
    await widget.getByRole('table').waitFor();
    await fold('Text looks wrong?').click();
    await choose(opened, { label: 'Encoding of the text', option: 'Cyrillic · koi8-r' });
    await expect.poll(() => firstRow().allTextContents()).not.toContain('Чай зелёный');
    await choose(opened, { label: 'Encoding of the text', option: 'Cyrillic · windows-1251' });
    await expect.poll(() => firstRow().allTextContents()).toContain('Чай зелёный');
    const preview = page.waitForRequest('**/widget/v1/preview');
    await next();
    expect((await preview).postDataJSON()).toMatchObject({ parseOptions: { encoding: 'windows-1251' } });
    await widget.getByRole('button', { name: 'Back' }).click();
  });

  it('read the first row of a table as data', async () => {
    const { widget } = opened;
    await readSource(opened, stage.feeds.route('/names.csv', { body: 'id,name\n1,Ada\n2,Bob\n' }));
    await widget.getByText('2 items').waitFor();
    await fold('Column names look wrong?').click();
    await widget.getByLabel('The first row has the column names').click();
    await widget.getByText('3 items').waitFor();
    expect(await firstRow().allTextContents()).toEqual(expect.arrayContaining(['id', 'name']));
  });

  it('read the first row of a JSON list of arrays as data', async () => {
    const { widget } = opened;
    const body = JSON.stringify([
      ['id', 'name'],
      [1, 'Ada'],
      [2, 'Bob'],
    ]);
    await readSource(opened, stage.feeds.route('/names.json', { body }));
    await widget.getByText('2 items').waitFor();
    await fold('Column names look wrong?').click();
    await widget.getByLabel('The first row has the column names').click();
    await widget.getByText('3 items').waitFor();
    expect(await firstRow().allTextContents()).toEqual(expect.arrayContaining(['id', 'name']));
  });

  it('skip the lines above a table', async () => {
    const { widget } = opened;
    const body = 'Report of all people,2026\nfor the board,\nid,name\n1,Ada\n2,Bob\n';
    await readSource(opened, stage.feeds.route('/report.csv', { body }));
    await widget.getByRole('table').waitFor();
    await fold('Column names look wrong?').click();
    const lines = widget.getByLabel('Lines to skip at the top');
    await lines.fill('2');
    await lines.press('Enter');
    await widget.getByRole('columnheader', { name: 'name' }).waitFor();
    expect(await firstRow().allTextContents()).toEqual(expect.arrayContaining(['1', 'Ada']));
  });
});

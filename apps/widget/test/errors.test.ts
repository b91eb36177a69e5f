import { createTestCertificate, type FeedServer, startFeedServer } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Opened, openWidget, readSource, rss, type Stage, startStage } from './stage.js';

describe('errors in the first step', () => {
  let stage: Stage;
  let opened: Opened;
  let broken: FeedServer;
  beforeAll(async () => {
    stage = await startStage({ INLET_OUTLINE_DEADLINE_SECONDS: '4' });
    broken = await startFeedServer({ certificate: createTestCertificate() });
    opened = await openWidget(stage);
  });
  afterAll(async () => {
    await broken?.close();
    await stage?.close();
  });
  const route = (...args: Parameters<FeedServer['route']>) => stage.feeds.route(...args);

  const cases: readonly [title: string, url: () => string][] = [
    ['This is not a web address', () => 'not an address'],
    ['This address is inside a private network', () => 'http://10.0.0.1/feed'],
    ['There is no site with this name', () => 'http://no-such-site.invalid/feed'],
    ['The site refused the connection', () => 'http://127.0.0.1:1/feed'],
    ['The secure connection to the site failed', () => broken.route('/', { body: rss() })],
    ['The site did not answer in time', () => route('/hang', { hang: true })],
    ['The address redirects in a circle', () => route('/loop', { redirectTo: '/loop' })],
    ['The site asks for a sign-in', () => route('/401', { status: 401 })],
    ['The site refuses access', () => route('/403', { status: 403 })],
    ['There is nothing at this address', () => route('/404', { status: 404 })],
    ['The file was permanently removed', () => route('/410', { status: 410 })],
    ['The site was asked too often', () => route('/429', { status: 429 })],
    ['The site has an internal error', () => route('/500', { status: 500 })],
    ['The site answered with something unexpected', () => route('/418', { status: 418 })],
    [
      'This is a web page, not a feed',
      () => route('/html', { body: '<!doctype html><html><body>Hello</body></html>' }),
    ],
    ['The file is empty', () => route('/empty', { body: '' })],
    [
      'This is not a text file',
      () => route('/binary', { body: new Uint8Array(4000).map((_, at) => (at * 37) % 256) }),
    ],
    ['The file is damaged', () => route('/json', { body: '{"items":[{"a":}]}' })],
    [
      'The file contains definitions that are not safe to read',
      () => route('/entities', { body: '<!DOCTYPE r [<!ENTITY a "bc">]><r><i>&a;</i><i>x</i></r>' }),
    ],
    ['There is no list in this file', () => route('/single', { body: '"only a text"' })],
  ];

  it.each(cases)('shows "%s", the next action, and the technical details on request', async (title, url) => {
    const { widget } = opened;
    await readSource(opened, url());
    const alert = widget.getByRole('alert').filter({ hasText: title });
    await alert.waitFor();
    expect(await alert.locator('p').count()).toBeGreaterThanOrEqual(2);
    await alert.getByRole('button', { name: 'Technical details' }).click();
    expect(await alert.locator('pre').textContent()).toMatch(/^source_\w+/);
    await alert.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await widget.getByRole('button', { name: 'Next', exact: true }).isDisabled()).toBe(true);
  });

  it('offers the feeds of a web page and reads the chosen one', async () => {
    route('/news.xml', { body: rss({ title: 'News' }) });
    const page = route('/home', {
      body: '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" title="All the news" href="/news.xml"></head></html>',
    });
    const { widget } = opened;
    await readSource(opened, page);
    await widget.getByText('This address offers feeds').waitFor();
    await widget.getByRole('button', { name: /All the news/ }).click();
    await widget.getByText('12 items').waitFor();
    expect(await widget.getByLabel('Address').inputValue()).toBe(stage.feeds.url('/news.xml'));
  });

  it('reads a site that requires a password once the password is entered', async () => {
    const url = route('/private.xml', (request, response) => {
      const isRight =
        request.headers.authorization === `Basic ${Buffer.from('ada:secret').toString('base64')}`;
      response.writeHead(isRight ? 200 : 401).end(isRight ? rss() : '');
    });
    const { widget } = opened;
    await readSource(opened, url);
    await widget.getByText('The site asks for a sign-in').waitFor();
    await widget.getByLabel('User name').fill('ada');
    await widget.getByLabel('Password').fill('secret');
    await widget.getByRole('button', { name: 'Try again' }).click();
    await widget.getByText('12 items').waitFor();
  });

  it('reads another list of the file when it is selected in the tree', async () => {
    const items = Array.from({ length: 4 }, (_, index) => `<book><name>Book ${index}</name></book>`).join('');
    const people = Array.from(
      { length: 7 },
      (_, index) => `<person><name>Person ${index}</name><age>${index}</age></person>`,
    ).join('');
    const url = route('/two.xml', { body: `<all><books>${items}</books><people>${people}</people></all>` });
    const { widget } = opened;
    await readSource(opened, url);
    await widget.getByText('7 items').waitFor();
    await widget.getByRole('button', { name: 'The list is somewhere else in the file?' }).click();
    await widget.getByLabel(/^book/).click();
    await widget.getByText('4 items').waitFor();
    await widget.getByRole('cell', { name: 'Book 0' }).waitFor();
  });
});

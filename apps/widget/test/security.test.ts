import { type FeedServer, secondsFromNow, signUserToken, startFeedServer } from '@inlet/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWidget, readSource, rss, type Stage, startStage } from './stage.js';

describe('the widget and the pages around it', () => {
  let stage: Stage;
  let hostile: FeedServer;
  beforeAll(async () => {
    stage = await startStage();
    hostile = await startFeedServer();
    stage.feeds.route('/times.xml', { body: rss() });
    for (const { key, code } of [{ key: stage.server.strictProject.secretKey, code: 'stories' }])
      await stage.server.api(
        'POST',
        '/v1/templates',
        { code, name: 'Stories', columns: [{ key: 'title', name: 'Title' }] },
        key,
      );
  });
  afterAll(async () => {
    await hostile?.close();
    await stage?.close();
  });

  /** A page that frames the widget without the Inlet script and records every message it receives. */
  async function framePage(hash: string, { key }: { key?: string } = {}): Promise<Page> {
    const src = `${stage.server.url}/widget/?key=${key ?? stage.server.project.publishableKey}#${hash}`;
    const url = hostile.route(`/frame-${encodeURIComponent(hash).length}-${key ? 'strict' : 'open'}`, {
      headers: { 'content-type': 'text/html' },
      body: `<!doctype html><script>window.got = []; addEventListener('message', (e) => got.push(e.data))</script><iframe src="${src}"></iframe>`,
    });
    const page = await stage.browser.newPage();
    await page.goto(url);
    return page;
  }
  const nonce = '0123456789abcdef0123456789abcdef';
  const init = (title: string) => ({
    type: 'init',
    options: {
      publishableKey: stage.server.project.publishableKey,
      templateId: 'stories',
      externalUserId: 'eve',
      locale: 'en',
      title,
    },
  });

  it('posts nothing to a page that claims another origin', async () => {
    const page = await framePage(new URLSearchParams({ nonce, origin: 'https://bank.example' }).toString());
    await page.frameLocator('iframe').getByText('This page only works inside another one').waitFor();
    expect(await page.evaluate('got')).toEqual([]);
    await page.close();
  });

  it('ignores messages with another nonce or from another window', async () => {
    const page = await framePage(new URLSearchParams({ nonce, origin: hostile.origin }).toString());
    await page.waitForFunction('got.length > 0');
    const post = (message: unknown, from = 'window') =>
      page.evaluate(
        `(${from === 'window' ? 'window' : `(document.body.append(Object.assign(document.createElement('iframe'), { id: 'other' })), document.getElementById('other').contentWindow)`}).eval(${JSON.stringify(
          `${from === 'window' ? 'frames[0]' : 'parent.frames[0]'}.postMessage(${JSON.stringify(message)}, ${JSON.stringify(stage.server.url)})`,
        )})`,
      );
    await post({ inlet: 1, nonce: nonce.replace('0', 'f'), message: init('Wrong nonce') });
    await post({ inlet: 2, nonce, message: init('Wrong version') });
    await post({ inlet: 1, nonce, message: { type: 'init', options: { title: 'No key' } } });
    await post({ inlet: 1, nonce, message: init('Wrong window') }, 'other');
    await post({ inlet: 1, nonce, message: init('The right one') });
    await page.frameLocator('iframe').first().getByText('The right one').waitFor();
    expect(await page.evaluate('got.map(({ message }) => message.code ?? message.type)')).toEqual([
      'hello',
      'options_invalid',
      'ready',
      'alive',
    ]);
    await page.close();
  });

  it('is blocked by the browser on a site that the project does not allow', async () => {
    const refused: string[] = [];
    const page = await stage.browser.newPage();
    page.on('console', (message) => refused.push(message.text()));
    await page.goto(
      hostile.route('/foreign', {
        headers: { 'content-type': 'text/html' },
        body: `<iframe src="${stage.server.url}/widget/?key=${stage.server.strictProject.publishableKey}#nonce=${nonce}&origin=${hostile.origin}"></iframe>`,
      }),
    );
    await expect.poll(() => refused.join('\n')).toContain('frame-ancestors');
    expect(await page.frameLocator('iframe').locator('#root').count()).toBe(0);
    await page.close();
  });

  it('ignores messages that other scripts post to the host page', async () => {
    const { page, widget, events } = await openWidget(stage);
    await widget.getByLabel('Address').waitFor();
    const src = (await page.locator('iframe').getAttribute('src')) ?? '';
    const known = new URLSearchParams(new URL(src).hash.slice(1)).get('nonce');
    await page.evaluate(
      `postMessage({ inlet: 1, nonce: ${JSON.stringify(known)}, message: { type: 'jobCreated', jobId: 'forged' } }, origin)`,
    );
    await page.evaluate(
      `new Promise((resolve) => { addEventListener('message', resolve, { once: true }); postMessage('after', origin); })`,
    );
    expect((await events()).map(([name]) => name)).toEqual(['open', 'ready']);
    await page.close();
  });

  it('shows the text of HTML in a source, and neither runs nor loads anything of it', async () => {
    const text =
      '<p style="color: red">Tea &amp; <b>bis</b>cuits,<br/>at   1 &lt; 2 o&#8217;clock</p><p>Milk</p><table><tr><td>one</td><td>two</td></tr></table>';
    const active = `<img src="${hostile.url('/pixel')}" onerror="parent.hit = 1"><script>parent.hit = 1</script><svg onload="parent.hit = 1"></svg><style>@import '${hostile.url('/style')}'</style>`;
    const items = [1, 2].map(
      (id) =>
        `<item><guid>${id}</guid><title>Day ${id}</title><description><![CDATA[${text}${active}]]></description></item>`,
    );
    const url = stage.feeds.route('/html.xml', {
      body: `<rss version="2.0"><channel><title>HTML</title>${items.join('')}</channel></rss>`,
    });
    const opened = await openWidget(stage);
    await readSource(opened, url);
    const cell = opened.widget.getByRole('cell', {
      name: 'Tea & biscuits, at 1 < 2 o’clock Milk one two',
      exact: true,
    });
    await cell.first().waitFor();
    expect(await cell.count()).toBe(2);
    expect(await opened.page.evaluate('window.hit')).toBeUndefined();
    expect(hostile.requests.filter(({ path }) => ['/pixel', '/style'].includes(path))).toEqual([]);
    await opened.page.close();
  });

  it('keeps two widgets on one page separate', async () => {
    const key = stage.server.project.publishableKey;
    const page = await stage.browser.newPage();
    await page.goto(
      stage.site.route('/two', {
        headers: { 'content-type': 'text/html' },
        body: `<!doctype html><html lang="en"><body>
<div data-inlet data-inlet-template="stories" data-inlet-key="${key}" data-inlet-user="one" data-inlet-title="One" data-inlet-locale="en" style="height:600px"></div>
<div data-inlet data-inlet-template="stories" data-inlet-key="${key}" data-inlet-user="two" data-inlet-title="Zwei" data-inlet-locale="de" style="height:600px"></div>
<script src="${stage.server.url}/embed/inlet.js"></script></body></html>`,
      }),
    );
    const [one, two] = [page.frameLocator('iframe').nth(0), page.frameLocator('iframe').nth(1)];
    // Both are there before one is used: a widget that opens takes the focus, and the page may scroll to it.
    await one.getByLabel('Address').waitFor();
    await two.getByRole('heading', { name: 'Woher kommen die Daten?' }).waitFor();
    await one.getByLabel('Address').fill(stage.feeds.url('/times.xml'));
    await one.getByRole('button', { name: 'Load' }).click();
    await one.getByText('12 items').waitFor();
    expect(await two.getByLabel('Adresse').inputValue()).toBe('');
    await two.getByRole('heading', { name: 'Woher kommen die Daten?' }).waitFor();
    expect(await one.getByText('One', { exact: true }).count()).toBe(1);
    await page.close();
  });

  it('asks the host for a new user token when the session has expired', async () => {
    const secret = stage.server.project.userTokenSecret;
    const tokens: string[] = [];
    const context = await stage.browser.newContext({ locale: 'en-US' });
    await context.exposeFunction('signToken', () => {
      tokens.push(signUserToken({ secret, claims: { sub: 'ada', exp: secondsFromNow(600) } }));
      return tokens.at(-1);
    });
    const { page, widget } = await openWidget(stage, { context });
    await page
      .evaluate(
        'inlet.destroy(); inlet.update({ userToken: () => signToken(), externalUserId: undefined }); inlet.open()',
      )
      .catch(() => undefined);
    await widget.getByLabel('Address').waitFor();
    expect(tokens).toHaveLength(1);
    expect(await widget.getByText('Test mode').count()).toBe(0);
    let isFirst = true;
    await page.route('**/widget/v1/outline', (route) => {
      if (!isFirst) return route.continue();
      isFirst = false;
      return route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'session_expired', title: 'The widget session has ended' }),
      });
    });
    await readSource({ widget } as never, stage.feeds.url('/times.xml'));
    await widget.getByText('12 items').waitFor();
    expect(tokens).toHaveLength(2);
    await context.close();
  });
});

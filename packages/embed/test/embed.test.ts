import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { launchChromium } from '@inlet/testing/browser';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HOST = 'http://host.test';
const INLET = 'http://inlet.test/sub/';
const STUB =
  'window.Inlet=window.Inlet||{q:[],init:function(o){var c=[],h={};["open","close","on","update","destroy"].forEach(function(m){h[m]=function(){var a=arguments;c.push([m,a]);return function(){a.x=1;a.off&&a.off()}}});this.q.push([o,h,c]);return h}};';

/** A minimal widget that speaks the protocol: it records the messages it receives and sends those of the test. */
const WIDGET = `<!doctype html><title>Widget</title><button>inside</button><script>
const given = new URLSearchParams(location.hash.slice(1));
window.told = [];
window.post = (message) => parent.postMessage({ inlet: 1, nonce: given.get('nonce'), message }, given.get('origin'));
addEventListener('message', ({ data }) => {
  told.push(data.message);
  if (data.message.type === 'init') post({ type: 'ready' });
  if (data.message.type === 'requestClose') post({ type: 'close' });
});
post({ type: 'hello' });
</script>`;

describe('the loader', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await launchChromium();
    const built = [
      await build({ root: ROOT, logLevel: 'silent', build: { write: false } }),
    ].flat() as unknown as { output: { code: string }[] }[];
    script = built[0]?.output[0]?.code ?? '';
  });
  afterAll(() => browser?.close());

  it('is smaller than 4 kB', () => {
    expect(gzipSync(script).length).toBeGreaterThan(500);
    expect(gzipSync(script).length).toBeLessThan(4096);
  });

  async function open(body: string, { csp }: { csp?: string } = {}): Promise<Page> {
    const page = await browser.newPage();
    await page.route('**/*', (route) => {
      const { pathname, hostname } = new URL(route.request().url());
      const html = (text: string) =>
        route.fulfill({
          contentType: 'text/html',
          body: text,
          ...(csp && { headers: { 'content-security-policy': csp } }),
        });
      if (hostname === 'host.test')
        return html(`<!doctype html><html lang="en"><body style="height:3000px">${body}</body></html>`);
      if (pathname === '/sub/widget/') return html(WIDGET);
      if (/^\/sub\/embed\/(1\.2\.3\/)?inlet\.js$/.test(pathname))
        return route.fulfill({ contentType: 'text/javascript', body: script });
      return route.fulfill({ status: 404 });
    });
    await page.goto(`${HOST}/`);
    return page;
  }
  const TAG = `<script async src="${INLET}embed/inlet.js"></script>`;
  const widgetOf = async (page: Page) => {
    await page.locator('iframe').waitFor();
    await expect
      .poll(() =>
        page
          .frames()
          .find((frame) => frame.url().startsWith(INLET))
          ?.evaluate('window.told?.length'),
      )
      .toBeGreaterThan(0);
    const frame = page.frames().find((each) => each.url().startsWith(INLET));
    if (!frame) throw new Error('there is no widget');
    return frame;
  };

  it('runs the calls that were made before it was loaded', async () => {
    const page = await open(`<script>${STUB}
      window.seen = [];
      const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't' });
      const off = inlet.on('open', () => seen.push('undone'));
      inlet.on('ready', () => seen.push('ready'));
      off();
      inlet.open();
      window.inlet = inlet;
    </script>${TAG}`);
    const widget = await widgetOf(page);
    expect(await widget.evaluate('told[0].options')).toEqual({
      publishableKey: 'pk',
      templateId: 't',
      isInline: false,
    });
    await expect.poll(() => page.evaluate('seen')).toEqual(['ready']);
    await page.evaluate('inlet.destroy()');
    expect(await page.locator('iframe').count()).toBe(0);
    await page.close();
  });

  it('derives the address of Inlet from that of the script, with and without a version', async () => {
    const page = await open(
      `<button data-inlet-template="t" data-inlet-key="pk">Go</button><script async src="${INLET}embed/1.2.3/inlet.js"></script>`,
    );
    await page.waitForFunction('window.Inlet?.scan');
    await page.click('button');
    const widget = await widgetOf(page);
    expect(widget.url().startsWith(`${INLET}widget/?key=pk#nonce=`)).toBe(true);
    await page.close();
  });

  it('adds a widget to each marked element once and dispatches its events there', async () => {
    const page =
      await open(`<div id="box" data-inlet data-inlet-template="t" data-inlet-key="pk" data-inlet-options='{"extra":{"externalUserId":"u"}}'></div>
      <script>window.seen = []; document.addEventListener('inlet:jobCreated', (e) => seen.push([e.target.id, e.detail]));</script>${TAG}`);
    const widget = await widgetOf(page);
    await page.evaluate('Inlet.scan()');
    expect(await page.locator('#box iframe').count()).toBe(1);
    expect(await widget.evaluate('told[0].options')).toMatchObject({ isInline: true, externalUserId: 'u' });
    await widget.evaluate("post({ type: 'jobCreated', jobId: 'job_1' })");
    await expect.poll(() => page.evaluate('seen')).toEqual([['box', { jobId: 'job_1' }]]);
    await page.close();
  });

  it('passes `data` from the script and from an attribute on unchanged', async () => {
    const data = { url: 'https://a.example/f?a=1&b="2"', mapping: { title: { path: 'headline' } } };
    const json = JSON.stringify(data);
    const attribute = json.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    const element = (id: string, value: string) =>
      `<button id="${id}" data-inlet-template="t" data-inlet-key="pk" data-inlet-data="${value}">Go</button>`;
    const page = await open(
      `${element('right', attribute)}${element('wrong', '{ url: 1')}<script>${STUB} window.inlet = Inlet.init({ publishableKey: 'pk', templateId: 't', data: ${json} });</script>${TAG}`,
    );
    await page.waitForFunction('window.Inlet?.scan');
    const dataAfter = async (click: string) => {
      await page.evaluate(click);
      const widget = await widgetOf(page);
      const told = (await widget.evaluate('told[0].options.data')) as unknown;
      await page.locator('dialog').press('Escape');
      await expect.poll(() => page.locator('iframe').count()).toBe(0);
      return told;
    };
    expect(await dataAfter('inlet.open()')).toEqual(data);
    expect(await dataAfter('right.click()')).toEqual(data);
    // The widget rejects it with a message; a mistake does not affect the other elements.
    expect(await dataAfter('wrong.click()')).toBe('{ url: 1');
    await page.evaluate("inlet.update({ data: { name: 'Other' } })");
    expect(await dataAfter('inlet.open()')).toEqual({ name: 'Other' });
    await page.close();
  });

  it('requests a user token when it opens and when the widget needs one, and reports an error of the function', async () => {
    const page = await open(`<script>${STUB}
      window.count = 0; window.errors = [];
      const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't', userToken: async () => { count += 1; if (count === 3) throw new Error('backend is down'); return 'token-' + count; } });
      inlet.on('error', (e) => errors.push(e));
      inlet.open();</script>${TAG}`);
    const widget = await widgetOf(page);
    expect(await widget.evaluate('told[0].options.userToken')).toBe('token-1');
    await widget.evaluate("post({ type: 'needToken' })");
    await expect.poll(() => widget.evaluate('told.at(-1)')).toEqual({ type: 'token', userToken: 'token-2' });
    await widget.evaluate("post({ type: 'needToken' })");
    await expect.poll(() => widget.evaluate('told.at(-1)')).toEqual({ type: 'token', userToken: null });
    expect(await page.evaluate('errors')).toEqual([
      { code: 'user_token_failed', message: 'backend is down' },
    ]);
    await page.close();
  });

  it('is modal: the focus stays inside and returns, the page neither scrolls nor moves, Escape asks to close', async () => {
    const page = await open(`<button id="go">Go</button><button id="other">Other</button><script>${STUB}
      const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't', title: 'Import stories' });
      go.onclick = () => inlet.open();</script>${TAG}`);
    await page.waitForFunction('window.Inlet.scan');
    const left = await page.evaluate('go.getBoundingClientRect().left');
    await page.focus('#go');
    await page.keyboard.press('Enter');
    const widget = await widgetOf(page);
    expect(await page.getByRole('dialog', { name: 'Import stories' }).getAttribute('aria-modal')).toBe(
      'true',
    );
    expect(await page.evaluate('getComputedStyle(document.documentElement).overflow')).toBe('hidden');
    expect(await page.evaluate('go.getBoundingClientRect().left')).toBe(left);
    await page.evaluate('other.focus()');
    expect(await page.evaluate('document.activeElement.id')).not.toBe('other');
    await page.locator('dialog').press('Escape');
    await expect.poll(() => page.locator('iframe').count()).toBe(0);
    // The browser reports a removed frame after the page has seen it.
    await expect.poll(() => widget.isDetached()).toBe(true);
    expect(await page.evaluate('document.activeElement.id')).toBe('go');
    expect(await page.evaluate('document.documentElement.style.cssText + document.body.style.cssText')).toBe(
      'height: 3000px;',
    );
    await page.close();
  });

  it('ignores messages from another window, from another origin or with another nonce', async () => {
    const page = await open(`<script>${STUB} window.seen = [];
      const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't' });
      inlet.on('jobCreated', ({ jobId }) => seen.push(jobId)); inlet.open();</script>${TAG}`);
    const widget = await widgetOf(page);
    const nonce = new URLSearchParams(new URL(widget.url()).hash.slice(1)).get('nonce');
    const forged = (id: string, with_ = nonce) =>
      JSON.stringify({ inlet: 1, nonce: with_, message: { type: 'jobCreated', jobId: id } });
    await page.evaluate(`postMessage(${forged('own window')}, origin)`);
    await widget.evaluate(`parent.postMessage(${forged('wrong nonce', 'x')}, '${HOST}')`);
    await widget.evaluate(
      `document.body.append(document.createElement('iframe')); frames[0].eval(${JSON.stringify(`top.postMessage(${forged('inner frame')}, '${HOST}')`)})`,
    );
    await widget.evaluate("post({ type: 'jobCreated', jobId: 'true one' })");
    await expect.poll(() => page.evaluate('seen')).toEqual(['true one']);
    await page.close();
  });

  it('closes at once if the widget does not answer', async () => {
    const page = await open(
      `<script>${STUB} const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't', baseUrl: 'http://inlet.test/gone' }); window.inlet = inlet; inlet.open();</script>${TAG}`,
    );
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('iframe').count()).toBe(0);
    await page.close();
  });

  it('opens on a double click', async () => {
    const page = await open(
      `<button id="go" style="position:absolute;inset:0;width:100%">Go</button><script>${STUB}
      const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't' }); go.onclick = () => inlet.open();</script>${TAG}`,
    );
    await page.waitForFunction('window.Inlet.scan');
    await page.mouse.dblclick(4, 4);
    await widgetOf(page);
    await page.waitForTimeout(600);
    expect(await page.locator('iframe').count()).toBe(1);
    await page.mouse.click(4, 4);
    await expect.poll(() => page.locator('iframe').count()).toBe(0);
    await page.close();
  });

  describe('a request to close', () => {
    const openWidget = async () => {
      const page = await open(
        `<script>${STUB} const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't' }); window.inlet = inlet; inlet.open();</script>${TAG}`,
      );
      return { page, widget: await widgetOf(page) };
    };

    it('closes a widget that does not answer', async () => {
      const { page, widget } = await openWidget();
      await widget.evaluate('window.post = () => {}');
      await page.evaluate('inlet.close()');
      await expect.poll(() => page.locator('iframe').count(), { timeout: 5000 }).toBe(0);
      await page.close();
    });

    it('leaves the widget open while it asks', async () => {
      const { page, widget } = await openWidget();
      await widget.evaluate(
        "{ const { post } = window; window.post = ({ type }) => type === 'close' && post({ type: 'askBeforeClose' }); }",
      );
      await page.evaluate('inlet.close()');
      await page.waitForTimeout(1500);
      expect(await page.locator('iframe').count()).toBe(1);
      await page.close();
    });
  });

  it('keeps its close button until the widget shows one', async () => {
    const page = await open(
      `<script>${STUB} const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't', title: 'I' }); inlet.open();</script>${TAG}`,
    );
    await widgetOf(page);
    await expect.poll(() => page.getByRole('button', { name: 'Close' }).count()).toBe(0);
    await page.close();
  });

  it('shows its close button again while the widget is silent', async () => {
    const page = await open(
      `<script>${STUB} const inlet = Inlet.init({ publishableKey: 'pk', templateId: 't', title: 'I' }); inlet.open();</script>${TAG}`,
    );
    const widget = await widgetOf(page);
    await widget.evaluate("post({ type: 'alive' })");
    const close = page.getByRole('button', { name: 'Close' });
    await expect.poll(() => close.count()).toBe(0);
    await close.waitFor();
    await widget.evaluate("post({ type: 'alive' })");
    await expect.poll(() => close.count()).toBe(0);
    await close.waitFor();
    await widget.evaluate('window.post = () => {}');
    await close.click();
    await expect.poll(() => page.locator('iframe').count(), { timeout: 5000 }).toBe(0);
    await page.close();
  });
});

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { InletButton, InletInline } from '@inlet/react';
import { launchChromium } from '@inlet/testing/browser';
import type { Browser, Page } from 'playwright-core';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(import.meta.url);

const WIDGET = `<!doctype html><script>
const given = new URLSearchParams(location.hash.slice(1));
window.told = [];
window.post = (message) => parent.postMessage({ inlet: 1, nonce: given.get('nonce'), message }, given.get('origin'));
addEventListener('message', ({ data }) => { told.push(data.message); if (data.message.type === 'init') post({ type: 'ready' }); });
post({ type: 'hello' });
</script>`;

const VERSIONS = [
  {
    version: '18',
    react: require.resolve('react-18/package.json'),
    dom: require.resolve('react-dom-18/package.json'),
  },
  {
    version: '19',
    react: require.resolve('react/package.json'),
    dom: require.resolve('react-dom/package.json'),
  },
];

describe.each(VERSIONS)('with React $version', ({ react, dom, version }) => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await launchChromium();
    const at = (manifest: string) => manifest.replace(/package\.json$/, '');
    const alias = [
      { find: /^react-dom\//, replacement: at(dom) },
      { find: /^react\//, replacement: at(react) },
      { find: /^react$/, replacement: `${at(react)}index.js` },
      { find: /^react-dom$/, replacement: `${at(dom)}index.js` },
    ];
    const built = [
      await build({
        root: ROOT,
        configFile: false,
        logLevel: 'silent',
        mode: 'development',
        resolve: { alias },
        define: { 'process.env.NODE_ENV': '"development"' },
        build: { write: false, minify: false, lib: { entry: 'page.tsx', formats: ['iife'], name: 'page' } },
      }),
    ].flat() as unknown as { output: { code: string }[] }[];
    script = built[0]?.output[0]?.code ?? '';
  }, 60_000);
  afterAll(() => browser?.close());

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    await page.route('**/*', (route) => {
      const isWidget = new URL(route.request().url()).hostname === 'inlet.test';
      if (route.request().url().endsWith('/page.js'))
        return route.fulfill({ contentType: 'text/javascript', body: script });
      const body = isWidget
        ? WIDGET
        : '<!doctype html><html lang="en"><body><div id="root"></div><script src="/page.js"></script></body></html>';
      return route.fulfill({ contentType: 'text/html', body });
    });
    await page.goto('http://host.test/');
    await page.getByRole('button', { name: 'Import' }).waitFor();
    return page;
  }
  const widgetFrames = (page: Page) =>
    page.frames().filter((frame) => frame.url().startsWith('http://inlet.test'));

  it('runs that version', async () => {
    const page = await open();
    expect(await page.evaluate('version')).toMatch(new RegExp(`^${version}\\.`));
    await page.close();
  });

  it('opens one widget in strict mode, with typed events to the latest callbacks', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Import' }).click();
    await expect.poll(() => page.evaluate('seen')).toEqual(['open 0', 'ready 0']);
    expect(await page.locator('dialog iframe').count()).toBe(1);
    const frame = widgetFrames(page).find((each) => each.url().includes('key=modal'));
    await page.evaluate('rerender()');
    await frame?.evaluate("post({ type: 'jobCreated', jobId: 'job_1' })");
    await expect.poll(() => page.evaluate('seen')).toEqual(['open 0', 'ready 0', 'jobCreated job_1 1']);
    expect(await page.locator('dialog iframe').count()).toBe(1);
    await page.close();
  });

  it('shows an inline widget once, and takes it away with its element', async () => {
    const page = await open();
    await expect.poll(() => page.locator('#inline iframe').count()).toBe(1);
    await page.evaluate('rerender()');
    expect(await page.locator('#inline iframe').count()).toBe(1);
    await page.evaluate('hideInline()');
    await expect.poll(() => page.locator('#inline').count()).toBe(0);
    await page.close();
  });

  it('signs for the user of the latest render', async () => {
    const page = await open();
    await page.evaluate('rerender()');
    await page.getByRole('button', { name: 'Import' }).click();
    const told = () =>
      widgetFrames(page)
        .find((each) => each.url().includes('key=modal'))
        ?.evaluate('window.told?.[0]?.options.userToken');
    await expect.poll(told).toBe('token of 1');
    await page.close();
  });
});

describe('on the server', () => {
  it('renders, and the button waits for the page', async () => {
    const options = { baseUrl: 'http://inlet.test', publishableKey: 'pk', templateId: 't' };
    const button = { options, children: 'Import' };
    expect(typeof globalThis.window).toBe('undefined');
    expect(renderToString(createElement(InletButton, button))).toBe(
      '<button type="button" disabled="">Import</button>',
    );
    expect(renderToString(createElement(InletInline, { options, id: 'x' }))).toBe('<div id="x"></div>');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchChromium } from '@inlet/testing/browser';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

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
  const folder = mkdtempSync(join(tmpdir(), 'inlet-react-'));
  let server: { readonly version: string; readonly render: () => string };
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
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'silent',
      mode: 'development',
      resolve: { alias },
      define: { 'process.env.NODE_ENV': '"development"' },
      ssr: { noExternal: true },
      build: {
        ssr: 'server.tsx',
        outDir: folder,
        minify: false,
        rollupOptions: { output: { entryFileNames: 'server.mjs' } },
      },
    });
    server = await import(pathToFileURL(join(folder, 'server.mjs')).href);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await browser?.close();
  });

  /** @param html what the server rendered; nothing for a page that the browser renders */
  async function open(html = ''): Promise<Page> {
    const page = await browser.newPage();
    await page.route('**/*', (route) => {
      const isWidget = new URL(route.request().url()).hostname === 'inlet.test';
      if (route.request().url().endsWith('/page.js'))
        return route.fulfill({ contentType: 'text/javascript', body: script });
      const body = isWidget
        ? WIDGET
        : `<!doctype html><html lang="en"><link rel="icon" href="data:,"><body><div id="root">${html}</div><script src="/page.js"></script></body></html>`;
      return route.fulfill({ contentType: 'text/html', body });
    });
    await page.goto('http://host.test/');
    await page.waitForFunction('window.rerender');
    return page;
  }
  const widgetFrames = (page: Page) =>
    page.frames().filter((frame) => frame.url().startsWith('http://inlet.test'));

  it('uses the requested version of React', async () => {
    const page = await open();
    expect(await page.evaluate('version')).toMatch(new RegExp(`^${version}\\.`));
    await page.close();
  });

  it('opens one widget in strict mode and calls the latest callbacks with typed events', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Import' }).click();
    await expect.poll(() => page.evaluate('seen')).toEqual(['click 0', 'open 0', 'ready 0']);
    expect(await page.locator('dialog iframe').count()).toBe(1);
    const frame = widgetFrames(page).find((each) => each.url().includes('key=modal'));
    await page.evaluate('rerender()');
    await frame?.evaluate("post({ type: 'jobCreated', jobId: 'job_1' })");
    await expect
      .poll(() => page.evaluate('seen'))
      .toEqual(['click 0', 'open 0', 'ready 0', 'jobCreated job_1 1']);
    expect(await page.locator('dialog iframe').count()).toBe(1);
    await page.close();
  });

  it('passes on the ref and the click, which can keep the widget closed', async () => {
    const page = await open();
    await page.evaluate('focusButton()');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Import');
    await page.evaluate('refuse()');
    await page.getByRole('button', { name: 'Import' }).click();
    await expect.poll(() => page.evaluate('seen')).toEqual(['click 0']);
    expect(await page.locator('dialog').count()).toBe(0);
    await page.close();
  });

  it('disables the button and names the missing option, and keeps the page alive', async () => {
    const page = await open();
    const complaint = page.waitForEvent('console', (message) => message.type() === 'error');
    await page.evaluate('loseKey()');
    expect((await complaint).text()).toBe(
      'Inlet: the option publishableKey is missing (the key that begins with inlet_pk_). If it comes from the environment, is it set there?',
    );
    await expect.poll(() => page.getByRole('button', { name: 'Import' }).isDisabled()).toBe(true);
    expect(await page.locator('#inline iframe').count()).toBe(1);
    await page.close();
  });

  it('shows an inline widget once and removes it with its element', async () => {
    const page = await open();
    await expect.poll(() => page.locator('#inline iframe').count()).toBe(1);
    await page.evaluate('rerender()');
    expect(await page.locator('#inline iframe').count()).toBe(1);
    await page.evaluate('hideInline()');
    await expect.poll(() => page.locator('#inline').count()).toBe(0);
    await page.close();
  });

  it('requests a token for the user of the latest render', async () => {
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

  it('passes the `data` of the latest render on', async () => {
    const page = await open();
    await page.evaluate('rerender()');
    await page.getByRole('button', { name: 'Import' }).click();
    const told = () =>
      widgetFrames(page)
        .find((each) => each.url().includes('key=modal'))
        ?.evaluate('window.told?.[0]?.options.data');
    await expect.poll(told).toEqual({
      url: 'https://a.example/feed',
      schedule: { kind: 'hours' },
      mapping: { title: 'of 1', kind: { value: 'news' } },
    });
    await page.close();
  });

  it('renders a disabled button on the server without warnings', () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(server.version).toMatch(new RegExp(`^${version}\\.`));
    expect(server.render()).toBe('<button type="button" disabled="">Import</button><div id="inline"></div>');
    expect(complaints.mock.calls).toEqual([]);
    complaints.mockRestore();
  });

  it('hydrates the server-rendered page in strict mode without warnings', async () => {
    const complaints: string[] = [];
    const html = server.render();
    const page = await open(html);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.reload();
    await page.waitForFunction('window.rerender');
    await page.getByRole('button', { name: 'Import' }).click();
    await expect.poll(() => page.evaluate('seen')).toEqual(['click 0', 'open 0', 'ready 0']);
    await expect.poll(() => page.locator('#inline iframe').count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

import { chromium } from 'playwright-core';
import { ensureChromium } from '../scripts/chromium.mjs';
import { startHost } from './lib/host-page.mjs';
import { startProduct } from './lib/product.mjs';
import { printTable } from './lib/table.mjs';

const LOADS = Number(process.env.BENCH_LOADS ?? 9);
/** Above this, people no longer call a screen instant. */
const GOAL_MS = 1000;

/**
 * Measures the time from a click on the button until a person can type, on a warm server: in a fresh browser, and in
 * one that has opened the widget before.
 */
export async function bench() {
  const product = await startProduct({ env: { INLET_WIDGET_RATE_LIMIT_PER_MINUTE: '0' } });
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const host = await startHost(product, {
    code: 'stories',
    name: 'Stories',
    columns: [{ key: 'title', name: 'Title' }],
  });
  try {
    await firstLoad({ browser, host });
    const first = [];
    const again = [];
    for (let load = 0; load < LOADS; load += 1) {
      first.push(await firstLoad({ browser, host }));
      again.push(await nextLoad({ browser, host }));
    }
    const cells = (loads) => {
      const middle = median(loads.map(({ ms }) => ms));
      const { requests, bytes } = loads[0];
      const share = loads.filter(({ ms }) => ms <= GOAL_MS).length / loads.length;
      return [
        `${Math.round(middle)} ms`,
        `${Math.round(Math.max(...loads.map(({ ms }) => ms)))} ms`,
        `${Math.round(share * 100)} %`,
        requests,
        `${Math.round(bytes / 1000)} kB`,
      ];
    };
    printTable(`The widget, from the click until one can type (${LOADS} times each)`, [
      ['', 'median', 'longest', `within ${GOAL_MS} ms`, 'requests', 'received'],
      ['first visit', ...cells(first)],
      ['later visit', ...cells(again)],
    ]);
  } finally {
    host.close();
    await browser.close();
    await product.stop();
  }
}

async function firstLoad({ browser, host }) {
  const context = await browser.newContext({ locale: 'en-US' });
  const measured = await load({ context, host });
  await context.close();
  return measured;
}

async function nextLoad({ browser, host }) {
  const context = await browser.newContext({ locale: 'en-US' });
  await load({ context, host });
  const measured = await load({ context, host });
  await context.close();
  return measured;
}

async function load({ context, host }) {
  const page = await context.newPage();
  await page.goto(host.url);
  await page.waitForFunction('window.inlet');
  const requests = [];
  page.on('requestfinished', (request) => requests.push(request));
  await page.evaluate('window.clickedAt = performance.now(); inlet.open()');
  await page.frameLocator('iframe').getByLabel('Address').waitFor();
  const ms = await page.evaluate('performance.now() - window.clickedAt');
  const sizes = await Promise.all(requests.map((request) => request.sizes()));
  await page.close();
  return {
    ms,
    requests: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + Math.max(0, size.responseBodySize), 0),
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

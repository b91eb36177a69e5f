import { readdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ensureChromium } from '../scripts/chromium.mjs';
import { generatedCsv, TABLE_COLUMNS } from './lib/generated-table.mjs';
import { startHost } from './lib/host-page.mjs';
import { startProduct } from './lib/product.mjs';
import { serveRivals } from './lib/rival-pages.mjs';
import { megabytes, printTable, seconds } from './lib/table.mjs';

const SIZES = (process.env.BENCH_FILE_ROWS ?? '1000,10000,100000,1000000').split(',').map(Number);
/** Who is not done by then is not measured further. */
const MOST_MS = 150_000;

/**
 * Measures the import of a file in a browser, beside open-source importers: the time from the choice of the file until its
 * columns can be mapped, and from there to the final counts, the longest task of the page, and the memory of the tab.
 */
export async function bench() {
  const product = await startProduct({
    env: { INLET_WIDGET_RATE_LIMIT_PER_MINUTE: '0', INLET_UNFINISHED_UPLOADS_PER_USER: '1000' },
  });
  const rivals = await serveRivals();
  const host = await startHost(product, {
    code: 'table',
    name: 'Table',
    mode: 'manual',
    columns: TABLE_COLUMNS,
    destination: { url: 'https://host.example/rows' },
  });
  const importers = [
    { name: 'Inlet', open: (page) => openInlet(page, host.url), ...INLET },
    { name: '@importcsv/react 0.6.1', open: openPage(`${rivals.url}/importcsv.html`), ...IMPORTCSV },
    {
      name: 'react-spreadsheet-import 4.7.1',
      open: openPage(`${rivals.url}/react-spreadsheet-import.html`),
      ...SPREADSHEET_IMPORT,
    },
  ];
  try {
    const rows = [];
    for (const size of SIZES) {
      const file = await generatedCsv(size);
      for (const importer of importers)
        rows.push([`${size} rows: ${importer.name}`, ...(await measure(importer, { file, size }))]);
    }
    printTable('A file in the browser', [
      ['', 'can be mapped', 'final counts', 'both', 'longest task', 'memory of the tab'],
      ...rows,
    ]);
  } finally {
    host.close();
    rivals.close();
    await product.stop();
  }
}

/** Each importer is measured in a browser of its own. */
async function measure(importer, { file, size }) {
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const memory = watchRenderers();
  try {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
    await context.addInitScript(noteLongTasks);
    const page = await context.newPage();
    page.setDefaultTimeout(MOST_MS);
    const frame = await importer.open(page);
    await frame.locator('input[type=file]').first().waitFor({ state: 'attached' });
    const start = performance.now();
    await frame.locator('input[type=file]').first().setInputFiles(file.path);
    await importer.goToMapping(frame);
    const mapped = performance.now();
    await importer.goToCounts(frame, { rows: size, invalid: Math.floor(size / 100) });
    const counted = performance.now();
    const longest = await Promise.all(page.frames().map((each) => each.evaluate('window.longestTask')));
    return [
      seconds(mapped - start),
      seconds(counted - mapped),
      seconds(counted - start),
      `${Math.round(Math.max(...longest))} ms`,
      megabytes(memory.peak()),
    ];
  } catch (error) {
    const reason = /crash/i.test(error.message) ? 'the tab crashed' : `not in ${MOST_MS / 1000} s`;
    return [reason, '', '', '', megabytes(memory.peak())];
  } finally {
    memory.stop();
    await browser.close();
  }
}

function noteLongTasks() {
  window.longestTask = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longestTask = Math.max(window.longestTask, duration);
  }).observe({ type: 'longtask', buffered: true });
}

const openPage = (url) => async (page) => {
  await page.goto(url);
  return page;
};

async function openInlet(page, url) {
  await page.goto(url);
  await page.waitForFunction('window.inlet');
  await page.evaluate('inlet.open()');
  const iframe = await page.waitForSelector('iframe');
  return iframe.contentFrame();
}

/** Waits, in every frame that is drawn, until an element with this text is there. A test library waits in larger steps. */
const untilShown = (frame, selector, text = '') =>
  frame.waitForFunction(
    ([css, part]) => [...document.querySelectorAll(css)].some((each) => each.textContent.includes(part)),
    [selector, text],
    { polling: 'raf' },
  );

/** Presses the last button with this text as soon as it can be pressed. */
const press = (frame, selector, text = '') =>
  frame.waitForFunction(
    ([css, part]) => {
      const found = [...document.querySelectorAll(css)].filter((each) => each.textContent.includes(part));
      const button = found.at(-1);
      if (!button || button.disabled) return false;
      button.click();
      return true;
    },
    [selector, text],
    { polling: 'raf' },
  );

const INLET = {
  async goToMapping(frame) {
    await untilShown(frame, 'table');
    await press(frame, 'footer button');
    await untilShown(frame, '#pick-number');
  },
  async goToCounts(frame, { invalid }) {
    await press(frame, 'footer button');
    await untilShown(frame, '[role=gridcell]');
    await untilShown(frame, 'footer', `${invalid.toLocaleString('en')} rows need attention`);
  },
};

const IMPORTCSV = {
  goToMapping: (page) => untilShown(page, 'body', 'Configure Import'),
  async goToCounts(page, { rows, invalid }) {
    await press(page, 'button', 'Continue');
    await untilShown(page, 'button', `All ${rows}`);
    await untilShown(page, 'button', `Error ${invalid}`);
  },
};

const SPREADSHEET_IMPORT = {
  async goToMapping(page) {
    await press(page, 'button', 'Next');
    await untilShown(page, 'body', 'Your table');
  },
  async goToCounts(page) {
    await press(page, 'button', 'Next');
    await untilShown(page, '[role=gridcell]');
  },
};

/** The largest memory of a process that renders a page, sampled every 100 ms, in MB. */
function watchRenderers() {
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      peak = Math.max(peak, memoryOf(pid));
  }, 100);
  return { peak: () => peak, stop: () => clearInterval(timer) };
}

function memoryOf(pid) {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return 0;
    const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    // The process has ended.
    return 0;
  }
}
